internal import RewardKernel

// Preferences among the completions of a group: pairs in both orders, or the group in one call.

extension JudgeLane {
    mutating func beginPreference(
        _ identifier: UInt64, _ preference: PreferenceQuestion, _ instant: LaneInstant, _ actions: inout [LaneAction]
    ) {
        guard let question = questions[identifier], let work = works[question.ticket] else { return }
        let members = question.asked.rollouts.indices.filter { index in
            gate.reason(against: work.work.rollouts[question.asked.rollouts[index]].completion) == nil
        }
        counts.gatedCount += question.asked.rollouts.count - members.count
        var comparison = Comparison(members: members)
        guard members.count >= 2 else { return end(identifier, comparison, &actions) }
        guard members.count <= JudgementLimits.groupSizeMax else {
            return conclude(identifier, failing: JudgeFailure(PromptFault.badCount(members.count)), &actions)
        }
        switch preference.design {
        case .group:
            let schedule = GroupSchedule(count: members.count, using: &random)
            comparison.schedule = schedule
            comparison.groupVerdicts = Array(repeating: nil, count: schedule.chunks.count)
            comparison.openCallCount = schedule.chunks.count
            questions.change(identifier) { $0.stage = .comparing(comparison) }
            for (index, chunk) in schedule.chunks.enumerated() {
                askGroup(identifier, preference, index, chunk.map { members[$0] }, instant, &actions)
            }
        case .pairs:
            questions.change(identifier) { $0.stage = .comparing(comparison) }
            let pairs = PairSchedule.standard(count: members.count).pairs(count: members.count, using: &random)
            askPairs(identifier, preference, pairs, instant, &actions)
        case .swiss:
            comparison.wavesLeft = PairSchedule.swissRoundCount(members.count)
            questions.change(identifier) { $0.stage = .comparing(comparison) }
            nextWave(identifier, preference, instant, &actions)
        }
    }

    // MARK: Asking

    private mutating func nextWave(
        _ identifier: UInt64, _ preference: PreferenceQuestion, _ instant: LaneInstant, _ actions: inout [LaneAction]
    ) {
        guard case .comparing(var comparison) = questions[identifier]?.stage else { return }
        comparison.wavesLeft -= 1
        var points = [Double](repeating: 0, count: comparison.members.count)
        for outcome in comparison.outcomes {
            points[outcome.pair.first] += outcome.points
            points[outcome.pair.second] += 1 - outcome.points
        }
        let played = Set(comparison.pairs.map(\.pair))
        let pairs = PairSchedule.swissRound(points: points, played: played, using: &random)
        questions.change(identifier) { $0.stage = .comparing(comparison) }
        askPairs(identifier, preference, pairs, instant, &actions)
    }

    /// Asks each pair in both orders. Equal texts are a tie without a call.
    private mutating func askPairs(
        _ identifier: UInt64, _ preference: PreferenceQuestion, _ pairs: [ComparisonPair], _ instant: LaneInstant,
        _ actions: inout [LaneAction]
    ) {
        guard let question = questions[identifier], case .comparing(var comparison) = question.stage else { return }
        let judge = catalog.tasks[question.asked.task].judges[0]
        var asked: [(call: JudgeCall, index: Int, isSwapped: Bool)] = []
        for pair in pairs {
            let index = comparison.pairs.count
            comparison.pairs.append(Comparison.Pair(pair: pair))
            guard let first = rollout(question, comparison.members[pair.first]),
                let second = rollout(question, comparison.members[pair.second])
            else { continue }
            if first.completion == second.completion {
                let tie = PreferenceVerdict(choice: .tie, reason: "the same text")
                comparison.pairs[index].straight = tie
                comparison.pairs[index].swapped = tie
                continue
            }
            for isSwapped in [false, true] {
                let shown = isSwapped ? (second, first) : (first, second)
                do throws(PromptFault) {
                    asked.append((try call(preference, shown.0, shown.1, question), index, isSwapped))
                } catch {
                    comparison.failure = JudgeFailure(error)
                }
            }
        }
        comparison.openCallCount = asked.count
        questions.change(identifier) { $0.stage = .comparing(comparison) }
        for one in asked {
            ask(
                one.call, judge: judge, question: identifier, place: .pair(index: one.index, isSwapped: one.isSwapped),
                instant, &actions)
        }
        if asked.isEmpty { endWave(identifier, instant, &actions) }
    }

