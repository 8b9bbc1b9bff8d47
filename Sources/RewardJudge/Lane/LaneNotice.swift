/// What the judge lane has to say in the log.
package enum LaneNotice: Sendable, Equatable {
    /// Questions ended without a score since the last such notice; with the reason of the latest.
    case unscored(count: Int, reason: String)
    /// Judges pass what is known to be bad.
    case canariesPassed(task: String, passedCount: Int, count: Int)

    package var message: String {
        switch self {
        case .unscored(let count, let reason):
            "judges: \(count) \(count == 1 ? "question" : "questions") without a score; the latest: \(reason)"
        case .canariesPassed(let task, let passedCount, let count):
            "judges: `\(task)` passed \(passedCount) of \(count) completions that are known to be bad; do not trust its scores"
        }
    }
}
