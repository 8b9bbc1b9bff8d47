import RewardConfig
import RewardKernel
import RewardMemory
import TerminalText

/// What an OpenAI grader says, for people and as JSON.
package struct GraderSummary {
    private let file: String
    private let grader: Grader
    private let reward: RewardSettings

    /// The summary of a file that is a grader; nil when it is something else, a configuration probably.
    package init?(file: String) throws(GraderError) {
        guard let bytes = try? RegularFile.read(file, byteCountMax: Limits.configurationByteCountMax),
            let json = try? JSONValue.make(parsing: bytes), case .object = json, json["rewards"] == nil,
            json["type"] != nil || json["graders"] != nil
        else { return nil }
        self.file = file
        grader = try Grader(json)
        reward = try grader.compile().reward
    }

    package func lines(style: TerminalStyle) -> [String] {
        var lines = [style(.heading, grader.name) + "  \(grader.typeName)\(reward.formula.map { " = \($0)" } ?? "")"]
        var table = TextTable([.init("component"), .init("type")])
        for component in reward.components {
            table.add([.init(component.name, .name), .init(component.component.typeName)])
        }
        lines += table.lines(style: style, indentation: 2)
        let paths = grader.itemPaths.map { "item.\($0)" }
        let sample = ["sample.output_text"] + (grader.readsCompletionFields ? ["sample.output_json"] : [])
        lines.append("reads   \((sample + paths).joined(separator: ", "))")
        if !grader.models.isEmpty {
            let models = grader.models.joined(separator: ", ")
            lines.append("asks    \(models): name a judge for it, `rewards: {NAME: {grader: \(file), judges: {...}}}`")
        }
        lines.append(style(.success, "\(file) is right: a grader"))
        return lines
    }

    package var json: JSONValue {
        .object([
            "file": .string(file), "name": .string(grader.name), "type": .string(grader.typeName),
            "formula": .text(reward.formula),
            "components": .object(
                reward.components.map { .init($0.name, .object(["type": .string($0.component.typeName)])) }),
            "item_paths": .array(grader.itemPaths.map(JSONValue.string)),
            "models": .array(grader.models.map(JSONValue.string)),
        ])
    }
}
