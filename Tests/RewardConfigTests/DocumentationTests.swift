import RewardConfig
import RewardKernel
import Testing

/// What the documentation shows must be true.
@Suite struct DocumentationTests {
    /// The package's folder, three above this file.
    private static let root = #filePath.split(separator: "/", omittingEmptySubsequences: false).dropLast(3).joined(
        separator: "/")

    private func text(of path: String) throws -> String {
        String(decoding: try RegularFile.read("\(Self.root)/\(path)", byteCountMax: 1 << 20), as: UTF8.self)
    }

    @Test func examplesAreRightAndUseEveryComponentType() throws {
        var used: Set<String> = []
        for name in ["rewards.yaml", "judged.yaml"] {
            let configuration = try Configuration.load(path: "\(Self.root)/examples/\(name)") { _ in "secret" }
            #expect(configuration.warnings.isEmpty, "\(configuration.warnings)")
            used.formUnion(configuration.rewards.flatMap { $0.components.map { $0.component.typeName } })
        }
        #expect(used == Set(Configuration.componentTypes))
    }

    @Test func everyComponentTypeHasItsSection() throws {
        let reference = try text(of: "docs/configuration.md")
        for type in Configuration.componentTypes { #expect(reference.contains("\n### `\(type)`\n"), "\(type)") }
    }

    /// Each key that a check knows stands in a table of the reference. What a component knows it says itself, when it is
    /// asked for a key that it does not know.
    @Test func everyKeyIsInTheReference() throws {
        let reference = try text(of: "docs/configuration.md")
        for type in Configuration.componentTypes {
            let line = try #require(
                errorLines(component: "{type: \(type), zzzzzzzzzzzz: 1}").first { $0.contains("known here: ") })
            let known = try #require(line.split(separator: "known here: ").last)
            for key in known.split(separator: ", ") {
                #expect(reference.contains("\n| `\(key)` | "), "\(type): \(key)")
            }
        }
    }

    /// The same for the parts of the judge lane.
    @Test(arguments: [
        "judges: {j: {zzzzzzzzzzzz: 1}}", "judges: {j: {limits: {zzzzzzzzzzzz: 1}, prices: {}, api: openai}}",
        "judges: {j: {prices: {zzzzzzzzzzzz: 1}}}",
        "judges: {j: {api: openai, endpoints: [{zzzzzzzzzzzz: 1}]}}", "rubrics: {q: {zzzzzzzzzzzz: 1}}",
        "rubrics: {q: {criteria: [{zzzzzzzzzzzz: 1}]}}", "rubrics: {q: {scale: {zzzzzzzzzzzz: 1}}}",
        "judging: {zzzzzzzzzzzz: 1}", "judging: {cache: {zzzzzzzzzzzz: 1}}", "judging: {hedging: {zzzzzzzzzzzz: 1}}",
        "store: {path: s, zzzzzzzzzzzz: 1}", "zzzzzzzzzzzz: 1",
    ])
    func everyKeyOfTheJudgeLaneIsInTheReference(yaml: String) throws {
        let reference = try text(of: "docs/configuration.md")
        let line = try #require(errorLines(yaml).first { $0.contains("zzzzzzzzzzzz: unknown key; known here: ") })
        let known = try #require(line.split(separator: "known here: ").last)
        for key in known.split(separator: ", ") {
            #expect(reference.contains("\n| `\(key)` | "), "\(yaml): \(key)")
        }
    }

    @Test func everyYAMLOfTheReferenceIsRight() throws {
        let blocks = try text(of: "docs/configuration.md").split(separator: "```yaml\n").dropFirst()
            .compactMap { $0.split(separator: "```", maxSplits: 1).first }
        #expect(blocks.count >= 3)
        for block in blocks {
            let yaml = Self.completed(String(block))
            let lines = errorLines(yaml, baseDirectory: "\(Self.root)/examples", environment: { _ in "secret" })
            #expect(lines.isEmpty, "\(lines): \(yaml)")
        }
    }

    /// A block of the reference with what it leaves out: the reward around a component, a reward beside a server.
    private static func completed(_ block: String) -> String {
        switch block.prefix(while: { $0 == " " }).count {
        case 0 where !block.contains("rewards:"):
            block.replacing("[trainers]", with: "[root]") + "rewards: {r: {components: {c: {type: think_format}}}}"
        case 0: block
        case 4:
            "rewards:\n  r:\n\(block)    components: {correct: {type: numeric_match}, thinks: {type: think_format}}\n"
        default: "rewards:\n  r:\n    components:\n\(block)"
        }
    }
}