    private func call(
        _ preference: PreferenceQuestion, _ first: JudgedRollout, _ second: JudgedRollout, _ question: LaneQuestion
    ) throws(PromptFault) -> JudgeCall {
        // The nonce is the same for both orders, so that only the order differs.
        let texts = [first.completion, second.completion].sorted() + [first.prompt ?? ""]
        return try preference.prompt.makeCall(
            first: first.completion, second: second.completion, prompt: first.prompt,
            referenceAnswer: first.referenceAnswer, nonce: nonce(for: texts), sampling: sampling(question))
    }

    private mutating func askGroup(
        _ identifier: UInt64, _ preference: PreferenceQuestion, _ index: Int, _ shown: [Int], _ instant: LaneInstant,
        _ actions: inout [LaneAction]
    ) {
        guard let question = questions[identifier] else { return }
        let rollouts = shown.compactMap { rollout(question, $0) }
        do throws(PromptFault) {
            let call = try preference.prompt.makeCall(
                completions: rollouts.map(\.completion), prompt: rollouts.first?.prompt,
                referenceAnswer: rollouts.first?.referenceAnswer, nonce: nonce(for: rollouts.map(\.completion)),
                sampling: sampling(question, completionCount: rollouts.count))
            ask(
                call, judge: catalog.tasks[question.asked.task].judges[0], question: identifier,
                place: .group(index: index), instant, &actions)
        } catch {
            compare(identifier, group: index, .failure(JudgeFailure(error)), instant, &actions)
        }
    }

    private func rollout(_ question: LaneQuestion, _ member: Int) -> JudgedRollout? {
        works[question.ticket]?.work.rollouts[question.asked.rollouts[member]].detached()
    }

    private func sampling(_ question: LaneQuestion, completionCount: Int = 1) -> Sampling {
        let task = catalog.tasks[question.asked.task]
        let judge = catalog.judges[task.judges[0]]
        return Sampling(
            temperature: judge.temperature, seed: judge.seed, tokenCountMax: task.tokenCountMax * completionCount)
    }

    // MARK: Answers

    /// Takes what became of a pair in one order.
    mutating func compare(
        _ identifier: UInt64, pair index: Int, isSwapped: Bool, _ outcome: Result<[Verdict], JudgeFailure>,
        _ instant: LaneInstant, _ actions: inout [LaneAction]
    ) {
        guard case .comparing(var comparison) = questions[identifier]?.stage else { return }
        comparison.openCallCount -= 1
        switch outcome {
        case .success(let verdicts):
            if case .preference(let verdict) = verdicts.first {
                if isSwapped {
                    comparison.pairs[index].swapped = verdict
                } else {
                    comparison.pairs[index].straight = verdict
                }
            }
        case .failure(let failure): comparison.failure = comparison.failure ?? failure
        }
        questions.change(identifier) { $0.stage = .comparing(comparison) }
        if comparison.openCallCount == 0 { endWave(identifier, instant, &actions) }
    }

    /// Takes what became of a call for several completions.
    mutating func compare(
        _ identifier: UInt64, group index: Int, _ outcome: Result<[Verdict], JudgeFailure>, _ instant: LaneInstant,
        _ actions: inout [LaneAction]
    ) {
        guard case .comparing(var comparison) = questions[identifier]?.stage else { return }
        comparison.openCallCount -= 1
        switch outcome {
        case .success(let verdicts):
            if case .group(let verdict) = verdicts.first { comparison.groupVerdicts[index] = verdict }
        case .failure(let failure): comparison.failure = comparison.failure ?? failure
        }
        questions.change(identifier) { $0.stage = .comparing(comparison) }
        if comparison.openCallCount == 0 { end(identifier, comparison, &actions) }
    }

    private mutating func endWave(
        _ identifier: UInt64, _ instant: LaneInstant, _ actions: inout [LaneAction]
    ) {
        guard let question = questions[identifier], case .comparing(let comparison) = question.stage else { return }
        if comparison.wavesLeft > 0, case .preference(let preference) = catalog.tasks[question.asked.task].question,
            hasTime(for: comparison, question, instant)
        {
            return nextWave(identifier, preference, instant, &actions)
        }
        count(comparison.outcomes)
        tellPairs(question, comparison)
        end(identifier, comparison, &actions)
    }

