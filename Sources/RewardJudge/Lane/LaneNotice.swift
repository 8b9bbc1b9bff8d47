/// What the judge lane has to say in the log.
package enum LaneNotice: Sendable, Equatable {
    /// Questions ended without a score since the last such notice; with the reason of the latest.
    case unscored(count: Int, reason: String)
    /// An endpoint did not answer so many calls at once; fewer are asked of it from now on.
    case batchTooLarge(judge: String, callCount: Int, countMax: Int)
    /// Judges pass what is known to be bad.
    case canariesPassed(task: String, passedCount: Int, count: Int)
    /// They do not any more.
    case canariesNoticed(task: String)
    /// A rubric and its shadow have begun to disagree, or have ceased to.
    case shadowDrift(task: String, agreement: Double, count: Int, isRaised: Bool)

    package var message: String {
        switch self {
        case .unscored(let count, let reason):
            "judges: \(count) \(count == 1 ? "question" : "questions") without a score; the latest: \(reason)"
        case .batchTooLarge(let judge, let callCount, let countMax):
            "judges: `\(judge)` did not answer a batch of \(callCount) calls; "
                + (countMax > 1 ? "it gets \(countMax) at once at most" : "it gets them one by one")
        case .canariesPassed(let task, let passedCount, let count):
            "judges: `\(task)` passed \(passedCount) of \(count) completions that are known to be bad; do not trust its scores"
        case .canariesNoticed(let task):
            "judges: `\(task)` notices again what is known to be bad"
        case .shadowDrift(let task, let agreement, let count, let isRaised):
            "judges: `\(task)` and its shadow agree on \((agreement * 100).rounded()) % of the latest \(count) rollouts"
                + (isRaised ? ", which is too little" : ", enough again")
        }
    }
}
