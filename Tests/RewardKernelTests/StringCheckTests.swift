import RewardKernel
import RewardMemory
import Testing

@Suite struct StringCheckTests {
    private func outcome(
        _ operation: StringOperation, _ completion: String, _ reference: FieldValue, trim: Bool = false
    ) throws -> ComponentOutcome {
        let builder = makeBuilder()
        let plan = try StringCheckPlan(StringCheckSettings(operation: operation, trim: trim), builder)
        var scratch = FoldScratch(builder.requirements.fold)
        var json = try JSONScratch(builder.requirements.json)
        return plan.score(rollout(completion, referenceAnswer: reference), &scratch, &json)
    }

    private func holds(
        _ operation: StringOperation, _ completion: String, _ reference: String, trim: Bool = false
    ) throws -> Bool {
        try outcome(operation, completion, .text(bytes(reference)), trim: trim).score == 1
    }

    @Test func equalityIsByteForByte() throws {
        #expect(try holds(.eq, "Paris", "Paris"))
        #expect(try !holds(.eq, "paris", "Paris"))
        #expect(try !holds(.eq, "Paris ", "Paris"))
        #expect(try holds(.eq, "", ""))
        #expect(try !holds(.eq, "a\0", "a"))
        #expect(try !holds(.eq, "e\u{301}", "\u{E9}"))
        #expect(try holds(.ne, "paris", "Paris"))
        #expect(try !holds(.ne, "Paris", "Paris"))
    }

    @Test func trimmingTakesUnicodeWhiteSpaceOffBoth() throws {
        #expect(try holds(.eq, "\u{3000}\n Paris\u{A0}\t", " Paris\u{2003}", trim: true))
        #expect(try holds(.eq, " \n\u{85}", "", trim: true))
        #expect(try !holds(.eq, "\u{200B}Paris", "Paris", trim: true))
    }

    @Test func likeLooksForTheReferenceInTheCompletion() throws {
        #expect(try holds(.like, "It is Paris.", "Paris"))
        #expect(try !holds(.like, "It is paris.", "Paris"))
        #expect(try !holds(.like, "Paris", "It is Paris."))
        #expect(try holds(.like, "anything", ""))
    }

    @Test(arguments: [
        ("It is PARIS.", "paris"), ("STRASSE", "straße"), ("straße", "STRASSE"), ("ΟΔΟΣ", "οδος"), ("οδος", "ΟΔΟΣ"),
        ("\u{212A}elvin", "KELVIN"), ("ﬃx", "FFIX"), ("МОСКВА", "москва"), ("İstanbul", "i\u{307}STANBUL"),
        ("abcdefgHIJKLMNOP", "CDEFGHIJklm"), ("x", ""), ("[@Z`", "[@z`"),
    ])
    func caseIsFoldedByUnicode(completion: String, reference: String) throws {
        #expect(try holds(.ilike, completion, reference))
    }

    @Test(arguments: [
        ("[@Z`", "{@z`"), ("It is Lyon.", "paris"), ("", "a"), ("I", "ı"), ("e\u{301}", "É"),
    ])
    func foldingDoesNotConfuse(completion: String, reference: String) throws {
        #expect(try !holds(.ilike, completion, reference))
    }

    @Test func foldedMatchesAreFoundAcrossTheWindowsOfALongText() throws {
        let window = 2 * Limits.foldedReferenceByteCountMax
        // The first window ends somewhere between twice the reference's limit and 32 bytes beyond.
        for offset in [0, 1, 3 * window - 5] + Array((window - 2)...(window + 34)) {
            let text =
                String(repeating: "é", count: offset / 2) + String(repeating: "-", count: offset % 2) + "NÄDEL" + "x"
            #expect(try holds(.ilike, text, "nädel"), "\(offset)")
            #expect(try !holds(.ilike, text, "nädell"), "\(offset)")
        }
    }

