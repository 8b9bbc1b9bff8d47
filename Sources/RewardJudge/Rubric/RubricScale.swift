/// A numeric scale, for compatibility with judges that rate: a checklist tells more and is the better choice.
package struct RubricScale: Sendable, Hashable {
    package let low: Int
    /// Above `low`.
    package let high: Int
    /// What the numbers mean.
    package let text: String

    /// Fails with the key relative to the scale: `high`.
    package init(low: Int, high: Int, text: String) throws(RubricError) {
        guard abs(Double(low)) <= 1e6, abs(Double(high)) <= 1e6 else {
            throw RubricError("high", "the bounds of a scale are at most 1000000 away from 0")
        }
        guard low < high else { throw RubricError("high", "\(high) is not above the scale's low end, \(low)") }
        try RubricText.check(text, key: "text")
        self.low = low
        self.high = high
        self.text = text
    }

    /// `(value - low) / (high - low)`: 0 to 1 for a value within the bounds.
    package func score(_ value: Double) -> Double {
        (value - Double(low)) / Double(high - low)
    }
}
