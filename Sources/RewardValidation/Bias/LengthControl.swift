import Foundation

/// A win rate at equal lengths: what is left of a judge's preference when the longer text is no reason.
///
/// The idea of AlpacaEval 2 (Dubois and others, 2024), with its length term alone: `P(win) = sigmoid(b0 + b1 tanh(d / s))` with `d`
/// the difference of the lengths and `s` its standard deviation; the controlled rate is `sigmoid(b0)`.
package struct LengthControl: Sendable, Hashable {
    package let winRate: Double
    package let controlledWinRate: Double
    /// b1: above 0, the longer text wins.
    package let lengthCoefficient: Double

    /// Ridge on both coefficients, which keeps a rate finite that length explains entirely.
    private static let ridge = 1e-3

    /// - Parameters:
    ///   - wins: 1 for a win, 0.5 for a tie, 0 for a loss.
    ///   - lengthDifferences: Own length less the other's.
    package static func of(wins: [Double], lengthDifferences: [Double]) -> Estimate<LengthControl> {
        Estimate { () throws(Undefined) in
            precondition(wins.count == lengthDifferences.count, "every pair has a difference")
            guard wins.count >= 10 else { throw .tooFew(needed: 10, found: wins.count) }
            guard wins.allSatisfy({ (0...1).contains($0) }) else { throw .outOfRange }
            let deviation = try Variance.of(lengthDifferences, ddof: 1).get().squareRoot()
            guard deviation > 0 else { throw .constant }
            let lengths = lengthDifferences.map { tanh($0 / deviation) }
            let (base, slope) = try fit(wins, lengths)
            return LengthControl(
                winRate: wins.reduce(0, +) / Double(wins.count), controlledWinRate: sigmoid(base),
                lengthCoefficient: slope)
        }
    }

    private static func sigmoid(_ x: Double) -> Double { 1 / (1 + exp(-x)) }

    /// Newton's steps on the penalised likelihood, which is concave: no step is longer than 2.
    private static func fit(
        _ wins: [Double], _ lengths: [Double]
    ) throws(Undefined) -> (base: Double, slope: Double) {
        var (base, slope) = (0.0, 0.0)
        for _ in 0..<100 {
            var gradient = (-ridge * base, -ridge * slope)
            var (hessianBase, hessianCross, hessianSlope) = (ridge, 0.0, ridge)
            for (win, length) in zip(wins, lengths) {
                let probability = sigmoid(base + slope * length)
                gradient.0 += win - probability
                gradient.1 += (win - probability) * length
                let weight = probability * (1 - probability)
                hessianBase += weight
                hessianCross += weight * length
                hessianSlope += weight * length * length
            }
            let determinant = hessianBase * hessianSlope - hessianCross * hessianCross
            let steps = (
                (gradient.0 * hessianSlope - gradient.1 * hessianCross) / determinant,
                (gradient.1 * hessianBase - gradient.0 * hessianCross) / determinant
            )
            base += min(2, max(-2, steps.0))
            slope += min(2, max(-2, steps.1))
            if abs(steps.0) + abs(steps.1) < 1e-12 { return (base, slope) }
        }
        throw .noConvergence
    }
}
