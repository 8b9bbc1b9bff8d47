import RewardClient
import RewardMemory
import RewardWire
import Testing

@Suite struct ScoreRequestTests {
    private let parser = Parser()

    // MARK: What a request says

    @Test func rowsAreReadFromTheirColumns() throws {
        let request = try parser.scoreRequest(Corpus.scoreParameters)
        #expect(request.rewardName.bytes == Array("r".utf8))
        #expect(request.rolloutCount == 4)
        #expect(request.deadlineMilliseconds == 1_000)
        #expect(request.wantsRationales && !request.wantsPartial)
        #expect((0..<4).map { text(request.completion($0)) } == ["a", "b", nil, "d"])
        #expect((0..<4).map { text(request.prompt($0)) } == ["p", "q", nil, nil])
        #expect((0..<4).map(request.tokenCount) == [1, 2, -1, 70_000])
        #expect((0..<4).map(request.isTruncated) == [true, false, false, true])
        #expect(request.message.integer(request.referenceAnswerToken(0)) == 1)
        #expect(request.message.double(request.referenceAnswerToken(1)) == -2.5)
        #expect(request.message.integer(request.groupToken(3)) == -7)
        let field = request.fieldArray(named: ByteView("f"))
        #expect(text(request.message.text(field + 1)) == "x")
        #expect(request.message.boolean(field + 4) == false)
        #expect(request.fieldArray(named: ByteView("g")) == -1)
    }

