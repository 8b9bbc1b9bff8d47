internal import CLinux
internal import RewardKernel
internal import RewardMemory
internal import RewardWire
internal import Synchronization

// hello, stats and reload.

extension Worker {
    @_noAllocation
    mutating func hello(
        _ slot: Int, _ identifier: UInt32, _ message: MessageView, _ parameters: Int
    ) throws(RequestFault) {
        if message.kind(parameters) == .map {
            var key = parameters &+ 1
            for _ in 0..<message.count(parameters) {
                if let name = message.text(key), name.equals(ByteView("protocol")) {
                    let version = message.integer(key &+ 1) ?? 0
                    guard version == 1 else { throw .unsupportedProtocol(version) }
                }
                key = message.next(after: key &+ 1)
            }
        }
        var writer = replyWriter(slot)
        let start = writer.beginReply(identifier)
        writer.map(10)
        writer.string("protocol")
        writer.integer(1)
        writer.string("server")
        writer.string("plaudit")
        writer.string("version")
        writer.string(ByteView(PlauditVersion.text))
        writer.string("rewards")
        writer.array(plans.count)
        for reward in 0..<plans.count { writer.string(plans[reward].name) }
        writer.string("components")
        writer.map(plans.count)
        for reward in 0..<plans.count {
            writer.string(plans[reward].name)
            writer.array(plans[reward].components.count)
            for component in 0..<plans[reward].components.count {
                writer.string(plans[reward].components[component].name)
            }
        }
        writer.string("fields")
        writer.map(plans.count)
        for reward in 0..<plans.count {
            writer.string(plans[reward].name)
            writer.array(plans[reward].fieldNames.count)
            for field in 0..<plans[reward].fieldNames.count { writer.string(plans[reward].fieldNames[field]) }
        }
        writer.string("graders")
        var graderCount = 0
        for reward in 0..<plans.count where plans[reward].graderDigest.count > 0 { graderCount &+= 1 }
        writer.map(graderCount)
        for reward in 0..<plans.count where plans[reward].graderDigest.count > 0 {
            writer.string(plans[reward].name)
            writer.string(plans[reward].graderDigest)
        }
        writer.string("config_hash")
        writer.string(configurationHash)
        writer.string("workers")
        writer.integer(server.workerCount)
        writer.string("limits")
        writer.map(5)
        writer.string("frame_bytes")
        writer.integer(limits.frameByteCount)
        writer.string("rollouts")
        writer.integer(limits.rolloutCount)
        writer.string("completion_bytes")
        writer.integer(limits.completionByteCount)
        writer.string("connections")
        writer.integer(limits.connectionCount)
        writer.string("nesting")
        writer.integer(Limits.nestingDepthMax)
        finish(slot, &writer, start)
    }

    // MARK: stats

    /// The counters of all workers. Not part of the scoring path: it may look at what it likes, but allocates nothing either.
    @_noAllocation
    mutating func stats(_ slot: Int, _ identifier: UInt32) {
        var writer = replyWriter(slot)
        let start = writer.beginReply(identifier)
        writer.map(ServerCounter.count &+ 11)
        writer.string("uptime_s")
        writer.double(Double(MonotonicClock.nanoseconds &- (server.startNanoseconds)) / 1e9)
        writer.string("config_hash")
        writer.string(configurationHash)
        writer.string("connections")
        writer.integer(server.connectionCount.load(ordering: .relaxed))
        writer.string("workers")
        writer.integer(server.workerCount)
        writer.string("bytes_in_flight")
        writer.integer(server.byteCountInFlight.load(ordering: .relaxed))
        writer.string("bytes_kept")
        writer.integer(server.keptByteCount.load(ordering: .relaxed))
        writer.string("reloads")
        writer.unsigned(server.reloadCount.load(ordering: .relaxed))
        writer.string("reload_failures")
        writer.unsigned(server.reloadFailureCount.load(ordering: .relaxed))
        for index in 0..<ServerCounter.count {
            writer.string(ServerCounter.name(index))
            writer.unsigned(server.total(counter: index))
        }
        writer.string("rewards")
        writer.map(plans.count)
        for reward in 0..<plans.count { writeCounters(plans[reward], &writer) }
        writer.string("judging")
        writeJudging(&writer)
        writer.string("store")
        writeStore(&writer)
        finish(slot, &writer, start)
    }

    /// `store` in `stats`: what is kept on disk, and what waits for it.
    @_noAllocation
    private func writeStore(_ writer: inout ReplyWriter) {
        guard let store else { return writer.map(0) }
        writer.map(StoreCounter.count &+ 2)
        for index in 0..<StoreCounter.count {
            writer.string(StoreCounter.name(index))
            writer.unsigned(store.board[0].total(index))
        }
        writer.string("rows_dropped")
        writer.unsigned(store.board[0].droppedRowCount)
        writer.string("queue_bytes")
        writer.integer(store.board[0].waitingByteCount)
    }

    @_noAllocation
    private func writeCounters(_ plan: RewardPlan, _ writer: inout ReplyWriter) {
        writer.string(plan.name)
        writer.map(6)
        var counter = plan.counterIndex
        for position in 0..<5 {
            writer.string(RewardCounters.rewardName(position))
            writer.unsigned(totals.total(counter &+ position))
        }
        counter &+= RewardCounters.rewardCounterCount
        writer.string("components")
        writer.map(plan.components.count)
        for component in 0..<plan.components.count {
            writer.string(plan.components[component].name)
            writer.map(6)
            for position in 0..<5 {
                writer.string(RewardCounters.componentName(position))
                writer.unsigned(totals.total(counter &+ position))
            }
            let timedCount = totals.total(counter &+ 5)
            writer.string("ns_mean")
            writer.double(timedCount == 0 ? 0 : Double(totals.total(counter &+ 6)) / Double(timedCount))
            counter &+= RewardCounters.componentCounterCount
        }
    }

    // MARK: reload

    /// Answers the connections that await a reload, once there was one.
    // Allocates: the message of a failed reload.
    mutating func answerReloads() {
        let ticket = board.reloadTicket.load(ordering: .acquiring)
        guard ticket != seenReloadTicket else { return }
        // A success is told only once this worker scores by it.
        let failure = source.failure
        if failure == nil && version != (server.version.load(ordering: .acquiring)) { return }
        seenReloadTicket = ticket
        for slot in 0..<Limits.connectionCountMax {
            guard slots[slot].descriptor >= 0, slots[slot].awaitedReload <= ticket,
                let identifier = slots[slot].reloadMessageIdentifier
            else { continue }
            slots[slot].reloadMessageIdentifier = nil
            if let failure {
                answer(slot, .reloadFailed(failure), identifier)
            } else {
                var writer = replyWriter(slot)
                let start = writer.beginReply(identifier)
                writer.map(1)
                writer.string("config_hash")
                writer.string(configurationHash)
                finish(slot, &writer, start)
            }
            resume(slot)
        }
    }

    /// While the sidecar drains, nobody reads the configuration any more.
    @_noAllocation
    mutating func refuseReloads() {
        for slot in 0..<Limits.connectionCountMax {
            guard slots[slot].descriptor >= 0, let identifier = slots[slot].reloadMessageIdentifier else { continue }
            slots[slot].reloadMessageIdentifier = nil
            refuse(slot, .shuttingDown, identifier)
            resume(slot)
        }
    }
}
