import RewardConfig
import Testing

/// Documents written to hurt: each must be refused, quickly, and with a place where there is one.
///
/// The time limits are generous for a debug build on a busy machine; without the bounds that these tests guard, the same
/// documents take minutes or all memory.
@Suite(.timeLimit(.minutes(1))) struct HostileDocumentTests {
    @Test func aliasBombIsRefused() {
        var yaml = "a: &a [x, x, x, x, x, x, x, x, x, x]\n"
        for (name, inner) in zip("bcdefghijkl", "abcdefghijk") {
            let aliases = Array(repeating: "*\(inner)", count: 10).joined(separator: ", ")
            yaml += "\(name): &\(name) [\(aliases)]\n"
        }
        let expected = ["r.yaml: its aliases unfold into too much; write some of the values out"]
        #expect(errorLines(yaml) == expected)
        // As the key of a mapping the bomb goes off in the parser.
        #expect(errorLines(yaml + "? *l\n: 1\n") == expected)
        #expect(errorLines(yaml + "{*l : 1}\n") == expected)
    }

    @Test func redefinedAnchorsAreABombToo() {
        let doubling = Array(repeating: "- &a [*a, *a]\n", count: 40).joined()
        #expect(
            errorLines("- &a [x]\n" + doubling) == [
                "r.yaml: its aliases unfold into too much; write some of the values out"
            ])
    }

    @Test func asterisksInTextsAreNoBomb() throws {
        let comment = "# " + Array(repeating: "a *b & c &d *e", count: 500).joined(separator: " ") + "\n"
        #expect(errorLines(comment + "{rewards: {r: {components: {c: {type: length_penalty, target: 5}}}}}").isEmpty)
    }

    @Test(arguments: ["[", "{a: ", "[{", "- ", "? ", "- - ? "])
    func deepNestingIsRefused(opening: String) {
        let lines = errorLines(String(repeating: opening, count: 100_000))
        #expect(lines.count == 1)
        #expect(lines[0].contains("values nest deeper than 64"))
    }

    @Test func closedDeepNestingIsRefused() {
        let lines = errorLines(String(repeating: "[", count: 500) + String(repeating: "]", count: 500))
        #expect(lines.contains { $0.hasSuffix("values nest deeper than 64") })
    }

    @Test func largeFileIsRefused() {
        #expect(
            errorLines(String(repeating: " ", count: 10_000_000)) == [
                "r.yaml: has 10000000 bytes; a configuration has at most 1048576"
            ])
    }

    @Test func manyValuesAreRefused() {
        let lines = errorLines("[" + String(repeating: "a,", count: 100_001) + "]")
        #expect(lines.contains { $0.contains("has more than 100000 values") })
    }

    @Test func manyErrorsAreCut() {
        let lines = errorLines((0..<20_000).map { "k\($0): 1\n" }.joined())
        #expect(lines.count == 101)
        #expect(lines.last == "r.yaml: and more; mend these first")
    }

    @Test func manyDuplicatesAreRefused() {
        #expect(!errorLines(String(repeating: "a: 1\n", count: 20_000)).isEmpty)
    }

    @Test(arguments: [
        ("", "r.yaml: is empty; a configuration has at least `rewards:`"),
        ("# only a comment\n", "r.yaml: is empty; a configuration has at least `rewards:`"),
        ("---\n...\n", "r.yaml:2:1: expected a mapping with the key `rewards`, found nothing"),
        ("rewards", "r.yaml:1:1: expected a mapping with the key `rewards`, found the string \"rewards\""),
        ("rewards: {\n", "r.yaml:2:1: is not valid YAML: did not find expected node content"),
        ("rewards:\n\tr: 1\n", "r.yaml:2:1: is not valid YAML: found character that cannot start any token"),
        ("rewards: a: b\n", "r.yaml:1:11: is not valid YAML: mapping values are not allowed in this context"),
        ("a: 1\n---\nb: 1\n", "r.yaml:2:1: is not valid YAML: but found another document"),
        ("a: *b\n", "r.yaml:1:4: is not valid YAML: found undefined alias"),
        ("a: \u{1}\n", "r.yaml: is not valid YAML: control characters are not allowed at byte 3"),
        (
            "rewards: !!python/object:os.system {}\n",
            "r.yaml:1:10: tags such as `tag:yaml.org,2002:python/object:os.system` are not read"
        ),
        ("rewards: !ruby/object x\n", "r.yaml:1:10: tags such as `!ruby/object` are not read; leave it out"),
        ("<<: {rewards: {}}\n", "r.yaml:1:1: merge keys are not read"),
        ("[a, b]: 1\n", "r.yaml:1:1: a key is a word, not a list or a mapping"),
    ])
    func malformedDocumentIsRefusedAtItsPlace(yaml: String, expected: String) {
        let lines = errorLines(yaml)
        #expect(lines.contains { $0.hasPrefix(expected) }, "\(lines)")
    }

    @Test func invalidUTF8IsRefused() {
        #expect(throws: ConfigurationRefusal.self) {
            try Configuration.read([0x61, 0x3A, 0x20, 0xFF], file: "r.yaml", baseDirectory: "")
        }
    }
}
