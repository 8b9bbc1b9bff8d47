import RewardConfig
import Testing

/// What is kept on disk, as a configuration says it.
@Suite struct StoreDecoderTests {
    private static let reward = "rewards: {r: {components: {c: {type: think_format}}}}"

    private func store(_ yaml: String, baseDirectory: String = "") throws -> StoreSection? {
        try Configuration.read(
            Array("\(yaml)\n\(Self.reward)".utf8), file: "r.yaml", baseDirectory: baseDirectory
        ).store
    }

    @Test func nothingIsKeptWhereNothingIsSaid() throws {
        #expect(try store("version: 1") == nil)
    }

    @Test func everyKeyIsRead() throws {
        var wanted = StoreSection(path: "/var/lib/plaudit.db")
        #expect(try store("store: {path: /var/lib/plaudit.db}") == wanted)
        wanted.isAudited = true
        wanted.keepsVerdicts = false
        wanted.keepsTexts = false
        wanted.textByteCountMax = 4_096
        wanted.retentionDays = 0.5
        wanted.megabyteCountMax = 100
        let yaml = """
            store: {path: /var/lib/plaudit.db, audit: true, verdicts: false, texts: false, text_bytes: 4 KiB, \
            retention_days: 0.5, size_max_mb: 100}
            """
        #expect(try store(yaml) == wanted)
    }

    @Test func relativePathsStartAtTheConfiguration() throws {
        #expect(try store("store: {path: a.db}", baseDirectory: "/etc/plaudit")?.path == "/etc/plaudit/a.db")
    }

    @Test func cacheMayNameTheStore() throws {
        #expect(try store("judging: {cache: {path: a.db}}") == StoreSection(path: "a.db"))
        let both = try store("judging: {cache: {path: a.db}}\nstore: {path: a.db, audit: true}")
        #expect(both?.path == "a.db" && both?.isAudited == true)
        #expect(try store("judging: {cache: {path: a.db}}\nstore: {audit: true}")?.path == "a.db")
    }

    @Test(arguments: [
        ("store: {audit: true}", "1:1: store: the key `path` is missing"),
        ("store: {path: ''}", "1:15: store.path: expected the path of a file, found an empty one"),
        (
            "store: {path: a, text_bytes: 1}",
            "1:30: store.text_bytes: 1 is out of range; it is between 64 and 1048576"
        ),
        (
            "judging: {cache: {path: a}}\nstore: {path: b}",
            "1:25: judging.cache.path: a sidecar has one store, and `store.path` names another file; leave one out"
        ),
        (
            "judging: {cache: {path: a}}\nstore: {verdicts: false}",
            "2:19: store.verdicts: `judging.cache.path` asks for them to be kept"
        ),
        ("store: {path: a, adit: true}", "1:18: store.adit: unknown key; did you mean `audit`?"),
    ])
    func wrongStoreIsRefusedAtItsPlace(yaml: String, expected: String) {
        #expect(errorLines("\(yaml)\n\(Self.reward)") == ["r.yaml:" + expected])
    }
}
