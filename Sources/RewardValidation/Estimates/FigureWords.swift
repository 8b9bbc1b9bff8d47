import Foundation

/// Figures in sentences.
package enum FigureWords {
    /// With so many digits after the point at most, and no zeros at the end.
    package static func decimal(_ value: Double, digits: Int = 4) -> String {
        var text = String(format: "%.\(digits)f", value)
        guard text.contains(".") else { return text }
        while text.hasSuffix("0") { text.removeLast() }
        if text.hasSuffix(".") { text.removeLast() }
        return text == "-0" ? "0" : text
    }

    /// Three digits, or why there are none.
    package static func text(_ estimate: Estimate<Double>) -> String {
        switch estimate {
        case .value(let value): String(format: "%.3f", value)
        case .undefined(let reason): "undefined (\(reason.text))"
        }
    }
}
