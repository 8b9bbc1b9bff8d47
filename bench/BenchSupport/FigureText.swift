/// Numbers as the table shows them.
package enum FigureText {
    /// A ratio with two places: `1.07x`.
    package static func ratio(_ value: Double) -> String {
        fixed(value, places: 2) + "x"
    }

    /// A value with about three significant digits and thousands separators: `1,240`, `48.2`, `0.91`.
    package static func value(_ value: Double) -> String {
        guard value.isFinite else { return "-" }
        let magnitude = abs(value)
        if magnitude >= 100 { return grouped(value) }
        return fixed(value, places: magnitude >= 10 ? 1 : 2)
    }

    /// A share as a whole percentage: `3 %`.
    package static func percent(_ share: Double) -> String {
        share.isFinite ? "\(Int((share * 100).rounded())) %" : "-"
    }

    /// Plain decimal places, rounded half away from zero.
    package static func fixed(_ value: Double, places: Int) -> String {
        guard value.isFinite, abs(value) < 1e15 else { return "-" }
        var scale = 1.0
        for _ in 0..<places { scale *= 10 }
        let scaled = Int((abs(value) * scale).rounded())
        let sign = value < 0 && scaled != 0 ? "-" : ""
        let whole = scaled / Int(scale)
        guard places > 0 else { return sign + String(whole) }
        let fraction = String(scaled % Int(scale))
        return sign + String(whole) + "." + String(repeating: "0", count: places - fraction.count) + fraction
    }

    /// A whole number with a comma between thousands.
    package static func grouped(_ value: Double) -> String {
        let digits = Array(fixed(abs(value), places: 0))
        var text = value < 0 ? "-" : ""
        for (index, digit) in digits.enumerated() {
            if index > 0 && (digits.count - index) % 3 == 0 { text.append(",") }
            text.append(digit)
        }
        return text
    }
}
