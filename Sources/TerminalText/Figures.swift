/// Numbers as people read them.
package enum Figures {
    /// A whole number with a comma every three digits.
    package static func count(_ value: Int) -> String {
        let digits = String(value.magnitude)
        var text = value < 0 ? "-" : ""
        for (index, digit) in digits.enumerated() {
            if index > 0 && (digits.count - index) % 3 == 0 { text += "," }
            text.append(digit)
        }
        return text
    }

    /// A number with so many digits after the point, rounded half away from zero.
    package static func decimal(_ value: Double, fractionDigits: Int) -> String {
        precondition((0...9).contains(fractionDigits), "a figure has at most nine digits after its point")
        guard value.isFinite else { return value.isNaN ? "nan" : (value < 0 ? "-inf" : "inf") }
        var factor = 1.0
        for _ in 0..<fractionDigits { factor *= 10 }
        let scaled = (value.magnitude * factor).rounded()
        // Past 2^53 there are no digits after the point left to round.
        guard scaled < 9_007_199_254_740_992 else { return "\(value)" }
        let units = Int(scaled)
        let sign = value < 0 && units > 0 ? "-" : ""
        guard fractionDigits > 0 else { return sign + String(units) }
        let fraction = String(units % Int(factor))
        return sign + String(units / Int(factor)) + "."
            + String(repeating: "0", count: fractionDigits - fraction.count) + fraction
    }

    /// Bytes with a binary unit.
    package static func bytes(_ count: Int) -> String {
        let units = ["KiB", "MiB", "GiB", "TiB"]
        guard count >= 1024 else { return "\(count) B" }
        var value = Double(count) / 1024
        var index = 0
        while value >= 1024 && index < units.count - 1 {
            value /= 1024
            index += 1
        }
        return "\(decimal(value, fractionDigits: value < 10 ? 1 : 0)) \(units[index])"
    }
}
