/// How many attempts an endpoint takes at once, found by trying: one more after every two successes until the first refusal, from
/// then on one more after every twenty successes, and fewer after refusals.
///
/// A refusal that asks for a rest halves the limit, once for all attempts that were under way: while the endpoint rests nothing is
/// answered, so such refusals must be rare. Any other refusal costs half an attempt. So many of them as attempts were under way
/// halve the limit too, and an endpoint that refuses one attempt in twenty stays where it is: a busy provider refuses some of the
/// calls whatever one caller does. That cut is in proportion to the share that is refused, as in DCTCP (Alizadeh et al., "Data
/// Center TCP", 2010); to halve at each round with a refusal leaves two or three attempts of hundreds at a provider that refuses
/// one in thirty.
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

    /// An attempt was refused for want of room. An endpoint that is still loading (`isWarm` false) refuses all, whatever the limit:
    /// that does not end the quick beginning.
    package mutating func refused(isWarm: Bool = true) {
        if isWarm { wasRefused = true }
        parts = max(Self.partCount, parts - Self.refusalPartCount)
    }

    /// The endpoint asked for a rest, or is given one.
    package mutating func halve() {
        wasRefused = true
        parts = max(Self.partCount, parts / 2)
    }
}
