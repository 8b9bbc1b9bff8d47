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

    @Test func exampleIsRightAndUsesEveryComponentType() throws {
        let configuration = try Configuration.load(path: "\(Self.root)/examples/rewards.yaml")
        #expect(configuration.warnings.isEmpty)
        let used = Set(configuration.rewards.flatMap { $0.components.map { $0.component.typeName } })
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

    @Test func everyYAMLOfTheReferenceIsRight() throws {
        let blocks = try text(of: "docs/configuration.md").split(separator: "```yaml\n").dropFirst()
            .compactMap { $0.split(separator: "```", maxSplits: 1).first }
        #expect(blocks.count >= 3)
        for block in blocks {
            let yaml = Self.completed(String(block))
            #expect(errorLines(yaml, baseDirectory: "\(Self.root)/examples").isEmpty, "\(yaml)")
        }
    }

    /// A block of the reference with what it leaves out: the reward around a component, a reward beside a server.
    private static func completed(_ block: String) -> String {
        switch block.prefix(while: { $0 == " " }).count {
        case 0 where block.hasPrefix("server:"):
            block.replacing("[trainers]", with: "[root]") + "rewards: {r: {components: {c: {type: think_format}}}}"
        case 0: block
        case 4:
            "rewards:\n  r:\n\(block)    components: {correct: {type: numeric_match}, thinks: {type: think_format}}\n"
        default: "rewards:\n  r:\n    components:\n\(block)"
        }
    }
}
