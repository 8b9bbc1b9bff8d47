/// Wall-clock times of one call, as bench/peers/workload.py measures them.
struct PeerTimes: Decodable {
    let count: Int
    let p50: Double
    let p99: Double

    private enum CodingKeys: String, CodingKey {
        case count
        case p50 = "p50_us"
        case p99 = "p99_us"
    }
}
