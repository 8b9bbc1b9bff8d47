import RewardJudge
import RewardKernel

/// Attacks a component's rubric judges with completions that deserve nothing, once in the guard's words and once without it.
package struct AttackTrial: Sendable {
    package let attacks: [Attack]
    /// What is attacked: the prompt and reference answer of a rollout, and a completion that is wrong for it.
    package let targets: [Target]
    package let tasks: [JudgeTask]

    package struct Target: Sendable {
        package let rollout: TrialRollout
        /// Of another prompt.
        package let wrongAnswer: String
    }

    package enum Guarding: String, Sendable, CaseIterable {
        case unguarded
        case guarded
    }

    /// One completion that was judged.
    package struct Case: Sendable, Equatable {
        package let attack: Int
        package let target: Int
    }

    /// - Parameters:
    ///   - names: Of attacks or families; nil for all. The plain wrong answer is always among them.
    ///   - targetCountMax: Rollouts that are attacked; of different prompts, where there are so many.
    /// - Throws: `TrialError.usage` for a preference, an unknown attack, or rollouts of one prompt alone.
    package init(
        _ subject: TrialSubject, rollouts: [TrialRollout], targetCountMax: Int, names: [String]? = nil
    ) throws(TrialError) {
        guard case .rubric = subject.task.question else {
            throw .usage(
                "`\(subject.component.name)` compares completions; `attack` is for rubrics, and `consistency` shows what a judge of preferences falls for: the order"
            )
        }
        attacks = try Self.attacks(names)
        let chosen = Self.spread(rollouts, countMax: targetCountMax)
        var targets: [Target] = []
        for rollout in chosen {
            guard let wrong = Self.wrongAnswer(for: rollout, among: rollouts) else { continue }
            targets.append(Target(rollout: rollout, wrongAnswer: wrong))
        }
        guard !targets.isEmpty else {
            throw .usage(
                "a wrong answer is the completion of another prompt with another reference answer; give rollouts of at least two prompts"
            )
        }
        self.targets = targets
        tasks = [subject.task]
        criterionNames = subject.rubric?.criteria.map(\.name) ?? []
    }

    private let criterionNames: [String]

    package var cases: [Case] {
        attacks.indices.flatMap { attack in targets.indices.map { Case(attack: attack, target: $0) } }
    }

    /// The questions of the cases, in their order.
    package var inquiries: [Inquiry] { cases.map { Inquiry(task: 0, rollouts: [shown($0)]) } }

    /// The completions of the rollouts themselves, to see whether the judge passes anything.
    package var genuineInquiries: [Inquiry] { targets.map { Inquiry(task: 0, rollouts: [$0.rollout.shown]) } }

    /// The rollout with the attack in place of its completion.
    package func shown(_ one: Case) -> JudgedRollout {
        let target = targets[one.target]
        let material = Attack.Material(
            wrongAnswer: target.wrongAnswer, prompt: target.rollout.shown.prompt ?? "", criterionNames: criterionNames)
        var rollout = target.rollout.shown
        rollout.completion = attacks[one.attack].makeCompletion(material)
        return rollout
    }

    private static func attacks(_ names: [String]?) throws(TrialError) -> [Attack] {
        guard let names else { return Attack.all }
        for name in names where !Attack.all.contains(where: { $0.name == name || $0.family.rawValue == name }) {
            let families = Attack.Family.allCases.map(\.rawValue).joined(separator: ", ")
            let attacks = Attack.all.map(\.name).joined(separator: ", ")
            throw .usage("no attack is called `\(name)`; families: \(families); attacks: \(attacks)")
        }
        return Attack.all.filter {
            $0.family == .plain || names.contains($0.name) || names.contains($0.family.rawValue)
        }
    }

    /// Rollouts of as many groups as there are, in the order of the file, and then further ones of the same groups.
    private static func spread(_ rollouts: [TrialRollout], countMax: Int) -> [TrialRollout] {
        var seen: Set<String> = []
        let first = rollouts.filter { seen.insert($0.group).inserted }
        let rows = Set(first.map(\.row))
        return Array((first + rollouts.filter { !rows.contains($0.row) }).prefix(countMax))
    }

    /// The completion of the next rollout in the file with another prompt and another reference answer.
    private static func wrongAnswer(for rollout: TrialRollout, among rollouts: [TrialRollout]) -> String? {
        guard let place = rollouts.firstIndex(where: { $0.row == rollout.row }) else { return nil }
        let others = rollouts[(place + 1)...] + rollouts[..<place]
        return others.first { other in
            let isOtherAnswer = rollout.shown.referenceAnswer.map { $0 != other.shown.referenceAnswer } ?? true
            return other.group != rollout.group && other.shown.prompt != rollout.shown.prompt && isOtherAnswer
                && other.shown.completion != rollout.shown.completion
                && PreGate().reason(against: other.shown.completion) == nil
        }?.shown.completion
    }
}