    @Test func longReferenceIsFoundOrGivenUpAndNeverTraps() throws {
        for count in [65_500, 65_524, 65_525, 65_530, 65_536, 65_537, 200_000] {
            let reference = String(repeating: "a", count: count)
            let text = String(repeating: "B", count: 131_072 - 7) + String(repeating: "A", count: count)
            let outcome = try outcome(.ilike, text, .text(bytes(reference)))
            #expect(
                outcome.status == (count <= Limits.foldedReferenceByteCountMax ? .scored : .limitReached), "\(count)")
            #expect(outcome.status != .scored || outcome.score == 1)
        }
    }

    @Test(.timeLimit(.minutes(1)))
    func megabyteOfOneLetterIsSearchedInLinearTime() throws {
        let text = String(repeating: "a", count: 1 << 20)
        let reference = String(repeating: "A", count: 30_000) + "b"
        #expect(try !holds(.ilike, text, reference))
        #expect(try !holds(.like, text, reference))
    }

    @Test func numbersAndTruthValuesAreComparedByTheirText() throws {
        #expect(try outcome(.eq, "42", .integer(42)).score == 1)
        #expect(try outcome(.eq, "-9223372036854775808", .integer(.min)).score == 1)
        #expect(try outcome(.eq, "true", .boolean(true)).score == 1)
        #expect(try outcome(.ilike, "FALSE!", .boolean(false)).score == 1)
        #expect(try outcome(.eq, "3", .number(3)).score == 1)
        #expect(try outcome(.eq, "0", .number(-0.0)).score == 1)
        #expect(try outcome(.eq, "0.1", .number(0.1)).score == 1)
        #expect(try outcome(.eq, "1e+300", .number(1e300)).score == 1)
        #expect(try outcome(.ilike, "it is 1E-07", .number(1e-7)).score == 1)
        #expect(try outcome(.eq, "", .number(.nan)).status == .badReference)
        #expect(try outcome(.eq, "inf", .number(.infinity)).status == .badReference)
    }

    @Test func absentReferenceIsAStatusAndNotAScore() throws {
        let outcome = try outcome(.ne, "text", .absent)
        #expect(outcome.status == .missingInput)
    }

    @Test func referenceMayBeLiteralOrAField() throws {
        let builder = makeBuilder()
        var scratch = FoldScratch(builder.requirements.fold)
        var json = try JSONScratch(builder.requirements.json)
        let literal = try StringCheckPlan(StringCheckSettings(reference: .literal("yes")), builder)
        #expect(literal.score(rollout("yes"), &scratch, &json).score == 1)
        let field = try StringCheckPlan(StringCheckSettings(reference: .field("wanted")), builder)
        #expect(field.score(rollout("yes", fields: [.text(bytes("yes"))]), &scratch, &json).score == 1)
        #expect(builder.fieldNames == ["wanted"])
    }

    @Test func aValueInTheCompletionsJSONIsComparedAndItsLackIsAFailedCheck() throws {
        let builder = makeBuilder()
        let settings = StringCheckSettings(input: TextOperandSettings([.completionField(["a", "b"])]))
        let plan = try StringCheckPlan(settings, builder)
        let negated = try StringCheckPlan(
            StringCheckSettings(operation: .ne, input: TextOperandSettings([.completionField(["a", "b"])])), builder)
        var scratch = FoldScratch(builder.requirements.fold)
        var json = try JSONScratch(builder.requirements.json)
        func score(_ completion: String, _ reference: String) -> Double {
            plan.score(rollout(completion, referenceAnswer: .text(bytes(reference))), &scratch, &json).score
        }
        #expect(score(#" {"a": {"x": [1, {"b": 2}], "b": "Z\u00fcrich"}} "#, "Zürich") == 1)
        #expect(score(#"{"a": {"b": 12}}"#, "12") == 1 && score(#"{"a": {"b": -0.5}}"#, "-0.5") == 1)
        #expect(score(#"{"a": {"b": true}}"#, "true") == 1)
        #expect(score(#"{"a": {"b": "first", "b": "last"}}"#, "last") == 1)
        #expect(score(#"{"big": 1e999, "a": {"b": "x"}}"#, "x") == 1, "a number out of range elsewhere does no harm")
        let deep = String(repeating: "[", count: 300) + String(repeating: "]", count: 300)
        let beyond = rollout(#"{"c": \#(deep), "a": {"b": "x"}}"#, referenceAnswer: .text(bytes("x")))
        #expect(plan.score(beyond, &scratch, &json).status == .limitReached)
        let lacking = [
            "12", "", "Paris", #"{"a": {"b": "x"}"#, #"{"a": "b"}"#, #"{"b": "x"}"#, #"[{"a": {"b": "x"}}]"#,
            #"{"a": {"b": null}}"#, #"{"a": {"b": ["x"]}}"#,
        ]
        for completion in lacking {
            for plan in [plan, negated] {
                let outcome = plan.score(rollout(completion, referenceAnswer: .text(bytes("x"))), &scratch, &json)
                #expect(outcome.status == .scored && outcome.score == 0, "\(completion)")
                var text = RigidBytes(capacity: 200)
                plan.explain(outcome, into: &text)
                #expect(text.view.makeString() == "the completion has no JSON with that value")
            }
        }
    }

    @Test func textsArePutTogetherForEachRollout() throws {
        let builder = makeBuilder()
        let plan = try StringCheckPlan(
            StringCheckSettings(
                input: TextOperandSettings([.operand(.literal("Answer: ")), .completion]),
                reference: TextOperandSettings([
                    .operand(.field("word")), .operand(.literal(": ")), .operand(.referenceAnswer),
                ])),
            builder)
        var scratch = FoldScratch(builder.requirements.fold)
        var json = try JSONScratch(builder.requirements.json)
        func outcome(_ completion: String, _ reference: FieldValue, _ word: FieldValue) -> ComponentOutcome {
            plan.score(rollout(completion, referenceAnswer: reference, fields: [word]), &scratch, &json)
        }
        let word = FieldValue.text(bytes("Answer"))
        #expect(outcome("42", .integer(42), word).score == 1)
        #expect(outcome("42", .number(42.5), word).score == 0)
        #expect(outcome("true", .boolean(true), word).score == 1)
        #expect(outcome("", .text(.empty), word).score == 1)
        #expect(outcome("42", .absent, word).status == .missingInput)
        #expect(outcome("42", .integer(42), .absent).status == .missingInput)
        #expect(outcome("42", .number(.nan), word).status == .badReference)
        let long = String(repeating: "x", count: Limits.completionByteCountMax)
        #expect(outcome(long, .text(bytes(long)), word).score == 1)
        let longer = String(repeating: "y", count: 2 * Limits.joinedTextByteCountMax)
        #expect(outcome("y", .text(bytes(longer)), word).status == .limitReached)
    }

    @Test func twoNumbersAreComparedByTheirTexts() throws {
        let builder = makeBuilder()
        let plan = try StringCheckPlan(
            StringCheckSettings(input: .field("a"), reference: .field("b")), builder)
        var scratch = FoldScratch(builder.requirements.fold)
        var json = try JSONScratch(builder.requirements.json)
        #expect(plan.score(rollout("", fields: [.integer(7), .number(7)]), &scratch, &json).score == 1)
        #expect(plan.score(rollout("", fields: [.integer(7), .number(7.5)]), &scratch, &json).score == 0)
    }
}
