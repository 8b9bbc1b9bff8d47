/// How many calls an endpoint is asked at once, where it takes several: few at first, twice as many after a full batch that came
/// in good time, half as many after one that came to nothing; from then on it takes many in good time to try again.
///
/// A batch is answered as a whole, so a server that is slow with it loses the answers of all. Begun at 16, a server that had
/// time for 16 calls one by one was seen to answer none of them.
struct BatchLimit: Sendable, Equatable {
    /// More save few requests, and lose much with one.
    static let countMax = 16

    /// What a probe has proven.
    private(set) var count = 2
    /// Full batches in a row that came in good time, and as many as it takes to double them.
    private var answeredCount = 0
    private var wantedCount = 1
    /// After a failure: those at the head of a server's queue are quick whatever becomes of the others.
    private static let wantedCountAfterFailure = 32

    /// Takes a batch's answer; a call by itself is a batch of one.
    mutating func answered(callCount: Int, elapsedNanoseconds: UInt64, timeoutNanoseconds: UInt64) {
        // Twice as many take at most twice as long, which leaves them half of the time.
        guard callCount >= count else { return }
        answeredCount = elapsedNanoseconds <= timeoutNanoseconds / 4 ? answeredCount + 1 : 0
        guard answeredCount >= wantedCount else { return }
        answeredCount = 0
        count = min(2 * count, Self.countMax)
    }

    /// Takes the end of a batch that its size may be to blame for: no time, or an answer too long to be taken.
    /// True when there are fewer at once now.
    mutating func failed(callCount: Int) -> Bool {
        guard callCount > 1, callCount / 2 < count else { return false }
        count = callCount / 2
        answeredCount = 0
        wantedCount = Self.wantedCountAfterFailure
        return true
    }
}
