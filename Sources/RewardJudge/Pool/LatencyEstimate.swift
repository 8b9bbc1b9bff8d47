/// How long an endpoint takes to answer, as far as was seen of late.
package struct LatencyEstimate: Sendable {
    /// Weight of the newest measurement in the moving mean.
    package static let newestShare = 0.2
    /// A mean without a newer measurement than this is no longer believed, so that an endpoint that was slow once is tried
    /// again.
    package static let freshNanoseconds: UInt64 = 30_000_000_000
    /// Below so many measurements there is no telling a 95th percentile.
    package static let countForPercentile = 50
    private static let keptCount = 128
    /// The percentile is worked out anew after so many measurements, since it takes a sort.
    private static let percentileEvery = 16

    private var mean: Double?
    private var measuredAt: UInt64 = 0
    private var count = 0
    private var kept: [UInt64] = []
    private var percentile: UInt64 = 0

    package init() {}

    package mutating func add(nanoseconds: UInt64, now: UInt64) {
        let latency = Double(nanoseconds)
        mean = mean.map { $0 + Self.newestShare * (latency - $0) } ?? latency
        measuredAt = now
        if kept.count < Self.keptCount {
            kept.append(nanoseconds)
        } else {
            kept[count % Self.keptCount] = nanoseconds
        }
        count += 1
        guard count >= Self.countForPercentile else { return }
        if count == Self.countForPercentile || count % Self.percentileEvery == 0 {
            percentile = kept.sorted()[kept.count * 95 / 100]
        }
    }

    /// An attempt that had not been answered when it was let go: the mean rises to that, but is not lowered by it.
    package mutating func addAtLeast(nanoseconds: UInt64, now: UInt64) {
        if let mean, Double(nanoseconds) <= mean { return }
        add(nanoseconds: nanoseconds, now: now)
    }

    /// The moving mean in nanoseconds; nil where nothing was measured of late.
    package func meanNanoseconds(now: UInt64) -> Double? {
        now < measuredAt + Self.freshNanoseconds ? mean : nil
    }

    /// Nil below `countForPercentile` measurements.
    package var percentile95Nanoseconds: UInt64? {
        count >= Self.countForPercentile ? percentile : nil
    }
}
