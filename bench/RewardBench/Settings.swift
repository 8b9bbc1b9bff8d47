import Foundation

/// How much is measured.
struct Settings: Encodable {
    /// Whether the workloads beside the headline's are measured as well.
    let isFull: Bool
    /// Rounds of each interleaved measurement of the headline.
    let rounds: Int
    /// The same of what `--full` measures beside it, which is many figures.
    let furtherRounds: Int
    /// Passes over the 64 texts in one round of the kernel figures.
    let passes: Int
    /// Requests of one round of the round-trip figures, and before them, not measured.
    let requests: Int
    let warmUp: Int
    /// The longest that one round of one figure over the socket takes.
    let seconds: Double
    /// How often all calls in flight turn over in one round of the judge lane's figures.
    let turns: Int
    let seed: UInt64
    /// The core that server and client share in the pinned rows.
    let core: Int
    var prose = ""

    private enum CodingKeys: String, CodingKey {
        case furtherRounds = "further_rounds"
        case rounds, passes, requests, seconds, turns, seed, core, prose
        case isFull = "full"
        case warmUp = "warm_up"
    }

    init(isQuick: Bool, isFull: Bool, seed: UInt64) {
        self.isFull = isFull
        rounds = isQuick ? 3 : 9
        furtherRounds = isQuick ? 3 : 5
        passes = isQuick ? 10 : 40
        requests = isQuick ? 10_000 : (isFull ? 100_000 : 40_000)
        warmUp = isQuick ? 500 : 2_000
        seconds = isQuick ? 0.5 : 1.5
        turns = isQuick ? 4 : 10
        self.seed = seed
        core = Machine.lastCore()
    }

    var text: String {
        "\(rounds) rounds\(isFull ? " (\(furtherRounds) beside the headline)" : ""), \(passes) passes, \(requests) requests or \(seconds) s, seed \(seed), core \(core), "
            + "text: \(prose)"
    }
}
