import RewardJudge
import RewardKernel

/// Asks several judges the same: one task for each of them, with the component's rubric or criteria.
package struct JudgeComparisonTrial: Sendable {
    /// Indices in the catalogue.
    package let judges: [Int]
    package let rollouts: [TrialRollout]
    /// Of preferences: places of the two in `rollouts`.
    package let pairs: [ComparisonPair]
    /// One a judge.
    package let tasks: [JudgeTask]

    /// - Parameter names: Of judges; nil for all of the configuration.
    /// - Throws: `TrialError.usage` for fewer than two judges, an unknown one, one that answers no such question, or nothing to ask.
    package init(_ subject: TrialSubject, rollouts: [TrialRollout], names: [String]?) throws(TrialError) {
        let catalog = subject.catalog
        var judges: [Int] = []
        for name in names ?? catalog.judges.map(\.name) {
            guard let index = catalog.judges.firstIndex(where: { $0.name == name }) else {
                let known = catalog.judges.map(\.name).joined(separator: ", ")
                throw .usage("no judge is called `\(name)`; there are: \(known)")
            }
            guard !judges.contains(index) else { throw .usage("the judge `\(name)` is named twice") }
            judges.append(index)
        }
        guard judges.count >= 2 else {
            throw .usage("judges are compared with each other, and there is one; add another under `judges`")
        }
        self.judges = judges
        self.rollouts = rollouts
        let once = try ConsistencyTrial(subject, rollouts: rollouts, repeatCount: 1)
        pairs = once.pairs
        var base = once.tasks[0]
        base.light = nil
        base.quorum = 1
        let needsText: Bool
        if case .preference = base.question {
            needsText = true
        } else {
            needsText = subject.rubric?.criteria.isEmpty ?? true
        }
        for judge in judges where needsText {
            guard catalog.judges[judge].endpoints.allSatisfy(\.endpoint.api.writesText) else {
                throw .usage(
                    "the judge `\(catalog.judges[judge].name)` answers Boolean questions only; name the others by --judge"
                )
            }
        }
        tasks = judges.map { judge in
            var task = base
            task.judges = [judge]
            return task
        }
    }

    /// The questions to one of the judges.
    package func inquiries(_ judge: Int) -> [Inquiry] {
        pairs.isEmpty
            ? rollouts.map { Inquiry(task: judge, rollouts: [$0.shown]) }
            : pairs.map { Inquiry(task: judge, rollouts: [rollouts[$0.first].shown, rollouts[$0.second].shown]) }
    }
}
