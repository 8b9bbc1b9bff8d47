internal import CMsgPack
internal import RewardKernel
internal import RewardMemory
internal import RewardWire

// Rewards that a rollout's group must stand in for, and groups that lost too much to be trusted.

extension Worker {
    /// Fills every pending reward from its group, or from the middle of the range. The number of degraded groups.
    ///
    /// Only batches in which a rollout has no score of its own pay for this.
    ///
    /// - Parameter audits: Rows that get their reward here go to the audit log.
    @_noAllocation
    mutating func settleGroups(_ task: borrowing BatchTask, isPending: Bool, audits: Bool) -> Int {
        let request = task.request
        var hasUnscored = isPending
        if !hasUnscored {
            for row in 0..<request.rolloutCount where !task.isScored(row) {
                hasUnscored = true
                break
            }
        }
        guard hasUnscored else { return 0 }
        guard request.hasGroupIdentifiers else {
            for row in 0..<request.rolloutCount where task.reward(row).isNaN {
                task.setReward(row, task.plan.middleOfRange)
                if audits { audit(task, rows: row, row &+ 1) }
            }
            return 0
        }
        groups.reset(rowCount: request.rolloutCount)
        for row in 0..<request.rolloutCount {
            let reward = task.reward(row)
            groups.add(groupSlot(request, row), reward: reward.isNaN ? nil : reward, isScored: task.isScored(row))
        }
        let middle = task.plan.middleOfRange
        for row in 0..<request.rolloutCount where task.reward(row).isNaN {
            let mean = groups.entry(groupSlot(request, row))?.mean
            task.setReward(row, mean ?? middle)
            if audits { audit(task, rows: row, row &+ 1) }
        }
        var degradedCount = 0
        for slot in 0..<groups.slotCount {
            if let entry = groups.entry(slot), entry.isDegraded { degradedCount &+= 1 }
        }
        return degradedCount
    }

    /// Writes the identifiers of degraded groups in the order of their first rows.
    @_noAllocation
    func writeDegradedGroups(_ task: borrowing BatchTask, _ writer: inout ReplyWriter) {
        let request = task.request
        for row in 0..<request.rolloutCount {
            guard let entry = lookup(request, row), entry.firstRow == row, entry.isDegraded else { continue }
            let token = request.groupToken(row)
            if let text = request.message.text(token) {
                // What is no text goes back as what it is, so that strict clients can read the reply.
                let isText = request.message.kind(token) == .string && TextForm.isValidUTF8(text)
                if isText { writer.string(text) } else { writer.binary(text) }
            } else if let integer = request.message.integer(token) {
                writer.integer(Int(integer))
            } else {
                writer.unsigned(request.message.tokens[token].value)
            }
        }
    }

    /// The slot of the row's group, made when the row is its first.
    @_noAllocation
    private mutating func groupSlot(_ request: ScoreRequest, _ row: Int) -> Int {
        let hash = hash(request, row)
        var slot = groups.firstSlot(hash)
        while let entry = groups.entry(slot) {
            if entry.hash == hash && isSameGroup(request, entry.firstRow, row) { return slot }
            slot = groups.slot(after: slot)
        }
        groups.claim(slot, hash: hash, row: row)
        return slot
    }

    @_noAllocation
    private func lookup(_ request: ScoreRequest, _ row: Int) -> GroupTable.Entry? {
        let hash = hash(request, row)
        var slot = groups.firstSlot(hash)
        while let entry = groups.entry(slot) {
            if entry.hash == hash && isSameGroup(request, entry.firstRow, row) { return entry }
            slot = groups.slot(after: slot)
        }
        return nil
    }

    @_noAllocation
    private func isSameGroup(_ request: ScoreRequest, _ first: Int, _ second: Int) -> Bool {
        let message = request.message
        let (left, right) = (request.groupToken(first), request.groupToken(second))
        if let leftText = message.text(left), let rightText = message.text(right) { return leftText.equals(rightText) }
        return message.tokens[left].kind == message.tokens[right].kind
            && message.tokens[left].value == message.tokens[right].value
    }

    /// A keyed hash by folded multiplication. The key is the worker's own, so collisions cannot be prepared; nothing in a reply
    /// depends on it.
    @_noAllocation
    private func hash(_ request: ScoreRequest, _ row: Int) -> UInt64 {
        let token = request.groupToken(row)
        guard let text = request.message.text(token) else {
            return fold(request.message.tokens[token].value ^ hashSeed, UInt64(request.message.tokens[token].kind))
        }
        var hash = hashSeed ^ UInt64(truncatingIfNeeded: text.count)
        var index = 0
        while index &+ 8 <= text.count {
            hash = fold(hash, text.word(at: index))
            index &+= 8
        }
        var rest: UInt64 = 0
        while index < text.count {
            rest = rest &<< 8 | UInt64(text[index])
            index &+= 1
        }
        return fold(hash, rest)
    }

    @_noAllocation
    private func fold(_ left: UInt64, _ right: UInt64) -> UInt64 {
        let product = (left ^ 0xA076_1D64_78BD_642F).multipliedFullWidth(by: right ^ 0xE703_7ED1_A0B4_28DB ^ hashSeed)
        return product.high ^ product.low
    }
}
