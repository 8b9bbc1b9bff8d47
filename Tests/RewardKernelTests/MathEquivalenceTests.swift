import RewardKernel
import RewardMemory
import Testing

@Suite struct MathEquivalenceTests {
    private func outcome(
        _ completion: String, _ reference: FieldValue, _ change: (inout MathEquivalenceSettings) -> Void = { _ in }
    ) throws -> ComponentOutcome {
        let builder = makeBuilder()
        var settings = MathEquivalenceSettings()
        change(&settings)
        let plan = try MathEquivalencePlan(settings, builder)
        var scratch = try KernelScratch(builder.requirements)
        return plan.score(rollout(completion, referenceAnswer: reference), &scratch.math, &scratch.fold)
    }

    private func matches(
        _ completion: String, _ reference: String, _ change: (inout MathEquivalenceSettings) -> Void = { _ in }
    ) throws -> Bool {
        let outcome = try outcome(completion, .text(bytes(reference)), change)
        #expect(outcome.status == .scored, "\(completion) against \(reference)")
        return outcome.score == 1
    }

    // MARK: What is the same

    @Test(arguments: [
        (#"\frac{1}{2}"#, "0.5"), (#"\frac12"#, "1/2"), ("1,234", "1234"), ("1{,}234", "1234"), ("1 234", "1234"),
        (#"32,\! 349"#, "32349"), (#"1\frac{1}{2}"#, "1.5"), ("1 1/2", "3/2"), ("1.5e3", "1500"), ("½", "0.5"),
        (#"2\sqrt{3}"#, #"\sqrt{12}"#), ("√12", #"2\sqrt3"#), (#"\sqrt[3]{-8}"#, "-2"), ("x²", "x^2"),
        ("x^2+2x+1", "(x+1)^2"), (#"\frac{1}{2}x"#, #"\frac{x}{2}"#), ("x_1 + x_2", "x2 + x1"), (#"e^{i\pi}"#, "-1"),
        (#"\sin^2 x + \cos^2 x"#, "1"), (#"\sin^{-1} 1"#, #"\frac{\pi}{2}"#), (#"\log_2 8"#, "3"), (#"\ln e^2"#, "2"),
        ("5!", "120"), (#"\binom{5}{2}"#, "10"), ("|-3|", "3"), (#"\lfloor 2.7 \rfloor"#, "2"), ("1121_3", "43"),
        ("2^{100}", "1267650600228229401496703205376"), ("2^3^2", "512"), ("50%", "0.5"), (#"50\%"#, "50"),
        (#"90^\circ"#, "90"), (#"15\text{ cm}^2"#, "15"), (#"\$18"#, "18"), (#"\text{Evelyn}"#, "evelyn"),
        (#"\text{(C)}"#, "C"), ("0.333333", "1/3"), (#"\frac{\pi}{2}"#, "0.5 π"), (#"\dfrac{-3}{4}"#, "-0.75"),
    ])
    func sameExpressionsMatch(answer: String, reference: String) throws {
        #expect(try matches(#"So it is \boxed{\#(answer)}."#, reference))
    }

    @Test(arguments: [
        ("2^{100}+1", "2^{100}"), (#"\frac{1}{2004!}"#, #"\frac{2}{2004!}"#), ("10^9+1", "10^9+2"), ("E1", "E"),
        ("0.0000001", "0.0000002"), ("9007199254740993", "9007199254740992"), ("|x|", "x"), (#"\sqrt{x^2}"#, "x"),
        ("x", "y"), ("0.3333", "1/3"), ("3.14", #"\pi"#), (#"1\sqrt{19}"#, "1"), ("1/0", "2/0"), ("", "0"),
        (#"\int_0^1 x dx"#, #"\int_0^1 y dy"#), (#"\tan(\pi/2)"#, "1"), ("2305843009213693993", "42"),
    ])
    func differentExpressionsDoNotMatch(answer: String, reference: String) throws {
        #expect(try !matches(#"So it is \boxed{\#(answer)}."#, reference))
    }

    @Test(arguments: [
        ("(1, 2)", "(1,2)", true), ("(2, 1)", "(1,2)", false), ("2, 1", "1,2", true), ("1, 2", "(1,2)", true),
        ("2, 1", "(1,2)", false), (#"\{1,2,2\}"#, #"\{2,1\}"#, true), ("[1,2)", "(1,2)", false),
        ("[0,1)", "[0,1)", true),
        (#"(-\infty, 2] \cup [3, \infty)"#, #"[3,\infty)\cup(-\infty,2]"#, true), (#"\{5\}"#, "5", true),
        (#"1 \pm \sqrt{2}"#, #"1-\sqrt2, 1+\sqrt2"#, true), (#"1 \pm \sqrt{2}"#, #"1+\sqrt2"#, false),
        ("(3,3),(1,1)", "(1,1), (3,3)", true), (#"6 \text{ and } 8"#, "8, 6", true), (#"\emptyset"#, #"\{\}"#, true),
        (#"\begin{pmatrix}1&2\\3&4\end{pmatrix}"#, #"\begin{bmatrix}1&2\\3&4.0\end{bmatrix}"#, true),
        (#"\begin{pmatrix}1&2\\3&4\end{pmatrix}"#, #"\begin{pmatrix}1&3\\2&4\end{pmatrix}"#, false),
    ])
    func collectionsAreComparedByTheirKind(answer: String, reference: String, isSame: Bool) throws {
        #expect(try matches(#"\boxed{\#(answer)}"#, reference) == isSame)
    }

    @Test(arguments: [
        ("x = 5", "5", true), ("5", "x = 5", true), ("x = 5", "y = 5", false), ("2x = 10", "x = 5", true),
        ("1", "2x + z = 1", false), ("y = 2x + 1", "2x - y + 1 = 0", true), ("y = 2x", "y = 3x", false),
        (#"x \geq 5"#, "x >= 5", true), (#"5 \leq x"#, #"x \geq 5"#, true), ("-x < -5", "x > 5", true),
        ("x > 5", "x < 5", false), ("x > 5", #"x \geq 5"#, false), (#"x \ne 3"#, "x != 3", true),
        (#"x \geq 5"#, #"[5, \infty)"#, true), (#"(1, 2]"#, #"1 < x \leq 2"#, true), ("2 > x > 1", "1 < x < 2", true),
        ("f(x) = 2x", "2x", true), (#"x \in \{1,2\}"#, #"\{2,1\}"#, true),
    ])
    func relationsAreComparedByWhatTheySay(answer: String, reference: String, isSame: Bool) throws {
        #expect(try matches(#"\boxed{\#(answer)}"#, reference) == isSame)
    }

    // MARK: Where the answer stands

    @Test(arguments: [
        (#"\boxed{1} then \boxed{2}"#, "2"), (#"$\boxed{1}$ and $\boxed{2}$"#, "1,2"), (#"\boxed{} so $x=3$"#, "3"),
        ("The answer is 42.", "42"), ("Answer: $x^2$ because 5 is odd", "x^2"), ("work\n#### 1,200", "1200"),
        ("Final Answer: The volume of $ABCD$ is 120. I hope it is correct.", "120"), ("A: 7", "7"), ("x = 5", "5"),
        ("so $a$, then $b+1$ holds.", "b+1"), ("costs $5 and then 6", "6"), (#"thus \[ 9 \] holds"#, "9"),
        (#"\\boxed{-3}"#, "-3"),
    ])
    func answerIsFound(completion: String, reference: String) throws {
        #expect(try matches(completion, reference))
    }

    @Test(arguments: ["", " \n", "no answer here at all", "AZYUK2A", "\0", #"\boxed{}"#])
    func completionWithoutAnAnswerIsWrongAndNoFailure(completion: String) throws {
        let outcome = try outcome(completion, .integer(2))
        #expect(outcome.status == .scored)
        #expect(outcome.score == 0)
    }

    @Test func textBeforeTheSettingsMarkIsNotLookedAt() throws {
        let after = { (settings: inout MathEquivalenceSettings) in settings.after = "</think>" }
        #expect(try matches(#"<think>\boxed{1}</think> \boxed{2}"#, "2", after))
        #expect(try !matches(#"<think>\boxed{2}"#, "2", after))
        #expect(throws: PlanError(key: ["after"], "this text has 1 to 128 bytes")) {
            try outcome("", .integer(1)) { $0.after = "" }
        }
    }

    // MARK: References

    @Test func referencesOfEveryTypeAreReadOrRefused() throws {
        #expect(try outcome(#"\boxed{\frac{84}{2}}"#, .integer(42)).score == 1)
        #expect(try outcome(#"\boxed{1/3}"#, .number(1.0 / 3)).score == 1)
        #expect(try outcome("5", .absent).status == .missingInput)
        let refused: [FieldValue] = [
            .boolean(true), .number(.nan), .text(bytes("")), .text(bytes(" ")), .text(bytes("forty two")),
        ]
        for reference in refused {
            #expect(try outcome(#"\boxed{42}"#, reference).status == .badReference)
        }
        #expect(throws: PlanError(key: ["reference"], "the reference is no mathematics and no single word")) {
            try outcome("", .integer(1)) { $0.reference = .literal("forty two") }
        }
    }

    // MARK: verl

    @Test(arguments: [
        ("#### 1,234", "1234", true), ("#### 1,234", "1,234", false), ("#### 5.", "5.", true), ("####5", "5", false),
        ("#### -7 apples", "-7", true), ("#### 1\n#### 2", "2", true), ("#### $5", "5", false), ("5", "5", false),
        ("#### 5" + String(repeating: "é", count: 294), "5", true),
        ("#### 5" + String(repeating: "é", count: 295), "5", false),
    ])
    func verlsStrictRewardIsFollowed(completion: String, reference: String, isRight: Bool) throws {
        #expect(try matches(completion, reference) { $0.compatibility = .verlGSM8KStrict } == isRight)
    }

    @Test(arguments: [
        ("so 12 it is.", "12", true), ("so it is 12 .", "12", true), ("1,234", "1234", false), ("5-3", "-3", true),
        ("none", "1", false), (".", ".", true),
    ])
    func verlsFlexibleRewardIsFollowed(completion: String, reference: String, isRight: Bool) throws {
        #expect(try matches(completion, reference) { $0.compatibility = .verlGSM8KFlexible } == isRight)
    }

    @Test(arguments: [
        ("Answer: 42", "42", true), ("answer :\n\n 1,234 ", "1234", true),
        (#"Answer: $\frac12$"#, #"\frac{1}{2}"#, true),
        ("Answer: x = 5 cm", "5", true), (#"\boxed{42}"#, "42", true), (#"\boxed{4 2}"#, "42", false),
        ("Answer: Answer: 5", "5", false), ("Answer: 5 \\boxed{6}", "6", false),
        (#"Answer: \sqrt3"#, #"\sqrt{3}"#, true),
        (#"\boxed{42}"# + String(repeating: " ", count: 91), "42", false), ("42", "42", false),
    ])
    func verlsMathDAPOIsFollowed(completion: String, reference: String, isRight: Bool) throws {
        #expect(try matches(completion, reference) { $0.compatibility = .verlMathDAPO } == isRight)
    }

    @Test func referenceTooLongForVerlsNormalisationIsRefused() throws {
        let long = FieldValue.text(bytes(String(repeating: "1", count: Limits.mathAnswerByteCountMax + 1)))
        #expect(try outcome("Answer: 1", long) { $0.compatibility = .verlMathDAPO }.status == .badReference)
    }

    // MARK: Hostile texts

    @Test(arguments: [
        "(", "{", "[", "\\{", "^", "-", "\\frac", "\\sqrt{", "|", "!", "1!", "x^{", "\\text{", "\\boxed{", "1,", "$",
        "\\",
        "\\begin{pmatrix}", "\0", "A:", "answer is ", "####", "9", "(1,", "\\left(", "2^", "\\binom{9}{4}", "r",
        "5000! ",
        "\\pm 1", "\\log_", "é", "\u{202F}",
    ])
    func repeatedPiecesAreScoredWhateverTheirNumber(piece: String) throws {
        for count in [47, 400, (1 << 16) / piece.utf8.count] {
            let text = String(repeating: piece, count: count)
            #expect(try outcome(text, .integer(7)).status == .scored)
            #expect(try outcome(#"\boxed{"# + text + "}", .integer(7)).status == .scored)
            let status = try outcome(#"\boxed{7}"#, .text(bytes(text))).status
            #expect(status == .scored || status == .badReference)
        }
    }

    @Test func nestingPastTheLimitIsComparedAsWritten() throws {
        let deep = String(repeating: "(", count: 60) + "1" + String(repeating: ")", count: 60)
        #expect(try matches(#"\boxed{\#(deep)}"#, #"$\boxed{\#(deep)}$"#))
        #expect(try !matches(#"\boxed{\#(deep)}"#, "1"))
    }

    // MARK: Rationales

    @Test func rationaleNamesTheAnswerAndItsPlace() throws {
        let builder = makeBuilder()
        let plan = try MathEquivalencePlan(MathEquivalenceSettings(), builder)
        var scratch = try KernelScratch(builder.requirements)
        for (completion, reference, expected) in [
            (#"\boxed{\frac12}"#, "0.5", #"the answer in \boxed{}, \frac12, equals the reference"#),
            ("The answer is 4.", "5", "the answer behind its marker, 4., differs from the reference"),
            ("nothing to see here", "5", "no answer found"),
        ] {
            let rollout = rollout(completion, referenceAnswer: .text(bytes(reference)))
            let outcome = plan.score(rollout, &scratch.math, &scratch.fold)
            #expect(sentence { plan.explain(outcome, rollout: rollout, into: &$0) } == expected)
        }
    }
}
