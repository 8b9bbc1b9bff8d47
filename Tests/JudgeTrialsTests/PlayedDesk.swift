import JudgeTrials
import RewardConfig
import RewardJudge
import RewardKernel
import RewardValidation
import Synchronization
import Testing

/// A desk whose judge is a closure; it answers at once, or when the test says so.
final class PlayedDesk: JudgeDesk {
    let deadlineMilliseconds: UInt64 = 60_000
    let statistics = JudgeStatistics()
    private let answer: @Sendable (JudgeWork) -> JudgeWorkAnswer
    /// Works are kept until so many wait, and then answered from the last to the first.
    private let heldCount: Int
    private let state = Mutex(State())

    struct State {
        var waiting: [JudgeWork] = []
        var works: [JudgeWork] = []
        var openCountMax = 0
    }

    init(heldCount: Int = 1, _ answer: @escaping @Sendable (JudgeWork) -> JudgeWorkAnswer) {
        self.heldCount = heldCount
        self.answer = answer
    }

    /// Everything that was handed in.
    var works: [JudgeWork] { state.withLock { $0.works } }
    var openCountMax: Int { state.withLock { $0.openCountMax } }

    func submit(_ work: JudgeWork) -> Bool {
        let due = state.withLock { state in
            state.works.append(work)
            state.waiting.append(work)
            state.openCountMax = max(state.openCountMax, state.waiting.count)
            guard state.waiting.count >= heldCount else { return [JudgeWork]() }
            defer { state.waiting = [] }
            return state.waiting.reversed()
        }
        for work in due { work.mailbox.put(answer(work)) }
        return true
    }

    func cancel(_ ticket: JudgeTicket) {}
    func shutDown() {}
}

extension JudgeWorkAnswer {
    /// A rubric's answer about the first rollout: each criterion with its verdict; the score is the share of those that are met.
    static func rubric(_ work: JudgeWork, _ judgements: [(String, CriterionFinding.Judgement)]) -> JudgeWorkAnswer {
        let met = judgements.count { $0.1 == .met }
        var answer = JudgeAnswer(
            row: 0, component: 0, score: Double(met) / Double(max(1, judgements.count)), status: .scored,
            rationale: "said")
        answer.judge = "played (m)"
        answer.findings = judgements.map { CriterionFinding(name: $0.0, judgement: $0.1) }
        return JudgeWorkAnswer(ticket: work.ticket, answers: [answer], usage: Self.oneCall)
    }

    static func failed(_ work: JudgeWork, _ status: Status) -> JudgeWorkAnswer {
        JudgeWorkAnswer(
            ticket: work.ticket,
            answers: work.rollouts.map {
                JudgeAnswer(row: $0.row, component: 0, score: 0, status: status, rationale: "lost")
            }, usage: Self.oneCall)
    }

    static func pair(
        _ work: JudgeWork, _ straight: PreferenceVerdict.Choice?, _ swapped: PreferenceVerdict.Choice?
    ) -> JudgeWorkAnswer {
        let answers = work.rollouts.map { rollout in
            var answer = JudgeAnswer(row: rollout.row, component: 0, score: 0.5, status: .scored, rationale: "")
            answer.judge = "played (m)"
            return answer
        }
        let pair = JudgedPair(component: 0, firstRow: 0, secondRow: 1, straight: straight, swapped: swapped)
        return JudgeWorkAnswer(ticket: work.ticket, answers: answers, usage: oneCall, pairs: [pair])
    }

    /// The same with the second rollout as the pair's first.
    static func swappedPair(
        _ work: JudgeWork, _ straight: PreferenceVerdict.Choice?, _ swapped: PreferenceVerdict.Choice?
    ) -> JudgeWorkAnswer {
        var answer = pair(work, straight, swapped)
        answer.pairs[0].firstRow = 1
        answer.pairs[0].secondRow = 0
        return answer
    }

    private static var oneCall: JudgeUsage {
        var usage = JudgeUsage()
        usage.callCount = 1
        return usage
    }
}

enum TrialFixture {
    static func configuration() throws -> Configuration {
        let yaml = """
            version: 1
            rewards:
              answer:
                components:
                  brief: {type: length_penalty, target: [1, 50], tolerance: 10}
                  quality: {type: judge, judge: one, rubric: quality}
                  better: {type: preference, judge: two, criteria: It answers the question.}
            judges:
              one: {api: openai, url: "http://one.test/v1", model: m1}
              two: {api: openai, url: "http://two.test/v1", model: m2}
            rubrics:
              quality:
                criteria:
                  - {name: correct, text: It is correct., weight: 2}
                  - {name: polite, text: It is polite.}
                  - {name: invents, text: It invents facts., weight: -1}

            """
        return try Configuration.read(Array(yaml.utf8), file: "rewards.yaml", baseDirectory: "")
    }

    static func subject(_ component: String) throws -> TrialSubject {
        try TrialSubject(try configuration(), reward: nil, component: component)
    }

    /// So many prompts with so many completions each.
    static func rollouts(prompts: Int, each: Int = 1) -> [TrialRollout] {
        (0..<prompts * each).map { index in
            let prompt = index / each
            return TrialRollout(
                row: index + 1,
                shown: JudgedRollout(
                    row: index, completion: "Completion \(index) of prompt \(prompt).", prompt: "Prompt \(prompt)?",
                    referenceAnswer: "\(prompt)"), group: "prompt \(prompt)", name: "row \(index + 1)")
        }
    }

    static func facts(_ subject: TrialSubject) -> TrialFacts {
        TrialFacts(
            subject, rolloutFile: "rollouts.jsonl", rolloutCount: 4, seconds: 61, made: 1_795_907_400, version: "0")
    }
}
