import Glibc
import RewardConfig
import RewardKernel
import Testing

/// Files that a configuration refers to, in a folder of the test's own.
@Suite final class ReferencedFileTests {
    private let directory: String

    init() throws {
        var template = Array("/tmp/plaudit-config-XXXXXX".utf8CString)
        let made = try #require(mkdtemp(&template))
        directory = String(cString: made)
    }

    deinit {
        for name in ["words.txt", "more.txt", "schema.json", "rewards.yaml", "pipe.txt", "cl100k_base.tiktoken"] {
            unlink("\(directory)/\(name)")
        }
        rmdir(directory)
    }

    private func write(_ text: [UInt8], to name: String) throws {
        let descriptor = open("\(directory)/\(name)", O_WRONLY | O_CREAT | O_TRUNC, 0o600)
        try #require(descriptor >= 0)
        defer { close(descriptor) }
        #expect(text.withUnsafeBytes { Glibc.write(descriptor, $0.baseAddress, $0.count) } == text.count)
    }

    private func write(_ text: String, to name: String) throws {
        try write(Array(text.utf8), to: name)
    }

    private static let twoLists = """
        rewards:
          r:
            components:
              a: {type: safety_filter, lists: [words.txt, more.txt]}
              b: {type: safety_filter, lists: [words.txt]}
        """

    @Test func relativePathsStartAtTheFolderOfTheConfiguration() throws {
        try write("foo\n  bar baz \n\n", to: "words.txt")
        try write("qux", to: "more.txt")
        try write(Self.twoLists, to: "rewards.yaml")
        let configuration = try Configuration.load(path: "\(directory)/rewards.yaml")
        #expect(configuration.files.map(\.name) == ["words.txt", "more.txt"])
        #expect(configuration.files.map(\.byteCount) == [16, 3])
        guard case .safetyFilter(let settings) = configuration.rewards[0].components[0].component else {
            Issue.record("another component was read")
            return
        }
        #expect(settings.lists.map(\.entries) == [["foo", "bar baz"], ["qux"]])
    }

    private static func length(_ tokenizer: String, unit: String = "tokens") -> String {
        """
        rewards:
          r:
            components:
              a: {type: length_penalty, unit: \(unit), tokenizer: \(tokenizer), target: 5}
        """
    }

    @Test func tokenizerIsReadByRank() throws {
        try write("YmM= 7\r\nYQ== 0\n\nYmNk 9", to: "cl100k_base.tiktoken")
        let configuration = try read(Self.length("cl100k_base.tiktoken"), baseDirectory: directory)
        guard case .lengthPenalty(let settings) = configuration.rewards[0].components[0].component else {
            Issue.record("another component was read")
            return
        }
        let tokenizer = try #require(settings.measure.tokenizer)
        #expect(tokenizer.bytes == Array("abcbcd".utf8))
        #expect(tokenizer.starts == [0, 1, 3, 6] && tokenizer.ranks == [0, 7, 9])
        #expect(tokenizer.pattern.contains(#"\p{N}{1,3}"#))
        let named = Self.length("{file: cl100k_base.tiktoken, encoding: gpt2}")
        #expect(throws: Never.self) { try read(named, baseDirectory: directory) }
    }

    @Test(arguments: [
        ("YQ== 0", "words.txt", "tokens", "is not called after a known encoding"),
        ("YQ== 0", "{file: words.txt, encoding: cl100k}", "tokens", "no encoding is called"),
        ("YQ== 0", "{file: words.txt, encoding: gpt2, pattern: x}", "tokens", "only one of"),
        ("YQ== 0", "{encoding: gpt2}", "tokens", "file"),
        ("YQ== 0", "{file: words.txt, encoding: gpt2}", "words", "the unit is `words`"),
        ("YQ== 0", "{file: words.txt, pattern: '('}", "tokens", "offset 1 of the pattern"),
        ("", "{file: words.txt, encoding: gpt2}", "tokens", "no tokens"),
        ("YQ== 0\nYQ==", "{file: words.txt, encoding: gpt2}", "tokens", "line 2: expected a token in base64"),
        ("YQ= 0", "{file: words.txt, encoding: gpt2}", "tokens", "line 1: expected a token in base64"),
        ("YR== 0", "{file: words.txt, encoding: gpt2}", "tokens", "line 1: expected a token in base64"),
        ("YQ== -1", "{file: words.txt, encoding: gpt2}", "tokens", "line 1: the rank"),
        (" 1", "{file: words.txt, encoding: gpt2}", "tokens", "line 1: a token has at least one byte"),
        ("YQ== 1\nYg== 1", "{file: words.txt, encoding: gpt2}", "tokens", "line 2: another token has the rank 1"),
        ("YQ== 1\nYQ== 2", "{file: words.txt, encoding: gpt2}", "tokens", "line 2: the token is there twice"),
    ])
    func tokenizerThatCannotBeIsRefused(file: String, tokenizer: String, unit: String, message: String) throws {
        try write(file, to: "words.txt")
        let errors = errorLines(Self.length(tokenizer, unit: unit), baseDirectory: directory)
        #expect(errors.contains { $0.contains(message) }, "\(errors)")
    }

