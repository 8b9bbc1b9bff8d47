import RewardJudge
import RewardKernel
import Testing

/// Replies as real servers gave them, and as no server should.
@Suite struct VerdictParserTests {
    private static let light = VerdictShape.criteria([.init(name: "clear", text: "Is clear.")], wantsReasons: false)
    private static let heavy = VerdictShape.criteria([.init(name: "clear", text: "Is clear.")], wantsReasons: true)
    private static let several = VerdictShape.criteria(
        [.init(name: "clear", text: "Is clear."), .init(name: "short", text: "Is short.")], wantsReasons: true)
    private static let scale = VerdictShape.scale(low: 1, high: 10, wantsReason: true)
    private static let preference = VerdictShape.preference(wantsReason: true)

    private static func parse(
        _ text: String, _ shape: VerdictShape, isLenient: Bool = false, finish: ProviderReply.Finish = .stop
    ) throws(VerdictFault) -> ParsedVerdict {
        try VerdictParser(isLenient: isLenient).parse(
            ProviderReply.Sample(content: .text(text), finish: finish), as: shape)
    }

    private static func judgement(_ parsed: ParsedVerdict) -> CriterionFinding.Judgement? {
        guard case .criteria(let verdict) = parsed.verdict else { return nil }
        return verdict.findings.first?.judgement
    }

