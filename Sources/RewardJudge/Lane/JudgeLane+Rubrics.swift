internal import RewardKernel

// A rubric for one completion: the gate before any call, the light judge, and the task's own judges.

extension JudgeLane {
    mutating func beginRubric(
        _ identifier: UInt64, _ rubric: RubricQuestion, _ instant: LaneInstant, _ actions: inout [LaneAction]
    ) {
        guard let question = questions[identifier], let rollout = rollout(of: question) else { return }
        if catalog.lane.isGuarded, let reason = gate.reason(against: rollout.completion) {
            counts.gatedCount += 1
            let rationale = "failed without asking a judge: \(reason.rawValue.replacing("_", with: " "))"
            return conclude(identifier, [.success((score: 0, rationale: rationale))], judges: [], &actions)
        }
        let task = catalog.tasks[question.asked.task]
        let callCount = counts.callCount
        defer {
            // Where the cache had the verdict, no judge is looked at.
            if counts.callCount > callCount { maybeMakeCanary(question.asked.task, rollout, instant) }
        }
        let isSuspect = detector.finding(in: rollout.completion) != nil
        if isSuspect { counts.suspectCount += 1 }
        if let light = task.light {
            lightCounts[question.asked.task] += 1
            // What speaks to judges is not left to the one that is fooled most easily.
            if !isSuspect {
                return open(identifier, task, rubric, rollout, isLight: true, [light.judge], instant, &actions)
            }
            escalatedCounts[question.asked.task] += 1
            counts.escalatedCount += 1
        }
        open(identifier, task, rubric, rollout, isLight: false, task.judges, instant, &actions)
    }

    private func rollout(of question: LaneQuestion) -> JudgedRollout? {
        guard let work = works[question.ticket], let index = question.asked.rollouts.first else { return nil }
        return work.work.rollouts[index].detached()
    }

    /// Asks every voter every part of the rubric as often as wanted.
    mutating func open(
        _ identifier: UInt64, _ task: JudgeTask, _ rubric: RubricQuestion, _ rollout: JudgedRollout, isLight: Bool,
        _ voters: [Int], lightOpinion: Opinion? = nil, _ instant: LaneInstant, _ actions: inout [LaneAction]
    ) {
        let answerCount = isLight ? 1 : max(1, task.sampleCount)
        var asked: [(call: JudgeCall, voter: Int, firstAnswer: Int, part: Int)] = []
        var partCount = 1
        do throws(PromptFault) {
            for (voter, judge) in voters.enumerated() {
                let samplings = samplings(
                    task, judge: judge, answerCount: answerCount, wantsProbabilities: isLight || rubric.isSoft)
                for (firstAnswer, sampling) in samplings {
                    let calls = try makeCalls(rubric, isLight: isLight, rollout, sampling)
                    partCount = calls.count
                    for (part, call) in calls.enumerated() { asked.append((call, voter, firstAnswer, part)) }
                }
            }
        } catch {
            return conclude(identifier, failing: JudgeFailure(error), &actions)
        }
        var ballot = RubricBallot(voters: voters, sampleCount: answerCount, partCount: partCount)
        ballot.openCallCount = asked.count
        questions.change(identifier) {
            $0.stage = isLight ? .light(ballot) : .heavy(ballot, lightOpinion: lightOpinion)
        }
        for one in asked {
            ask(
                one.call, judge: voters[one.voter], question: identifier,
                place: .vote(voter: one.voter, firstAnswer: one.firstAnswer, part: one.part), instant, &actions)
        }
    }

    /// The parts of a rubric about a rollout; the same whenever they are asked for.
    private func makeCalls(
        _ rubric: RubricQuestion, isLight: Bool, _ rollout: JudgedRollout, _ sampling: Sampling
    ) throws(PromptFault) -> [JudgeCall] {
        let guarded = isLight ? rubric.light : rubric.heavy
        let prompt = catalog.lane.isGuarded ? guarded : guarded.unguarded
        let candidate = Candidate(
            completion: rollout.completion, prompt: rollout.prompt, referenceAnswer: rollout.referenceAnswer,
            fields: rollout.fields)
        let nonce = nonce(for: [rollout.completion, rollout.prompt ?? "", rollout.referenceAnswer ?? ""])
        return try prompt.makeCalls(for: candidate, nonce: nonce, sampling: sampling)
    }

    /// The parts of a rubric that a question at hand is asked by now; nil where it asks none.
    func rubricCalls(ofQuestion identifier: UInt64, sampling: Sampling) throws(PromptFault) -> [JudgeCall]? {
        guard let question = questions[identifier], let rollout = rollout(of: question),
            case .rubric(let rubric) = catalog.tasks[question.asked.task].question
        else { return nil }
        switch question.stage {
        case .light: return try makeCalls(rubric, isLight: true, rollout, sampling)
        case .heavy: return try makeCalls(rubric, isLight: false, rollout, sampling)
        case .new, .comparing: return nil
        }
    }

