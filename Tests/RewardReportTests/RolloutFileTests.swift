import RewardClient
import RewardKernel
import RewardMemory
import RewardReport
import Testing

@Suite struct RolloutFileTests {
    private func file(_ text: String) throws -> RolloutFile {
        try RolloutFile(Array(text.utf8), name: "r.jsonl")
    }

    @Test func everyKeyIsRead() throws {
        let records = try file(
            """
            {"completion": "c", "prompt": [{"role": "user", "content": "p"}], "reference_answer": 42, "id": 7,
            """.replacing("\n", with: " ")
                + #" "group_id": "g", "token_count": 3, "truncated": true, "lang": "de", "extra": null}"#
        ).records
        let record = try #require(records.first)
        #expect(record.line == 1)
        #expect(record.completion == "c")
        #expect(record.prompt?.compactText == #"[{"role":"user","content":"p"}]"#)
        #expect(record.referenceAnswer == .integer(42))
        #expect(record.identifier == .integer(7))
        #expect(record.groupIdentifier == .string("g"))
        #expect(record.tokenCount == 3)
        #expect(record.isTruncated == true)
        #expect(record.fields == [.init("lang", .string("de")), .init("extra", .null)])
    }

    @Test func emptyLinesAreSkippedAndCounted() throws {
        let records = try file("\u{FEFF}{\"completion\": \"a\"}\r\n\n  \n{\"completion\": \"b\"}").records
        #expect(records.map(\.completion) == ["a", "b"])
        #expect(records.map(\.line) == [1, 4])
    }

    @Test(arguments: [
        ("{\"completion\": \"a\"}\n{\"completion\": \"b\"", "r.jsonl:2: not JSON at byte "),
        ("[]", "r.jsonl:1: expected an object, found an array"),
        ("{}", "r.jsonl:1: `completion`: expected a string, found nothing"),
        ("{\"completion\": null}", "r.jsonl:1: `completion`: expected a string, found null"),
        (
            "\n{\"completion\": \"\", \"prompt\": 5}",
            "r.jsonl:2: `prompt`: expected a string or a list of messages, found a number"
        ),
        (
            "{\"completion\": \"\", \"prompt\": [\"x\"]}",
            "r.jsonl:1: `prompt`: expected a string or a list of messages, found an array"
        ),
        ("{\"completion\": \"\", \"reference_answer\": {}}", "r.jsonl:1: `reference_answer`: expected a text"),
        ("{\"completion\": \"\", \"id\": 1.5}", "r.jsonl:1: `id`: expected a string or a whole number, found a number"),
        (
            "{\"completion\": \"\", \"token_count\": -1}",
            "r.jsonl:1: `token_count`: expected a whole number of at least 0"
        ),
        ("{\"completion\": \"\", \"truncated\": 1}", "r.jsonl:1: `truncated`: expected true or false, found a number"),
        ("\n\n", "r.jsonl: has no rollouts"),
    ])
    func malformedLineIsRefusedByNumber(text: String, expected: String) {
        #expect {
            try file(text)
        } throws: { error in
            (error as? InputFileError)?.description.hasPrefix(expected) == true
        }
    }

    private func numbered(_ groups: [String?]) throws -> RolloutFile {
        try file(
            groups.map { group in
                let member = group.map { ", \"group_id\": \"\($0)\"" } ?? ""
                return "{\"completion\": \"c\"\(member)}\n"
            }.joined())
    }

    @Test func requestsCoverAllRowsWithinLimits() throws {
        let file = try numbered(Array(repeating: nil, count: 1_030))
        #expect(
            try file.requests(within: RequestLimits(), keepsGroupsWhole: false) == [0..<512, 512..<1024, 1024..<1030])
        var limits = RequestLimits()
        limits.rolloutCount = 1_000_000
        #expect(try file.requests(within: limits, keepsGroupsWhole: false).count == 3)
        limits.rolloutCount = 1
        #expect(try file.requests(within: limits, keepsGroupsWhole: false).count == 1_030)
    }

    @Test func requestsDoNotCutGroups() throws {
        let groups = ["a", "a", "a", "b", "b", "c"]
        var limits = RequestLimits()
        limits.rolloutCount = 2
        #expect(try numbered(groups).requests(within: limits, keepsGroupsWhole: true) == [0..<3, 3..<5, 5..<6])
    }

    @Test func scatteredOrMissingGroupsAreRefused() throws {
        #expect {
            try numbered(["a", "b", "a"]).requests(within: RequestLimits(), keepsGroupsWhole: true)
        } throws: { error in
            (error as? InputFileError)?.line == 3
        }
        #expect {
            try numbered(["a", nil]).requests(within: RequestLimits(), keepsGroupsWhole: true)
        } throws: { error in
            (error as? InputFileError)?.line == 2
        }
    }

    @Test func requestHoldsOnlyTheColumnsAndFieldsThatAreThere() throws {
        let records = try file(
            #"{"completion": "a", "lang": "de", "deep": [1], "other": 1}"# + "\n"
                + #"{"completion": "b", "reference_answer": true, "id": "x"}"#
        ).records
        let parameters = ScoreParameters.make(
            records[...], reward: "r", fieldNames: ["lang", "deep"], wantsRationales: true)
        #expect(
            parameters
                == .map([
                    .init("reward", .string("r")),
                    .init("completions", .array([.string("a"), .string("b")])),
                    .init("reference_answers", .array([.null, .boolean(true)])),
                    .init(
                        "fields",
                        .map([
                            .init("lang", .array([.string("de"), .null])), .init("deep", .array([.null, .null])),
                        ])),
                    .init("rationales", .boolean(true)),
                ]))
    }
}
