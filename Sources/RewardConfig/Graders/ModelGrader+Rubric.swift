import RewardJudge
import RewardKernel

extension ModelGrader {
    /// What the judge is asked: a scale, or one criterion that is met when the label is one that passes.
    ///
    /// Messages without values become instructions, the others the material; the completion is always shown.
    func question(named name: String) throws(RubricError) -> RubricQuestion {
        let instructions = messages.filter { !$0.content.showsValues && $0.role != "assistant" }
        let material = messages.filter { $0.content.showsValues || $0.role == "assistant" }
        var template = material.map(\.content.rubricText).joined(separator: "\n\n")
        if !template.contains("{{completion}}") { template += (template.isEmpty ? "" : "\n\n") + "{{completion}}" }
        let text = instructions.map(\.content.rubricText).joined(separator: "\n\n")
        let rubricName = String(name.map { $0 == "." ? "_" : $0 })
        switch question {
        case .score(let range):
            return try RubricQuestion(
                rubric: Rubric(
                    name: rubricName, scale: Self.scale(range), template: template,
                    instructions: text.isEmpty ? nil : text), fieldNames: fields)
        case .label(let labels, let passing):
            let list = { (labels: [String]) in labels.map { "\"\($0)\"" }.joined(separator: ", ") }
            let criterion = try Criterion(
                name: "passes",
                text: "Of the labels \(list(labels)), the one that fits the completion best, by the instructions, is "
                    + "one of these: \(list(passing)).")
            return try RubricQuestion(
                rubric: Rubric(
                    name: rubricName, criteria: [criterion], template: template,
                    instructions: text.isEmpty ? nil : text), fieldNames: fields)
        }
    }

    /// Whole numbers with steps enough: those of the range itself when it has them, else 0 to 10.
    private static func scale(_ range: ClosedRange<Double>) throws(RubricError) -> RubricScale {
        let text = { (low: String, high: String) in
            "Rate as the instructions and the material ask. Where they speak of scores from "
                + "\(NodeReader.text(of: range.lowerBound)) to \(NodeReader.text(of: range.upperBound)), "
                + "the lowest of these is \(low) here and the highest is \(high)."
        }
        if range.upperBound - range.lowerBound >= 4, range.lowerBound.magnitude <= 1e6,
            range.upperBound.magnitude <= 1e6,
            let low = Int(exactly: range.lowerBound), let high = Int(exactly: range.upperBound)
        {
            return try RubricScale(low: low, high: high, text: text("\(low)", "\(high)"))
        }
        return try RubricScale(low: 0, high: 10, text: text("0", "10"))
    }

    /// Fields of the data set that the judge is shown, each once.
    var fields: [String] { messages.flatMap(\.content.fields).unique.sorted() }

    func shows(item path: String) -> Bool { messages.contains { $0.content.shows(item: path) } }

    /// The component that waits for the answer to a judge task.
    package func settings(task: Int) -> ComponentSettings {
        .judged(
            JudgedSettings(
                kind: .rubric, task: task, readsPrompt: shows(item: GraderTemplate.promptPath),
                readsReferenceAnswer: shows(item: GraderTemplate.referenceAnswerPath), fields: fields))
    }
}
