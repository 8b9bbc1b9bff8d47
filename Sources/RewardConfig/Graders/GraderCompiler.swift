import RewardJudge
import RewardKernel

/// Makes a reward of a grader: its parts become components, and its formula the reward's.
package struct GraderCompiler {
    /// The component that asks what a model grader asks.
    package typealias Judged =
        (_ grader: ModelGrader, _ component: String, _ place: String) throws(GraderError) -> ComponentSettings

    private let judged: Judged

    package init(judged: @escaping Judged) {
        self.judged = judged
    }

    /// - Parameter name: The reward's.
    package func reward(_ grader: Grader, named name: String) throws(GraderError) -> RewardSettings {
        var reward: RewardSettings
        switch grader.measure {
        case .multi(let variables, let formula):
            var components: [RewardComponentSettings] = []
            for variable in variables {
                components.append(
                    RewardComponentSettings(
                        name: variable.name,
                        component: try component(variable.grader, variable.name, "graders.\(variable.name)")))
            }
            reward = RewardSettings(name: name, components: components)
            reward.aggregate = .formula
            reward.formula = Self.formula(formula, of: variables)
            // A formula's values have no bounds of their own.
            reward.range = -1e9...1e9
        case .stringCheck, .textSimilarity, .model:
            let component = try component(grader, Self.componentName, "")
            reward = RewardSettings(
                name: name, components: [RewardComponentSettings(name: Self.componentName, component: component)])
            if let range = grader.scoreRange, range != 0...1 {
                reward.aggregate = .formula
                reward.formula = Self.expression(Self.componentName, range)
                reward.range = range
            }
        }
        return reward
    }

    /// What the component of a grader without others is called.
    package static let componentName = "score"

    private func component(_ grader: Grader, _ name: String, _ place: String) throws(GraderError) -> ComponentSettings {
        func inside(_ key: String) -> String { place.isEmpty ? key : "\(place).\(key)" }
        switch grader.measure {
        case .stringCheck(let operation, let input, let reference):
            return .stringCheck(
                StringCheckSettings(
                    operation: operation, input: try input.operand(at: inside("input")),
                    reference: try reference.operand(at: inside("reference"))))
        case .textSimilarity(let name, let input, let reference):
            guard let metric = SimilarityMetric(rawValue: name) else {
                let known = SimilarityMetric.allCases.map(\.rawValue).joined(separator: ", ")
                throw GraderError(inside("evaluation_metric"), "\(name) is not measured here; these are: \(known)")
            }
            return .textSimilarity(
                TextSimilaritySettings(
                    metric: metric, input: try input.operand(at: inside("input")),
                    reference: try reference.operand(at: inside("reference"))))
        case .model(let model): return try judged(model, name, place)
        case .multi: throw GraderError(place, "a multi grader holds no other one")
        }
    }

    // MARK: Formulas

    /// The formula, with what is scored from 0 to 1 taken to the range that its grader names.
    static func formula(_ text: String, of variables: [Grader.Variable]) -> String {
        var written = ""
        var rest = text[...]
        while let first = rest.utf8.first {
            guard first.isNameStart else {
                // A number goes as a whole, for its exponent is no name.
                let isNumber = first.isDigit || first == UInt8(ascii: ".")
                let part = isNumber ? rest.prefix { $0.isLetter || $0.isNumber || $0 == "." } : rest.prefix(1)
                written += part
                rest = rest[part.endIndex...]
                continue
            }
            let name = rest.prefix { $0 == "_" || $0.isLetter || $0.isNumber }
            rest = rest[name.endIndex...]
            let isCall = rest.first { !$0.isWhitespace } == "("
            let range = variables.first { $0.name == name }?.grader.scoreRange
            if let range, range != 0...1, !isCall {
                written += "(\(expression(String(name), range)))"
            } else {
                written += name
            }
        }
        return written
    }

    private static func expression(_ name: String, _ range: ClosedRange<Double>) -> String {
        let width = NodeReader.text(of: range.upperBound - range.lowerBound)
        return "\(NodeReader.text(of: range.lowerBound)) + \(width) * \(name)"
    }
}

extension Grader {
    /// The range of a model's score; nil for what is scored from 0 to 1 anyway.
    var scoreRange: ClosedRange<Double>? {
        guard case .model(let model) = measure, case .score(let range) = model.question else { return nil }
        return range
    }
}

extension UInt8 {
    fileprivate var isDigit: Bool { self >= UInt8(ascii: "0") && self <= UInt8(ascii: "9") }
}
