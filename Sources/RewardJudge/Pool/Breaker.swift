/// Keeps calls away from an endpoint that fails them, and looks now and then whether it has recovered.
///
/// It opens after five failures in a row, or when more than half of ten or more attempts of the last 30 s failed. It stays open
/// for 5 s, twice as long each time up to 60 s; then one attempt goes through, and decides. An endpoint that is a judge's
/// only one never opens below twenty failures: with nowhere else to go, trying beats waiting for longer.
package struct Breaker: Sendable {
    package static let openNanosecondsMin: UInt64 = 5_000_000_000
    package static let openNanosecondsMax: UInt64 = 60_000_000_000
    package static let windowNanoseconds: UInt64 = 30_000_000_000
    package static let failuresInRowMax = 5
    package static let attemptCountMin = 10
    package static let failureCountMinWhenAlone = 20

    package enum State: Sendable, Equatable {
        case closed
        /// After the instant one attempt may look.
        case open(until: UInt64)
        /// That attempt is under way.
        case probing
    }

    /// What an attempt said about its endpoint.
    package enum Sign: Sendable {
        case healthy, failing
        /// Nothing: it was let go too early.
        case unknown
    }

    package private(set) var state = State.closed
    private let isAlone: Bool
    private var failuresInRow = 0
    private var tally = WindowTally(windowNanoseconds: Breaker.windowNanoseconds)
    private var openNanoseconds = Breaker.openNanosecondsMin
    private var closedAt: UInt64 = 0

    package init(isAlone: Bool) {
        self.isAlone = isAlone
    }

    /// The first instant at which an attempt may begin; nil while the one that looks is under way.
    package var freeAt: UInt64? {
        switch state {
        case .closed: 0
        case .open(let until): until
        case .probing: nil
        }
    }

    /// An attempt begins. Returns whether it is the one that looks.
    package mutating func started() -> Bool {
        switch state {
        case .closed, .probing: return false
        case .open:
            state = .probing
            return true
        }
    }

    /// An attempt ended. Returns whether the breaker opened by it.
    package mutating func ended(_ sign: Sign, wasProbe: Bool, startedAt: UInt64, now: UInt64) -> Bool {
        if wasProbe { return probeEnded(sign, now: now) }
        // What began before the breaker opened belongs to the trouble that it opened for.
        guard state == .closed, startedAt >= closedAt else { return false }
        switch sign {
        case .unknown: return false
        case .healthy:
            failuresInRow = 0
            tally.add(all: 1, some: 0, now: now)
            return false
        case .failing:
            failuresInRow += 1
            tally.add(all: 1, some: 1, now: now)
            guard isTooMuch(now: now) else { return false }
            open(now: now)
            return true
        }
    }

    private mutating func probeEnded(_ sign: Sign, now: UInt64) -> Bool {
        switch sign {
        case .unknown:
            state = .open(until: now)
            return false
        case .healthy:
            state = .closed
            closedAt = now
            failuresInRow = 0
            tally.reset()
            openNanoseconds = Self.openNanosecondsMin
            return false
        case .failing:
            open(now: now)
            return true
        }
    }

    private func isTooMuch(now: UInt64) -> Bool {
        let totals = tally.totals(now: now)
        let isMostly = totals.all >= Self.attemptCountMin && totals.some * 2 > totals.all
        if isAlone {
            return failuresInRow >= Self.failureCountMinWhenAlone
                || isMostly && totals.some >= Self.failureCountMinWhenAlone
        }
        return failuresInRow >= Self.failuresInRowMax || isMostly
    }

    private mutating func open(now: UInt64) {
        state = .open(until: now + openNanoseconds)
        openNanoseconds = min(openNanoseconds * 2, Self.openNanosecondsMax)
    }
}
