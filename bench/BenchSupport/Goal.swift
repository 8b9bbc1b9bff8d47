internal import TerminalText

/// What a figure should be.
package enum Goal: Sendable, Equatable {
    /// Of the ratio to the floor.
    case atMost(Double)
    case atLeast(Double)
    /// Of the figure itself, in its unit.
    case valueAtMost(Double)

    /// Nil for a goal of the ratio of a figure that has none.
    package func isMet(value: Double, ratio: Double?) -> Bool? {
        switch self {
        case .atMost(let bound): ratio.map { $0 <= bound }
        case .atLeast(let bound): ratio.map { $0 >= bound }
        case .valueAtMost(let bound): value <= bound
        }
    }

    package func text(unit: String) -> String {
        switch self {
        case .atMost(let bound): "<= " + FigureText.ratio(bound)
        case .atLeast(let bound): ">= " + FigureText.ratio(bound)
        case .valueAtMost(let bound): "<= " + Figures.decimal(bound, fractionDigits: 0) + " " + unit
        }
    }
}
