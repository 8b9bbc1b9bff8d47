import RewardJudge
import RewardKernel

/// Asks a component's judges about the same rollouts again and again: how much of a score is the judge's mood.
///
/// Every repeat is a call of its own with the same bytes. Preferences are asked in both orders, pair by pair, whatever the
/// component's design, since only both orders show a judge that favours a place.
package struct ConsistencyTrial: Sendable {
    package let repeatCount: Int
    package let rollouts: [TrialRollout]
    /// Of preferences: places of the two in `rollouts`.
    package let pairs: [ComparisonPair]
    package let tasks: [JudgeTask]
    private let isPreference: Bool

    /// - Throws: `TrialError.usage` where there is nothing to ask: preferences without two rollouts of a group.
    package init(_ subject: TrialSubject, rollouts: [TrialRollout], repeatCount: Int) throws(TrialError) {
        self.repeatCount = repeatCount
        self.rollouts = rollouts
        var task = subject.task
        switch task.question {
        case .rubric:
            isPreference = false
            pairs = []
        case .preference(let preference):
            isPreference = true
            pairs = Self.pairs(of: rollouts)
            guard !pairs.isEmpty else {
                throw .usage(
                    "no group has two different completions to compare; give the rollouts of a prompt one `group_id`")
            }
            do throws(RubricError) {
                task.question = .preference(
                    try PreferenceQuestion(criteria: preference.prompt.criteria, design: .pairs))
            } catch {
                throw .usage("the criteria of `\(subject.component.name)`: \(error.message)")
            }
        }
        tasks = [task]
    }

    /// The questions, repeat by repeat.
    package var inquiries: [Inquiry] {
        let once =
            isPreference
            ? pairs.map { Inquiry(task: 0, rollouts: [rollouts[$0.first].shown, rollouts[$0.second].shown]) }
            : rollouts.map { Inquiry(task: 0, rollouts: [$0.shown]) }
        return (0..<repeatCount).flatMap { _ in once }
    }

    /// The answers by item, then by repeat.
    package func byItem(_ answers: [InquiryAnswer]) -> [[InquiryAnswer]] {
        let itemCount = isPreference ? pairs.count : rollouts.count
        precondition(answers.count == itemCount * repeatCount, "every question has an answer")
        return (0..<itemCount).map { item in (0..<repeatCount).map { answers[$0 * itemCount + item] } }
    }

    /// The pairs that a group of so many would be compared by; the same ones in every run. Equal completions have nothing to
    /// compare.
    private static func pairs(of rollouts: [TrialRollout]) -> [ComparisonPair] {
        var groups: [String: [Int]] = [:]
        var order: [String] = []
        for (place, rollout) in rollouts.enumerated() {
            if groups[rollout.group] == nil { order.append(rollout.group) }
            groups[rollout.group, default: []].append(place)
        }
        var generator = PoolRandom(seed: 1)
        return order.flatMap { group -> [ComparisonPair] in
            let members = groups[group] ?? []
            let schedule = PairSchedule.standard(count: members.count)
            return schedule.pairs(count: members.count, using: &generator).map {
                ComparisonPair(members[$0.first], members[$0.second])
            }
        }.filter { rollouts[$0.first].shown.completion != rollouts[$0.second].shown.completion }
    }
}
