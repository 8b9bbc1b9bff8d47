import RewardValidation

/// Whether a figure exists and is this, within 1e-6.
func isClose(_ estimate: Estimate<Double>, _ expected: Double, within limit: Double = 1e-6) -> Bool {
    estimate.value.map { abs($0 - expected) <= limit } ?? false
}

func isClose(_ value: Double, _ expected: Double, within limit: Double = 1e-6) -> Bool {
    abs(value - expected) <= limit
}

func isClose(
    _ interval: Estimate<Interval>, _ low: Double, _ high: Double, within limit: Double = 1e-6
) -> Bool {
    interval.value.map { isClose($0.low, low, within: limit) && isClose($0.high, high, within: limit) } ?? false
}
