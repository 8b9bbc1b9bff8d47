/// A limit per minute, kept as the instant at which everything taken so far will have been paid for (the generic cell rate
/// algorithm): whole nanoseconds, so that an instant said to be free is free.
///
/// Something may be taken while the bill lies less than a tenth of a minute ahead. It may be larger than what is left and is
/// then owed: so whether anything may be taken does not depend on its size, and nothing large waits for ever behind small
/// things. Over any minute, then, at most 1.1 times the limit and one more taking go out.
package struct RateBucket: Sendable {
    private static let minuteNanoseconds: UInt64 = 60_000_000_000
    private static let aheadNanoseconds: UInt64 = minuteNanoseconds / 10

    private let perMinute: UInt64
    private var paidAt: UInt64 = 0

    /// - Parameter perMinute: 1 or more.
    package init(perMinute: Int) {
        self.perMinute = UInt64(max(1, perMinute))
    }

    /// The first instant at which something may be taken; in the past when it may be now.
    package var freeAt: UInt64 { paidAt > Self.aheadNanoseconds ? paidAt - Self.aheadNanoseconds : 0 }

    package mutating func take(_ count: Int, now: UInt64) {
        // The endpoint forgets within a minute what it was asked, so no debt lasts longer.
        paidAt = min(max(paidAt, now) + nanoseconds(count), now + Self.minuteNanoseconds + Self.aheadNanoseconds)
    }

    /// Gives back what was taken but not used.
    package mutating func giveBack(_ count: Int) {
        paidAt -= min(paidAt, nanoseconds(count))
    }

    private func nanoseconds(_ count: Int) -> UInt64 {
        // At most 10^7 times 6 * 10^10, which fits.
        UInt64(min(max(0, count), EndpointLimits.callTokenCountMax)) * Self.minuteNanoseconds / perMinute
    }
}