    @Test func hashChangesWithAFileAndNotWithItsName() throws {
        try write("foo", to: "words.txt")
        try write("bar", to: "more.txt")
        let before = try read(Self.twoLists, baseDirectory: directory).hash
        #expect(try read(Self.twoLists, baseDirectory: directory).hash == before)
        // The same bytes, cut at another place.
        try write("foob", to: "words.txt")
        try write("ar", to: "more.txt")
        #expect(try read(Self.twoLists, baseDirectory: directory).hash != before)
    }

    @Test func schemaIsReadFromAFile() throws {
        try write(#"{"type": "object", "required": ["a"]}"#, to: "schema.json")
        let yaml = "{rewards: {r: {components: {c: {type: json_format, schema: {file: schema.json}}}}}}"
        guard
            case .jsonFormat(let settings) = try read(yaml, baseDirectory: directory).rewards[0].components[0].component
        else {
            Issue.record("another component was read")
            return
        }
        #expect(settings.schema?["required"] == .array([.string("a")]))
    }

    @Test func brokenSchemaFileIsRefusedWithThePlaceInIt() throws {
        try write("{\n  \"type\": \"ü\", objekt\n}", to: "schema.json")
        let yaml = "{rewards: {r: {components: {c: {type: json_format, schema: {file: schema.json}}}}}}"
        let lines = errorLines(yaml, baseDirectory: directory)
        #expect(lines.count == 1)
        #expect(
            lines[0].hasPrefix(
                "r.yaml:1:67: rewards.r.components.c.schema.file: line 2, column 16 of this file is not JSON: "),
            "\(lines)")
    }

    @Test func unsupportedKeywordOfASchemaFileNamesItsPath() throws {
        try write(#"{"properties": {"a": {"unevaluatedItems": true}}}"#, to: "schema.json")
        let yaml = "{rewards: {r: {components: {c: {type: json_format, schema: {file: schema.json}}}}}}"
        #expect(
            errorLines(yaml, baseDirectory: directory).first?.hasPrefix(
                "r.yaml:1:52: rewards.r.components.c.schema.properties.a.unevaluatedItems: ") == true)
    }

    @Test func keyThatMeansNothingInASchemaIsAWarning() throws {
        let yaml = "{rewards: {r: {components: {c: {type: json_format, schema: {type: object, x-note: 1}}}}}}"
        #expect(
            try read(yaml).warnings.map(\.description) == [
                "r.yaml:1:83: rewards.r.components.c.schema.x-note: means nothing in JSON Schema and is skipped"
            ])
    }

    @Test func fileThatIsNotUTF8IsRefused() throws {
        try write([0x66, 0xFF], to: "words.txt")
        try write("x", to: "more.txt")
        let lines = errorLines(Self.twoLists, baseDirectory: directory)
        #expect(lines.first == "r.yaml:4:40: rewards.r.components.a.lists[0]: \"words.txt\" is not valid UTF-8")
    }

    @Test func pipeIsRefusedAndNotWaitedFor() throws {
        #expect(mkfifo("\(directory)/pipe.txt", 0o600) == 0)
        let yaml = "{rewards: {r: {components: {c: {type: safety_filter, lists: [pipe.txt]}}}}}"
        #expect(
            errorLines(yaml, baseDirectory: directory).first?.hasSuffix("\"pipe.txt\": is not a regular file") == true)
        #expect(throws: ConfigurationRefusal.self) { try Configuration.load(path: "\(self.directory)/pipe.txt") }
    }

    @Test func oversizeFileIsRefusedUnread() throws {
        try write("x", to: "more.txt")
        // Sparse: the size is there, the bytes are not.
        #expect(truncate("\(directory)/more.txt", 17 << 20) == 0)
        let yaml = "{rewards: {r: {components: {c: {type: safety_filter, lists: [more.txt]}}}}}"
        #expect(
            errorLines(yaml, baseDirectory: directory).first?.hasSuffix(
                "\"more.txt\": has 17825792 bytes; at most 16777216 are read") == true)
    }

    @Test func missingConfigurationIsOneError() {
        #expect {
            try Configuration.load(path: "\(self.directory)/none.yaml")
        } throws: { error in
            (error as? ConfigurationRefusal)?.description == "\(self.directory)/none.yaml: there is no such file"
        }
    }
}
