/// How many attempts an endpoint takes at once, found by trying: one more after every two successes until the first refusal, from
/// then on one more after every twenty successes and one less after every two refusals.
///
/// So many refusals as attempts were under way halve the limit, and an endpoint that refuses one attempt in eleven stays where it
/// is: below that a refusal is taken for chance, since a busy provider refuses some of the calls whatever one caller does. The cut
/// is in proportion to the share that is refused, as in DCTCP (Alizadeh et al., "Data Center TCP", 2010); to halve at each round
/// with a refusal, as TCP did before, leaves two or three attempts of hundreds at a provider that refuses one in thirty.
package struct ConcurrencyLimit: Sendable {
    /// Parts of an attempt, which a limit grows and shrinks by.
    private static let partCount = 20
    private static let successPartCount = 1
    private static let refusalPartCount = 10
    /// Before the first refusal: half as many more in each round, so that a judge begun with 8 has 64 in six.
    private static let startPartCount = 10

    private var parts: Int
    private let partsMax: Int
    private var wasRefused = false

    package init(start: Int, max countMax: Int) {
        partsMax = max(1, countMax) * Self.partCount
        parts = min(max(1, start) * Self.partCount, partsMax)
    }

    package var count: Int { parts / Self.partCount }

    /// - Parameter wasNeeded: whether half of the limit or more was in use. Successes of an idle endpoint do not show that it
    ///   could take more.
    package mutating func succeeded(wasNeeded: Bool) {
        guard wasNeeded else { return }
        parts = min(parts + (wasRefused ? Self.successPartCount : Self.startPartCount), partsMax)
    }

    /// An attempt was refused for want of room.
    package mutating func refused() {
        wasRefused = true
        parts = max(Self.partCount, parts - Self.refusalPartCount)
    }
}
