import BenchSupport
import Foundation

/// What `load_client` or `crowd_client` printed about one run; times in nanoseconds.
struct LoadReport: Decodable {
    let requests: Int
    let p50: Double
    let p90: Double
    let p99: Double
    let p999: Double
    let p9999: Double
    let requestsPerSecond: Double
    let rolloutsPerSecond: Double

    private enum CodingKeys: String, CodingKey {
        case requests
        case p50 = "p50_ns"
        case p90 = "p90_ns"
        case p99 = "p99_ns"
        case p999 = "p999_ns"
        case p9999 = "p9999_ns"
        case requestsPerSecond = "requests_per_second"
        case rolloutsPerSecond = "rollouts_per_second"
    }

    init(_ line: String) throws {
        self = try JSONDecoder().decode(LoadReport.self, from: Data(line.utf8))
    }

    /// The percentiles of a table, and of a plot the share of times above each.
    static func percentiles(isFull: Bool) -> [Percentile] {
        let all = [
            Percentile(name: "p50", above: 2, \.p50), Percentile(name: "p90", above: 10, \.p90),
            Percentile(name: "p99", above: 100, \.p99), Percentile(name: "p99.9", above: 1_000, \.p999),
            Percentile(name: "p99.99", above: 10_000, \.p9999),
        ]
        return isFull ? all : all.filter { ["p50", "p99", "p99.9"].contains($0.name) }
    }
}

/// One percentile of a run.
struct Percentile {
    let name: String
    /// One of so many times lies above it.
    let above: Double
    private let nanoseconds: (LoadReport) -> Double

    init(name: String, above: Double, _ nanoseconds: @escaping (LoadReport) -> Double) {
        self.name = name
        self.above = above
        self.nanoseconds = nanoseconds
    }

    /// Microseconds, run by run.
    func rounds(_ reports: [LoadReport]) -> Rounds { Rounds(reports.map { nanoseconds($0) / 1e3 }) }
}
