/// Numbers as a page shows them.
package enum FigureText {
    /// With so many digits after the point, rounded half away from zero; `undefined` for what is no number.
    package static func decimal(_ value: Double, fractionDigits: Int) -> String {
        precondition((0...9).contains(fractionDigits), "a figure has at most nine digits after its point")
        guard value.isFinite else { return "undefined" }
        let factor = powerOfTen(fractionDigits)
        let scaled = (value.magnitude * factor).rounded()
        // Past 2^53 there are no digits after the point left to round.
        guard scaled < 9_007_199_254_740_992 else { return "\(value)" }
        let units = Int(scaled)
        let sign = value < 0 && units > 0 ? "−" : ""
        guard fractionDigits > 0 else { return sign + count(units) }
        let fraction = String(units % Int(factor))
        let zeros = String(repeating: "0", count: fractionDigits - fraction.count)
        return sign + count(units / Int(factor)) + "." + zeros + fraction
    }

    /// A whole number with a comma every three digits.
    package static func count(_ value: Int) -> String {
        let digits = String(value.magnitude)
        var text = value < 0 ? "−" : ""
        for (index, digit) in digits.enumerated() {
            if index > 0 && (digits.count - index) % 3 == 0 { text += "," }
            text.append(digit)
        }
        return text
    }

    /// A share from 0 to 1 as a percentage.
    package static func percent(_ share: Double, fractionDigits: Int = 1) -> String {
        share.isFinite ? decimal(share * 100, fractionDigits: fractionDigits) + " %" : "undefined"
    }

    /// An interval, with so many digits after the point.
    package static func interval(_ interval: ClosedRange<Double>, fractionDigits: Int = 3) -> String {
        decimal(interval.lowerBound, fractionDigits: fractionDigits) + " to "
            + decimal(interval.upperBound, fractionDigits: fractionDigits)
    }

    /// Up to two digits after the point, for SVG. A view box is some hundred units wide.
    static func coordinate(_ value: Double) -> String {
        precondition(value.isFinite && value.magnitude < 1e6, "a coordinate lies in its view box")
        let hundredths = Int((value * 100).rounded())
        let sign = hundredths < 0 ? "-" : ""
        let (whole, rest) = hundredths.magnitude.quotientAndRemainder(dividingBy: 100)
        guard rest > 0 else { return sign + String(whole) }
        let digits = rest % 10 == 0 ? String(rest / 10) : (rest < 10 ? "0" : "") + String(rest)
        return sign + String(whole) + "." + digits
    }

    static func powerOfTen(_ exponent: Int) -> Double {
        precondition(exponent >= 0, "fractions are divided by their power")
        return (0..<exponent).reduce(1) { power, _ in power * 10 }
    }
}