    /// How a judge is asked for so many answers: at once where its endpoints give several, else one by one.
    private func samplings(
        _ task: JudgeTask, judge: Int, answerCount: Int, wantsProbabilities: Bool
    ) -> [(firstAnswer: Int, Sampling)] {
        let settings = catalog.judges[judge]
        var sampling = Sampling(
            temperature: settings.temperature, seed: settings.seed, tokenCountMax: task.tokenCountMax,
            sampleCount: answerCount, wantsProbabilities: wantsProbabilities)
        // The same answer n times over is no second opinion.
        if answerCount > 1 && sampling.temperature == nil { sampling.temperature = 0.7 }
        let perCall =
            endpointRange(of: judge).map { endpoint in
                capabilities[endpoint].sampleCountPerCall(sampling, api: endpoints[endpoint].api)
            }.min() ?? 1
        guard perCall < answerCount else { return [(0, sampling)] }
        sampling.sampleCount = 1
        return (0..<answerCount).map { answer in
            var one = sampling
            one.seed = sampling.seed.map { $0 + answer }
            return (answer, one)
        }
    }

    /// Takes what became of a call of a ballot.
    mutating func vote(
        _ identifier: UInt64, _ place: (voter: Int, firstAnswer: Int, part: Int),
        _ outcome: Result<[Verdict], JudgeFailure>, _ instant: LaneInstant, _ actions: inout [LaneAction]
    ) {
        guard let question = questions[identifier] else { return }
        switch question.stage {
        case .light(var ballot):
            ballot.take(outcome, place)
            questions.change(identifier) { $0.stage = .light(ballot) }
            if ballot.openCallCount == 0 { endLight(identifier, ballot, instant, &actions) }
        case .heavy(var ballot, let lightOpinion):
            ballot.take(outcome, place)
            questions.change(identifier) { $0.stage = .heavy(ballot, lightOpinion: lightOpinion) }
            if ballot.openCallCount == 0 { endHeavy(identifier, ballot, lightOpinion, &actions) }
        case .new, .comparing: preconditionFailure("a vote belongs to a ballot")
        }
    }

    /// The light judge's word stands when it has one and is sure, or when enough has been asked again already.
    private mutating func endLight(
        _ identifier: UInt64, _ ballot: RubricBallot, _ instant: LaneInstant, _ actions: inout [LaneAction]
    ) {
        guard let question = questions[identifier], let rollout = rollout(of: question) else { return }
        let task = catalog.tasks[question.asked.task]
        guard case .rubric(let rubric) = task.question, let light = task.light else { return }
        let result = ballot.opinions(rubric)
        let opinion = result.opinions.first
        let isEnough = opinion.map { $0.confidence >= light.confidence && !$0.abstains } ?? false
        let share = light.shareMax * Double(lightCounts[question.asked.task])
        // The first few may always be asked again, or a share would never begin.
        let mayEscalate = Double(escalatedCounts[question.asked.task]) < max(share, 10)
        if isEnough || !mayEscalate {
            return end(identifier, rubric, opinion, result.failure, voterCount: 1, judges: [light.judge], &actions)
        }
        escalatedCounts[question.asked.task] += 1
        counts.escalatedCount += 1
        open(
            identifier, task, rubric, rollout, isLight: false, task.judges, lightOpinion: opinion, instant, &actions)
    }

    private mutating func endHeavy(
        _ identifier: UInt64, _ ballot: RubricBallot, _ lightOpinion: Opinion?, _ actions: inout [LaneAction]
    ) {
        guard let question = questions[identifier] else { return }
        let task = catalog.tasks[question.asked.task]
        guard let rubric = rubric(of: question) else { return }
        let result = ballot.opinions(rubric)
        guard result.opinions.count >= task.quorum else {
            // Better the light judge's word than none.
            let judges = lightOpinion == nil ? task.judges : task.light.map { [$0.judge] } ?? []
            return end(identifier, rubric, lightOpinion, result.failure, voterCount: 1, judges: judges, &actions)
        }
        let opinion = Opinion(majorityOf: result.opinions)
        end(
            identifier, rubric, opinion, result.failure, voterCount: result.opinions.count,
            judges: task.judges, &actions)
    }

    private mutating func end(
        _ identifier: UInt64, _ rubric: RubricQuestion, _ opinion: Opinion?, _ failure: JudgeFailure?,
        voterCount: Int, judges: [Int], _ actions: inout [LaneAction]
    ) {
        guard let opinion else {
            let missing = failure ?? JudgeFailure(.parseFailed, "the judges' answers have no majority")
            return conclude(identifier, failing: missing, &actions)
        }
        do throws(VerdictFault) {
            guard let score = try opinion.score(rubric) else {
                let reason = "no criterion could be assessed: " + opinion.rationale
                return conclude(identifier, failing: JudgeFailure(.abstained, reason), &actions)
            }
            let voices = voterCount > 1 ? "majority of \(voterCount): " : ""
            conclude(
                identifier, [.success((score: score, rationale: voices + opinion.rationale))], judges: judges,
                findings: opinion.findings, &actions)
        } catch {
            counts.count(error)
            conclude(identifier, failing: JudgeFailure(error), &actions)
        }
    }
}

extension RubricBallot {
    /// Notes what became of one call: an answer for each of its samples.
    mutating func take(
        _ outcome: Result<[Verdict], JudgeFailure>, _ place: (voter: Int, firstAnswer: Int, part: Int)
    ) {
        openCallCount -= 1
        switch outcome {
        case .success(let verdicts):
            for (offset, verdict) in verdicts.enumerated() where place.firstAnswer + offset < sampleCount {
                set(voter: place.voter, sample: place.firstAnswer + offset, part: place.part, .success(verdict))
            }
        case .failure(let failure):
            set(voter: place.voter, sample: place.firstAnswer, part: place.part, .failure(failure))
        }
    }
}