    @Test(arguments: [
        (#"{"pass": true}"#, LadderStep.wholeText, CriterionFinding.Judgement.met),
        (" \n{\"pass\" : \n\n   false}\n", .wholeText, .unmet),
        ("```json\n{\"pass\": true}\n```", .stripped, .met),
        ("```{\"pass\": true}```", .stripped, .met),
        ("<think>Is {\"pass\": true}? No.</think>\n{\"pass\": false}", .stripped, .unmet),
        ("It may pass.</think>\n```json\n{\"pass\": false}\n```", .stripped, .unmet),
        (#"{"reason": "no </think> tag", "verdict": "unmet"}"#, .wholeText, .unmet),
        (#"First {"pass": false}, but on reflection {"pass": true}. Done."#, .lastObject, .met),
        (#"I set {x} aside. {"verdict": "cannot_assess", "reason": "a } in a string"}"#, .lastObject, .cannotAssess),
        (#"{"verdict": "MET"}"#, .wholeText, .met),
        (#"{"clear": {"reason": "r", "verdict": "unmet"}}"#, .wholeText, .unmet),
        (#"[{"name": "clear", "verdict": "met"}]"#, .wholeText, .met),
        (#"{"verdicts": [{"criterion": "clear", "verdict": "met"}]}"#, .wholeText, .met),
        ("My answer is \"pass\": true", .textualPattern, .met),
        ("**Verdict:** UNMET", .textualPattern, .unmet), ("unmet", .textualPattern, .unmet),
    ])
    func verdictIsFoundAtItsStepOfTheLadder(
        text: String, step: LadderStep, judgement: CriterionFinding.Judgement
    ) throws {
        let parsed = try Self.parse(text, Self.light)
        #expect(parsed.step == step)
        #expect(Self.judgement(parsed) == judgement)
    }

    @Test(arguments: [
        ("", VerdictFault.empty), (" \n\t", .empty), ("<think>done</think>", .empty),
        ("<think>{\"pass\": true}", .truncated),
        (#"{"pass": "true"}"#, .unparsable("clear is none of met, unmet and cannot_assess")),
        (#"{"pass": 1}"#, .unparsable("clear is none of met, unmet and cannot_assess")),
        (#"{"pass": null}"#, .unparsable("clear is none of met, unmet and cannot_assess")),
        (#"{"pass": [true]}"#, .unparsable("clear is none of met, unmet and cannot_assess")),
        (#"{"pass": true, "pass": true}"#, .duplicate("pass")),
        (#"{"pass": true, "verdict": "unmet"}"#, .duplicate("verdict")),
        (#"{"verdict": "met", "reason": "it was cu"#, .truncated),
        (#"{"a": {"pass": true}, "b": "#, .truncated),
        ("verdict: met. No: verdict: unmet.", .contradiction),
        ("pass: \"true\"", .unparsable("no verdict in the reply")),
        ("The answer is true.", .unparsable("no verdict in the reply")),
        ("I'm sorry, but I can't assist with that.", .unparsable("no verdict in the reply")),
        ("true", .unparsable("no verdict in the reply")), ("NaN", .unparsable("no verdict in the reply")),
    ])
    func replyWithoutAVerdictIsAFault(text: String, fault: VerdictFault) {
        #expect(throws: fault) { try Self.parse(text, Self.light) }
    }

    @Test(arguments: [
        (ProviderReply.Finish.length, VerdictFault.truncated), (.contentFilter, .contentFilter),
        (.refusal("no"), .refused("no")), (.other("pause_turn"), .unknownFinish("pause_turn")),
    ])
    func goodTextOfABadFinishIsAFault(finish: ProviderReply.Finish, fault: VerdictFault) {
        #expect(throws: fault) { try Self.parse(#"{"pass": true}"#, Self.light, finish: finish) }
        #expect(throws: fault) {
            try VerdictParser().parse(
                ProviderReply.Sample(
                    content: .structured(.object([.init("pass", .bool(true))])), finish: finish), as: Self.light)
        }
    }

    @Test func quotedWordsCountWhenLenientOnly() throws {
        for (text, judgement) in [
            (#"{"pass": "true"}"#, CriterionFinding.Judgement.met), (#"{"pass": "No"}"#, .unmet),
            (#"{"pass": 1}"#, .met),
        ] {
            #expect(Self.judgement(try Self.parse(text, Self.light, isLenient: true)) == judgement)
            #expect(throws: VerdictFault.self) { try Self.parse(text, Self.light) }
        }
    }

    @Test func reasonIsKeptAndCut() throws {
        let long = String(repeating: "é", count: 1_000)
        let parsed = try Self.parse("{\"reason\": \"\(long)\", \"verdict\": \"met\"}", Self.heavy)
        guard case .criteria(let verdict) = parsed.verdict else { throw VerdictFault.empty }
        #expect(verdict.findings[0].reason == String(repeating: "é", count: 300))
    }

    @Test func everyCriterionIsAnsweredExactlyOnce() throws {
        let good = #"{"short": {"reason": "s", "verdict": "unmet"}, "clear": {"reason": "c", "verdict": "met"}}"#
        let parsed = try Self.parse(good, Self.several)
        #expect(
            parsed.verdict
                == .criteria(
                    RubricVerdict(findings: [
                        CriterionFinding(name: "clear", judgement: .met, reason: "c"),
                        CriterionFinding(name: "short", judgement: .unmet, reason: "s"),
                    ])))
        let listed = #"{"criteria": [{"name": "short", "verdict": "met"}, {"name": "clear", "verdict": "met"}]}"#
        #expect(try Self.parse(listed, Self.several).step == .wholeText)
        #expect(throws: VerdictFault.missing("short")) { try Self.parse(#"{"clear": "met"}"#, Self.several) }
        #expect(throws: VerdictFault.duplicate("clear")) {
            try Self.parse(#"{"clear": "met", "short": "met", "clear": "met"}"#, Self.several)
        }
        #expect(throws: VerdictFault.unknownName("kind")) {
            try Self.parse(#"{"clear": "met", "short": "met", "kind": "met"}"#, Self.several)
        }
        #expect(throws: VerdictFault.duplicate("verdict")) {
            try Self.parse(
                #"{"clear": {"verdict": "met", "verdict": "unmet"}, "short": "met"}"#, Self.several)
        }
        // What a judge adds besides does no harm.
        #expect(
            try Self.parse(#"{"clear": "met", "short": "met", "confidence": 0.9}"#, Self.several).step == .wholeText)
        #expect(throws: VerdictFault.unparsable("no verdict in the reply")) {
            try Self.parse("clear: met, short: met", Self.several)
        }
    }

    @Test func scoreIsWithinTheScaleOrAFault() throws {
        #expect(
            try Self.parse(#"{"score": 7}"#, Self.scale).verdict == .scale(ScaleVerdict(value: 7)))
        #expect(try Self.parse(#"{"score": 7.5}"#, Self.scale).verdict == .scale(ScaleVerdict(value: 7.5)))
        #expect(
            try Self.parse("Feedback: [RESULT] 3? No. [RESULT] 4", Self.scale)
                == ParsedVerdict(verdict: .scale(ScaleVerdict(value: 4)), step: .textualPattern))
        #expect(try Self.parse("Rating: [[10]]", Self.scale).verdict == .scale(ScaleVerdict(value: 10)))
        for text in [#"{"score": 11}"#, #"{"score": 0}"#, #"{"score": -3}"#, "[RESULT] 12", "[[0]]"] {
            #expect { try Self.parse(text, Self.scale) } throws: { ($0 as? VerdictFault)?.label == "out_of_range" }
        }
        for text in [
            #"{"score": NaN}"#, #"{"score": 1e999}"#, #"{"score": "7"}"#, #"{"score": null}"#, "[RESULT] good",
            "[RESULT] 4 or [RESULT] none", "[[nan]]", "[[inf]]", "score 7", #"{"score": [7]}"#,
        ] {
            #expect(throws: VerdictFault.self) { try Self.parse(text, Self.scale) }
        }
        #expect(throws: VerdictFault.contradiction) { try Self.parse("[[4]] then [[5]]", Self.scale) }
        #expect(try Self.parse(#"{"score": "7"}"#, Self.scale, isLenient: true).step == .wholeText)
    }

    @Test func winnerIsOneOfThree() throws {
        let choices: [(String, PreferenceVerdict.Choice)] = [
            (#"{"reason": "r", "winner": "A"}"#, .first), (#"{"winner": "tie"}"#, .tie), ("So [[B]].", .second),
            ("[[C]]", .tie), ("[[A>>B]]", .first), ("[[A=B]]", .tie), ("winner: B", .second),
        ]
        for (text, choice) in choices {
            guard case .preference(let verdict) = try Self.parse(text, Self.preference).verdict else { return }
            #expect(verdict.choice == choice)
        }
        for text in [
            #"{"winner": ["A", "B"]}"#, #"{"winner": "A", "winner": "B"}"#, #"{"winner": "A and B"}"#,
            #"{"winner": true}"#, #"{"winner": ""}"#, "[[A]] or [[B]]", "[[D]]", "A", #"{"winner": "C"}"#,
        ] {
            #expect(throws: VerdictFault.self) { try Self.parse(text, Self.preference) }
        }
    }

    @Test func groupIsMatchedByIdentifier() throws {
        let shape = VerdictShape.group(identifiers: ["c1", "c2"], wantsReasons: true)
        let expected = Verdict.group(
            GroupVerdict(entries: [.init(identifier: "c1", score: 0.25), .init(identifier: "c2", score: 1)]))
        for text in [
            #"{"c2": 1, "c1": 0.25}"#, #"{"c2": {"score": 1}, "c1": {"score": 0.25}}"#,
            #"{"scores": [{"trajectory_id": "c2", "score": 1}, {"trajectory_id": "c1", "score": 0.25}]}"#,
        ] {
            #expect(try Self.parse(text, shape).verdict == expected)
        }
        let faults: [(String, VerdictFault)] = [
            (#"{"c1": 1}"#, .missing("c2")), (#"{"c1": 1, "c2": 1, "c1": 0}"#, .duplicate("c1")),
            (#"{"c1": 1, "c2": 1, "c3": 1}"#, .unknownName("c3")), (#"{"c1": 1.5, "c2": 1}"#, .outOfRange("1.5")),
            (#"[{"id": "c1", "score": 1}, {"id": "c1", "score": 1}, {"id": "c2", "score": 1}]"#, .duplicate("c1")),
        ]
        for (text, fault) in faults { #expect(throws: fault) { try Self.parse(text, shape) } }
    }

    @Test func toolInputIsTakenAsItIs() throws {
        let value = JSONValue.object([.init("reason", .string("r")), .init("verdict", .string("met"))])
        let parsed = try VerdictParser().parse(
            ProviderReply.Sample(content: .structured(value), finish: .toolUse), as: Self.heavy)
        #expect(parsed.step == .structured)
        #expect(Self.judgement(parsed) == .met)
        #expect(throws: VerdictFault.unparsable("no verdict in the tool's input")) {
            try VerdictParser().parse(
                ProviderReply.Sample(content: .structured(.string("{\"pass\": true}")), finish: .toolUse),
                as: Self.light)
        }
    }

    @Test func probabilitiesAnswerTheQuestionsInOrder() throws {
        func parse(_ probabilities: [Double?]) throws -> RubricVerdict? {
            let parsed = try VerdictParser().parse(
                ProviderReply.Sample(content: .probabilities(probabilities), finish: .stop), as: Self.several)
            guard case .criteria(let verdict) = parsed.verdict else { return nil }
            return verdict
        }
        let findings = try #require(try parse([0.75, nil])).findings
        #expect(findings.map(\.judgement) == [.met, .cannotAssess])
        #expect(findings.map(\.probability) == [0.75, nil])
        for bad: [Double?] in [[0.5], [1.5, 0], [.nan, 0], [-0.1, 1], [.infinity, 0], []] {
            #expect(throws: VerdictFault.self) { try parse(bad) }
        }
    }

    @Test(arguments: [
        light, heavy, several, scale, preference, .group(identifiers: ["c1", "c2"], wantsReasons: false),
    ])
    func hostileRepliesNeitherCrashNorCount(shape: VerdictShape) {
        let size = 200_000
        let texts = [
            String(repeating: "{", count: size), String(repeating: "[", count: size),
            String(repeating: "{\"a\":", count: 30_000), String(repeating: "[[", count: size / 2),
            String(repeating: "\"", count: size), String(repeating: "{}", count: size / 2),
            String(repeating: "<think>", count: 30_000), String(repeating: "```\n", count: 50_000),
            String(repeating: "\"pass\":", count: 30_000), String(repeating: "[RESULT] ", count: 30_000),
            String(repeating: "{\"pass\": tru}", count: 10_000), String(repeating: "\\", count: size),
            "\u{0}\u{FFFD}\u{202E}", "{\"pass\": \u{0}true}", "\u{FEFF}pass",
        ]
        for text in texts {
            #expect(throws: VerdictFault.self) { try Self.parse(text, shape) }
        }
        let large = String(repeating: "{\"pass\": {\"a\": [", count: 60_000)
        #expect(throws: VerdictFault.self) { try Self.parse(large, shape) }
        #expect(throws: VerdictFault.tooLong) { try Self.parse(String(repeating: "a", count: 1_048_577), shape) }
    }

    /// Deeper than the JSON parser goes; what is legible of it still counts.
    @Test func depthHidesNoVerdict() throws {
        let open = String(repeating: "[", count: 300)
        let close = String(repeating: "]", count: 300)
        #expect(try Self.parse(open + #"{"pass": true}"# + close, Self.light).step == .lastObject)
        #expect(try Self.parse(#"{"a": "# + open + close + #", "pass": true}"#, Self.light).step == .textualPattern)
    }

    /// Every beginning of a good reply, with a finish that claims it is whole: never another verdict than the whole's.
    @Test func noPrefixOfAReplyIsReadAsSomethingElse() throws {
        let texts = [
            #"{"reason": "The text is clear, \"met\" so to say.", "verdict": "unmet"}"#,
            "```json\n{\"verdict\": \"unmet\", \"reason\": \"r\"}\n```",
        ]
        for text in texts {
            for count in 0..<text.utf8.count {
                let prefix = String(decoding: text.utf8.prefix(count), as: UTF8.self)
                guard let parsed = try? Self.parse(prefix, Self.heavy) else { continue }
                #expect(Self.judgement(parsed) == .unmet, "\(prefix)")
            }
        }
    }

    /// Every byte of a good reply replaced: never the opposite verdict.
    @Test func noChangedByteTurnsAVerdictRound() throws {
        let bytes = Array(#"{"reason": "The \"met\" is quoted.", "verdict": "unmet"}"#.utf8)
        let substitutes = Array("\0\n \"\\{}[]:,-umt9".utf8) + [0x80, 0xE2, 0xFF]
        for index in bytes.indices {
            for substitute in substitutes {
                var changed = bytes
                changed[index] = substitute
                let text = String(decoding: changed, as: UTF8.self)
                guard let parsed = try? Self.parse(text, Self.heavy) else { continue }
                #expect(Self.judgement(parsed) == .unmet, "\(text)")
            }
        }
    }
}
