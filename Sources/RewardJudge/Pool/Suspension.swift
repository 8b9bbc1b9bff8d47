/// Leaves an endpoint alone whose account has no credit. One attempt looks after 60 s, then after twice as long each time up
/// to 15 min; calls do not wait for that, because it takes a person to pay.
package struct Suspension: Sendable {
    package static let probeNanosecondsMin: UInt64 = 60_000_000_000
    package static let probeNanosecondsMax: UInt64 = 900_000_000_000

    package enum State: Sendable, Equatable {
        case none
        case suspended(until: UInt64)
        case probing
    }

    package private(set) var state = State.none
    private var probeNanoseconds = Suspension.probeNanosecondsMin

    package init() {}

    package func isClosed(now: UInt64) -> Bool {
        switch state {
        case .none: false
        case .suspended(let until): now < until
        case .probing: true
        }
    }

    /// An attempt begins. Returns whether it is the one that looks.
    package mutating func started() -> Bool {
        switch state {
        case .none, .probing: return false
        case .suspended:
            state = .probing
            return true
        }
    }

    /// The account was found without credit. Only the first such word, and that of the attempt that looks, count.
    package mutating func billingFailed(wasProbe: Bool, now: UInt64) {
        guard wasProbe || state == .none else { return }
        state = .suspended(until: now + probeNanoseconds)
        probeNanoseconds = min(probeNanoseconds * 2, Self.probeNanosecondsMax)
    }

    /// The attempt that looks was answered.
    package mutating func probeSucceeded() {
        state = .none
        probeNanoseconds = Self.probeNanosecondsMin
    }

    /// The attempt that looks was let go, or failed in a way that says nothing of credit: another one may look. The breaker
    /// sees to it that they do not become many.
    package mutating func probeLost(now: UInt64) {
        state = .suspended(until: now)
    }
}
