import RewardKernel

extension ComponentDecoder {
    static let lengthPenalty = ComponentDecoder(type: "length_penalty") { component in
        let measure = component.lengthSettings(default: .words)
        let target = component.required("target", suggestion: "such as `target: [20, 200]`").flatMap(decodeTarget)
        let tolerance = component.optional("tolerance").map(decodeTolerance) ?? (below: 0, above: 0)
        guard let measure, let target, let tolerance else { return nil }
        return .lengthPenalty(
            LengthPenaltySettings(
                measure, target: target, toleranceBelow: tolerance.below, toleranceAbove: tolerance.above))
    }

    /// `[low, high]`, or a number for both.
    private static func decodeTarget(_ reader: NodeReader) -> ClosedRange<Double>? {
        let target: ClosedRange<Double>?
        if reader.isSequence {
            target = reader.range()
        } else {
            target = reader.number("a number or a list of two numbers, [low, high]").map { $0...$0 }
        }
        guard let target else { return nil }
        guard target.lowerBound >= 0 else {
            reader.report("a length is not negative")
            return nil
        }
        return target
    }

    /// `[below, above]`, or a number for both.
    private static func decodeTolerance(_ reader: NodeReader) -> (below: Double, above: Double)? {
        guard reader.isSequence else {
            guard let both = reader.number("a number or a list of two numbers, [below, above]") else { return nil }
            guard both >= 0 else {
                reader.report("a tolerance is not negative")
                return nil
            }
            return (both, both)
        }
        guard let sides = reader.sequence() else { return nil }
        guard sides.count == 2 else {
            reader.reportUnexpected("a number or a list of two numbers, [below, above]")
            return nil
        }
        guard let below = sides[0].number(atLeast: 0), let above = sides[1].number(atLeast: 0) else { return nil }
        return (below, above)
    }
}
