internal import TerminalText

/// Figures in the words of a table.
enum FigureText {
    /// About three significant digits: `1,240`, `48.2`, `0.91`.
    static func value(_ value: Double) -> String {
        guard value.isFinite, value.magnitude < 1e15 else { return "-" }
        if value.magnitude >= 100 { return Figures.count(Int(value.rounded())) }
        return Figures.decimal(value, fractionDigits: value.magnitude >= 10 ? 1 : 2)
    }

    /// `1.18x`; `0.034x` where two digits would say little, `6,210x` where they would say too much.
    static func ratio(_ ratio: Double) -> String { digits(ratio) + "x" }

    static func quartiles(_ ratios: ClosedRange<Double>) -> String {
        digits(ratios.lowerBound) + "-" + digits(ratios.upperBound)
    }

    static func percent(_ share: Double) -> String { Figures.decimal(share * 100, fractionDigits: 0) + " %" }

    static func verdict(_ isGoalMet: Bool?) -> String {
        switch isGoalMet {
        case true?: "met"
        case false?: "missed"
        case nil: ""
        }
    }

    private static func digits(_ ratio: Double) -> String {
        guard ratio.isFinite, ratio.magnitude < 1e15 else { return "-" }
        if ratio.magnitude >= 100 { return Figures.count(Int(ratio.rounded())) }
        return Figures.decimal(ratio, fractionDigits: ratio.magnitude < 0.1 && ratio != 0 ? 3 : 2)
    }
}
