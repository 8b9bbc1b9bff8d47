/// How many attempts an endpoint takes at once, found by trying: one more after every twenty successes, half as many after
/// a refusal (additive increase, multiplicative decrease).
package struct ConcurrencyLimit: Sendable {
    package static let successesForMore = 20

    package private(set) var count: Int
    private let countMax: Int
    private var successCount = 0
    private var cutAt: UInt64?

    package init(start: Int, max countMax: Int) {
        count = min(max(1, start), max(1, countMax))
        self.countMax = max(1, countMax)
    }

    /// - Parameter wasNeeded: whether half of the limit or more was in use. Successes of an idle endpoint do not show that it
    ///   could take more.
    package mutating func succeeded(wasNeeded: Bool) {
        guard wasNeeded else { return }
        successCount += 1
        guard successCount >= Self.successesForMore else { return }
        successCount = 0
        count = min(count + 1, countMax)
    }

    /// An attempt was refused for want of room. Refusals of attempts that were under way at the last cut tell nothing about
    /// the limit as it is since then, and are let pass.
    package mutating func refused(startedAt: UInt64, now: UInt64) {
        successCount = 0
        if let cutAt, startedAt <= cutAt { return }
        cutAt = now
        count = max(1, count / 2)
    }
}