    private mutating func tellPairs(_ question: LaneQuestion, _ comparison: Comparison) {
        guard let rollouts = works[question.ticket]?.work.rollouts else { return }
        func row(_ place: Int) -> Int { rollouts[question.asked.rollouts[comparison.members[place]]].row }
        let pairs = comparison.pairs.map { pair in
            JudgedPair(
                component: question.asked.component, firstRow: row(pair.pair.first), secondRow: row(pair.pair.second),
                straight: pair.straight?.choice, swapped: pair.swapped?.choice)
        }
        works.change(question.ticket) { $0.pairs += pairs }
    }

    /// Whether another wave may be over by the deadline: a quarter of the time must be left, for as many waves were had in the rest.
    private func hasTime(for comparison: Comparison, _ question: LaneQuestion, _ instant: LaneInstant) -> Bool {
        guard let work = works[question.ticket]?.work else { return false }
        let waveCount = PairSchedule.swissRoundCount(comparison.members.count) - comparison.wavesLeft
        let left =
            work.deadlineNanoseconds > instant.monotonicNanoseconds
            ? work.deadlineNanoseconds - instant.monotonicNanoseconds : 0
        let spent =
            instant.monotonicNanoseconds > (works[question.ticket]?.begunNanoseconds ?? 0)
            ? instant.monotonicNanoseconds - (works[question.ticket]?.begunNanoseconds ?? 0) : 0
        return left > 2 * spent / UInt64(max(1, waveCount))
    }

    private mutating func count(_ outcomes: [PairOutcome]) {
        counts.pairCount += outcomes.count
        for outcome in outcomes {
            if case .flipped = outcome.agreement { counts.flipCount += 1 }
            if outcome.points == 0.5 { counts.tieCount += 1 }
        }
    }

    /// Answers for every rollout of the group.
    private mutating func end(_ identifier: UInt64, _ comparison: Comparison, _ actions: inout [LaneAction]) {
        guard let question = questions[identifier] else { return }
        let failure = comparison.failure ?? JudgeFailure(.abstained, "nothing to compare it with in its group")
        var outcomes: [Result<(score: Double, rationale: String), JudgeFailure>] = Array(
            repeating: .success((score: 0, rationale: "failed without asking a judge: nothing in it to compare")),
            count: question.asked.rollouts.count)
        let rewards: [Double?]
        let rationales: [String]
        if let schedule = comparison.schedule {
            rewards = schedule.scores(comparison.groupVerdicts)
            rationales = Self.rationales(comparison, schedule)
        } else {
            rewards = Self.rewards(comparison)
            rationales = Self.rationales(comparison)
        }
        for (place, member) in comparison.members.enumerated() {
            if comparison.members.count >= 2, rewards.indices.contains(place), let reward = rewards[place] {
                outcomes[member] = .success((score: reward, rationale: rationales[place]))
            } else {
                outcomes[member] = .failure(failure)
            }
        }
        conclude(identifier, outcomes, &actions)
    }

    /// Rewards of those that were compared; nil for the others.
    private static func rewards(_ comparison: Comparison) -> [Double?] {
        let outcomes = comparison.outcomes
        let fitted = BradleyTerry(count: comparison.members.count, outcomes: outcomes)
        let rewards = fitted.rewards(.sigmoid)
        return rewards.indices.map { fitted.winRates[$0] == nil ? nil : rewards[$0] }
    }

    private static func rationales(_ comparison: Comparison) -> [String] {
        var texts = [String](repeating: "", count: comparison.members.count)
        var scores = [(won: Int, tied: Int, lost: Int)](repeating: (0, 0, 0), count: texts.count)
        for outcome in comparison.outcomes {
            for (place, points) in [(outcome.pair.first, outcome.points), (outcome.pair.second, 1 - outcome.points)] {
                if points > 0.5 { scores[place].won += 1 }
                if points == 0.5 { scores[place].tied += 1 }
                if points < 0.5 { scores[place].lost += 1 }
            }
        }
        for place in texts.indices {
            texts[place] = "won \(scores[place].won), tied \(scores[place].tied), lost \(scores[place].lost)"
            let reason = comparison.pairs.first { $0.pair.first == place || $0.pair.second == place }?.straight?.reason
            if let reason { texts[place] += ": \(reason)" }
        }
        return texts
    }

    private static func rationales(_ comparison: Comparison, _ schedule: GroupSchedule) -> [String] {
        var texts = [String](repeating: "", count: comparison.members.count)
        for (chunk, verdict) in zip(schedule.chunks, comparison.groupVerdicts) {
            for (place, entry) in zip(chunk, verdict?.entries ?? []) { texts[place] = entry.reason ?? "" }
        }
        return texts
    }
}