    @Test func columnsThatAreAbsentOrNilSayNothing() throws {
        let absent = try parser.scoreRequest(["reward": "r", "completions": ["a"]])
        #expect(
            !absent.hasPrompts && !absent.hasReferenceAnswers && !absent.hasTokenCounts && !absent.hasGroupIdentifiers)
        #expect(absent.deadlineMilliseconds == -1)
        #expect(absent.prompt(0) == nil && absent.tokenCount(0) == -1 && absent.groupToken(0) == -1)
        let null = try parser.scoreRequest([
            "reward": "r", "completions": ["a"], "prompts": .null, "group_ids": .null, "fields": .null,
            "deadline_ms": .null,
        ])
        #expect(!null.hasPrompts && !null.hasGroupIdentifiers && null.deadlineMilliseconds == -1)
    }

    @Test func noRolloutsAreARequestToo() throws {
        let request = try parser.scoreRequest(["reward": "r", "completions": [], "prompts": []])
        #expect(request.rolloutCount == 0)
    }

    @Test(
        arguments: [
            ("plain", "plain"),
            ([["role": "system", "content": "s"], ["role": "user", "content": "u"]], "u"),
            (
                [
                    ["role": "user", "content": "u1"], ["role": "assistant", "content": "a"],
                    ["role": "user", "content": "u2"],
                ], "u2"
            ),
            ([["role": "user", "content": "u"], ["role": "assistant", "content": "a"]], "u"),
            ([["role": "system", "content": "s"], ["role": "assistant", "content": "a"]], "a"),
            (
                [["content": [["type": "image"], ["type": "text", "text": "t1"], ["text": "t2"]], "role": "user"]], "t1"
            ),
            ([["role": "user", "content": 5]], nil), ([["role": "user"]], nil), ([], nil), (.null, nil),
        ] as [(MessageValue, String?)])
    func promptIsTheTextOrTheLastUserTurn(_ prompt: MessageValue, _ expected: String?) throws {
        let request = try parser.scoreRequest([
            "reward": "r", "completions": ["a", "b"], "prompts": [prompt, "next"],
        ])
        #expect(text(request.prompt(0)) == expected)
        #expect(text(request.prompt(1)) == "next")
    }

    // MARK: What is refused, and that the refusal names it

    private static let columns = [
        "prompts", "reference_answers", "ids", "group_ids", "token_counts", "token_ids", "truncated",
    ]

    /// A row that the column takes.
    private static func good(_ column: String) -> MessageValue {
        switch column {
        case "truncated": true
        case "token_counts": 1
        case "token_ids": .binary([1, 0, 0, 0])
        default: "x"
        }
    }

    @Test(arguments: columns)
    func columnOfAnotherLengthIsNamed(_ column: String) {
        let value: MessageValue = [Self.good(column)]
        let fault = fault([.init("reward", "r"), .init("completions", ["a", "b"]), .init(column, value)])
        #expect(fault == Refusal(.badRequest, "`\(column)` has 1 rows, `completions` has 2", column))
    }

    @Test(arguments: columns + ["completions"])
    func columnThatIsNoArrayIsNamed(_ column: String) {
        let fault = fault([.init("reward", "r"), .init("completions", ["a"]), .init(column, "text")])
        #expect(fault == Refusal(.badRequest, "`\(column)` must be an array", column))
    }

    @Test(
        arguments: [
            ("completions", ["x"], "a string, binary or nil"),
            ("prompts", 1, "a string or a list of {role, content} messages"),
            ("prompts", ["x"], "a string or a list of {role, content} messages"),
            ("prompts", ["role": "user"], "a string or a list of {role, content} messages"),
            ("reference_answers", [1], "text, a number, a boolean or nil"),
            ("ids", .null, "a string or an integer"), ("ids", 1.5, "a string or an integer"),
            ("group_ids", .null, "a string or an integer"), ("group_ids", true, "a string or an integer"),
            ("token_counts", -1, "an integer of at least 0, or nil"),
            ("token_counts", "1", "an integer of at least 0, or nil"),
            ("token_ids", [1], "binary of four little-endian bytes a token, or nil"),
            ("token_ids", .binary([1, 0, 0, 0, 2]), "binary of four little-endian bytes a token, or nil"),
            ("truncated", 1, "true, false or nil"),
        ] as [(String, MessageValue, String)])
    func elementOfTheWrongTypeIsNamedWithItsRow(_ column: String, _ element: MessageValue, _ wanted: String) {
        var pairs: [MessageValue.Pair] = [.init("reward", "r"), .init("completions", ["a", "b"])]
        pairs.removeAll { $0.key == column }
        pairs.append(.init(column, [Self.good(column), element]))
        let fault = fault(pairs)
        #expect(fault == Refusal(.badRequest, "`\(column)`, row 1: must be \(wanted)", column, row: 1))
    }

    @Test(
        arguments: [
            ("reward", 1, "a string"), ("reward", .binary([0x72]), "a string"), ("fields", [1], "a map of columns"),
            ("deadline_ms", -1, "a number of milliseconds"), ("deadline_ms", "1", "a number of milliseconds"),
            ("rationales", 1, "true or false"), ("partial", .null, "true or false"),
        ] as [(String, MessageValue, String)])
    func optionOfTheWrongTypeIsNamed(_ key: String, _ value: MessageValue, _ wanted: String) {
        let fault = fault([.init("reward", "r"), .init("completions", ["a"]), .init(key, value)])
        #expect(fault == Refusal(.badRequest, "`\(key)` must be \(wanted)", key))
    }

    @Test func fieldsAreCheckedLikeColumns() {
        let wrongLength = fault([
            .init("reward", "r"), .init("completions", ["a"]), .init("fields", ["lang": ["de", "fr"]]),
        ])
        #expect(wrongLength == Refusal(.badRequest, "`lang` has 2 rows, `completions` has 1", "lang"))
        let wrongElement = fault([
            .init("reward", "r"), .init("completions", ["a"]), .init("fields", ["lang": [["de"]]]),
        ])
        #expect(
            wrongElement
                == Refusal(.badRequest, "`lang`, row 0: must be text, a number, a boolean or nil", "lang", row: 0))
        let noArray = fault([.init("reward", "r"), .init("completions", ["a"]), .init("fields", ["lang": "de"])])
        #expect(noArray == Refusal(.badRequest, "`lang` must be an array", "lang"))
    }

    @Test func unknownKeyIsNamed() {
        let fault = fault([.init("reward", "r"), .init("completions", ["a"]), .init("promts", ["p"])])
        #expect(fault?.code == .badRequest)
        #expect(fault?.sentence == "the request has the unknown key `promts`")
        #expect(fault?.subject == "promts")
    }

    @Test func missingKeyIsNamed() {
        #expect(fault([.init("completions", ["a"])])?.sentence == "the request lacks `reward`")
        #expect(fault([.init("reward", ""), .init("completions", ["a"])])?.sentence == "the request lacks `reward`")
        #expect(fault([.init("reward", "r")])?.sentence == "the request lacks `completions`")
        #expect(
            fault([.init("reward", "r"), .init("completions", .null)])?.sentence == "the request lacks `completions`")
    }

    @Test func parametersAreAMapWithTextKeys() {
        for parameters: [UInt8] in [[0x90], [0xC0], [0x01], [0xA1, 0x61]] {
            #expect(throws: RequestFault.self) { try request(parameters) }
        }
        // {1: 2} and {["reward"]: "r"}
        for parameters: [UInt8] in [[0x81, 1, 2], [0x81, 0x91, 0xA1, 0x61, 0xA1, 0x72]] {
            #expect(throws: RequestFault.self) { try request(parameters) }
        }
    }

    @Test func moreRolloutsThanTheLimitAreTooLarge() {
        let rows = [MessageValue](repeating: .null, count: Limits.rolloutCountMax + 1)
        let parser = Parser(tokenCountMax: rows.count + 16)
        #expect(throws: RequestFault.self) { try parser.scoreRequest(["reward": "r", "completions": .array(rows)]) }
        do throws(RequestFault) {
            _ = try parser.scoreRequest(["reward": "r", "completions": .array(rows)])
        } catch {
            #expect(error.code == .tooLarge)
            #expect(error.sentence == "65537 rollouts, the limit is 65536")
        }
        let most = MessageValue.array(Array(rows.dropLast()))
        #expect(throws: Never.self) { try parser.scoreRequest(["reward": "r", "completions": most]) }
    }

    @Test func moreFieldsThanTheLimitAreTooLarge() {
        let fields = (0...Limits.fieldCountMax).map { MessageValue.Pair("f\($0)", ["x"]) }
        let fault = fault([.init("reward", "r"), .init("completions", ["a"]), .init("fields", .map(fields))])
        #expect(fault?.code == .tooLarge)
        #expect(fault?.sentence == "65 fields, the limit is 64")
    }

    // MARK: Helpers

    /// What a refusal says.
    private struct Refusal: Equatable {
        let code: ErrorCode
        let sentence: String
        /// The column or key in the reply's details.
        let subject: String
        let row: Int?

        init(_ code: ErrorCode, _ sentence: String, _ subject: String, row: Int? = nil) {
            self.code = code
            self.sentence = sentence
            self.subject = subject
            self.row = row
        }
    }

    private func fault(_ pairs: [MessageValue.Pair]) -> Refusal? {
        do throws(RequestFault) {
            _ = try parser.scoreRequest(.map(pairs))
            return nil
        } catch {
            let subject = error.subject
            return Refusal(
                error.code, error.sentence, String(decoding: subject.text.bytes, as: UTF8.self), row: subject.number)
        }
    }

    @discardableResult
    private func request(_ parameters: [UInt8]) throws -> ScoreRequest {
        let message = parser.parse(parameters).message
        return try parser.scoreRequest(message, at: 0)
    }

    private func text(_ view: ByteView?) -> String? {
        view.map { String(decoding: $0.bytes, as: UTF8.self) }
    }
}
