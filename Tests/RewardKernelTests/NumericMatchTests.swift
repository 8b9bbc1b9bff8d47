import RewardKernel
import RewardMemory
import Testing

@Suite struct NumericMatchTests {
    private func outcome(
        _ completion: String, _ reference: FieldValue, _ change: (inout NumericMatchSettings) -> Void = { _ in }
    ) throws -> ComponentOutcome {
        let builder = makeBuilder()
        var settings = NumericMatchSettings()
        change(&settings)
        return try NumericMatchPlan(settings, builder).score(rollout(completion, referenceAnswer: reference))
    }

    private func matches(
        _ completion: String, _ reference: String, _ change: (inout NumericMatchSettings) -> Void = { _ in }
    ) throws -> Bool {
        let outcome = try outcome(completion, .text(bytes(reference)), change)
        #expect(outcome.status == .scored, "\(completion) against \(reference)")
        return outcome.score == 1
    }

    // MARK: Where the answer stands

    @Test(arguments: [
        ("Two and two\n#### 4", "4"), ("#### 4\nBut 5 was wrong.", "4"), ("A: 540", "540"), ("A: 3\nA: 540", "540"),
        ("#### 1\nA: 2", "2"), ("A: 2\n#### 1", "1"), (#"so \boxed{-3} it is, 5 times"#, "-3"),
        (#"\boxed{1} or \boxed{\text{2}}"#, "2"), ("**Answer:** 12", "12"), ("**Answer**: 12 of 13", "12"),
        ("final answer : $1,200.50 in 3 years", "1200.5"), ("ANSWER: x = 5, not 6", "5"),
        ("Answer:\n\n  7\n8 more", "7"),
        ("A: $\\frac{3}{4}$, 9", "0.75"), ("#### **42** 1", "42"), ("A: \\(17\\) 1", "17"), ("A: US$5 1", "5"),
        ("the total is 12 apples", "12"), ("60/3=20", "20"), ("first 7\n\nthen nothing\n", "7"),
        ("Step-by-Step Answer: Roger began with 5. 5 + 6 = 11. The answer is 11.", "11"),
        ("DATA: 5 is not it, 6 is", "6"), ("The Q&A: 8 were asked, 9", "8"), ("#### \nA: we see 3", "3"),
        (#"put it in \boxed{}. So 4"#, "4"), (#"put it in \boxed{...}. So 4"#, "4"), ("####5", "5"), ("##### 5", "5"),
        (#"\boxed{x = 5} 1"#, "5"), (#"\boxed{5\text{ apples}} 1"#, "5"), (#"\boxed{90^\circ} 1"#, "90"),
        (#"\boxed{5 km} 1"#, "5"), (#"\boxed{{5}} 1"#, "5"), (#"\boxed{\$18} 1"#, "18"),
        (#"\boxed{10{,}000} 1"#, "10000"),
        ("答案是-5", "-5"), ("답: 5개", "5"), ("Ответ — 29.", "29"), ("GPT-4", "4"), ("-4", "-4"), ("10-15", "15"),
        ("(-3)", "-3"), ("costs -$5", "-5"), ("costs $-5", "-5"), ("5 - 3", "3"), ("7-$3", "3"), ("is −3", "-3"),
    ])
    func answerIsFound(completion: String, answer: String) throws {
        #expect(try matches(completion, answer))
    }

    @Test(arguments: ["", " ", "no number", "A: none", "####", #"\boxed{x^2 + 1}"#, "\0", "x-"])
    func completionWithoutAnAnswerIsWrongAndNoFailure(completion: String) throws {
        let outcome = try outcome(completion, .integer(7))
        #expect(outcome.status == .scored)
        #expect(outcome.score == 0)
    }

    /// A box is the answer whatever it holds: the number beside a root, a variable or an operator is not taken out of
    /// it.
    @Test(arguments: [
        (#"\boxed{2\sqrt{3}}"#, "2"), (#"\boxed{2x}"#, "2"), (#"\boxed{3\pi}"#, "3"), (#"\boxed{2^{10}}"#, "2"),
        (#"\boxed{5 + 3}"#, "5"), (#"5 \boxed{\text{none}}"#, "5"), (#"\boxed{(1,2)}"#, "1"),
        (#"\boxed{\frac{\pi}{2}}"#, "2"),
    ])
    func boxThatHoldsNoSingleNumberDoesNotMatch(completion: String, reference: String) throws {
        #expect(try !matches(completion, reference))
    }

    @Test func markerTakesTheFirstNumberBehindItsLastOccurrence() throws {
        let marked = { (settings: inout NumericMatchSettings) in settings.marker = "Lösung" }
        #expect(try matches("Lösung: 1\nDie Lösung lautet 12, nicht 13.", "12", marked))
        #expect(try matches("Lösung -5", "-5", marked))
        #expect(try !matches("12", "12", marked))
        #expect(try !matches("12 Lösung", "12", marked))
        #expect(throws: PlanError(key: ["marker"], "a marker has 1 to 128 bytes")) {
            try outcome("", .integer(1)) { $0.marker = "" }
        }
    }

    // MARK: How numbers are written

    @Test(arguments: [
        ("5,600", "5600"), ("5600", "5,600"), ("1,234,567.80", "1234567.8"), ("1,00,000", "100000"), ("$ 12.", "12"),
        ("3/4", "0.75"), ("0.75", "3/4"), ("6/8", "3/4"), (#"\frac34"#, "0.75"), (#"-\dfrac{1}{2}"#, "-0.5"),
        (#"\frac{-1}{2}"#, "-1/2"), ("1 1/2", "1.5"), (#"2\frac{1}{3}"#, "7/3"), ("1½", "1.5"), ("¾", "0.75"),
        ("1e3", "1000"), ("1.5E-3", "0.0015"), (#"3 \times 10^{8}"#, "300000000"), ("2×10^-3", "0.002"), ("007", "7"),
        ("-0", "0"), ("+5", "5"), (".5", "0.5"), ("5.0", "5"), ("50%", "50"), ("50%", "0.5"), ("0.5", "50%"),
        (#"50\%"#, "50 %"),
        ("12.5 %", "1/8"), ("1'000", "1000"), ("1\u{202F}000", "1000"), (#"10,\!000"#, "10000"), ("১২", "12"),
        ("٣٫٥", "3.5"),
        ("１２．５％", "12.5"), ("๔๒", "42"), ("€5", "5"), ("₹1,50,000", "150000"), ("1⁄2", "0.5"), ("1,234", "1234"),
    ])
    func sameNumberMatchesHoweverItIsWritten(completion: String, reference: String) throws {
        #expect(try matches(completion, reference))
        #expect(try matches("A: " + completion, reference))
        #expect(try matches("#### " + completion + "\n", reference))
        #expect(try matches("\\boxed{" + completion + "}", reference))
    }

    @Test(arguments: [
        ("5", "6"), ("5", "-5"), ("0.3333", "1/3"), ("50%", "5"), ("0.005", "50%"), ("1.0000000000000000001", "1"),
        ("9007199254740993", "9007199254740992"), ("123456789012345678901", "123456789012345678902"),
        ("1e999999999999", "1e999999999998"), ("5/0", "5"), ("1e-400", "0"), ("1000", "1e2"), ("1/3", "2/6.1"),
    ])
    func differentNumbersDoNotMatch(completion: String, reference: String) throws {
        let outcome = try outcome(completion, .text(bytes(reference)))
        #expect(outcome.score == 0)
    }

    @Test func longNumbersAreComparedDigitByDigit() throws {
        let digits = String(repeating: "1234567890", count: 50)
        #expect(try matches("A: " + digits, digits + ".000"))
        #expect(try matches("A: 00" + digits + "e5", digits + "00000"))
        #expect(try !matches("A: " + digits + "1", digits + "2"))
        let grouped = stride(from: 0, to: 498, by: 3).map { digits.dropFirst($0).prefix(3) }.joined(separator: ",")
        #expect(try matches("A: " + grouped, String(digits.prefix(498))))
        #expect(try matches("9007199254740993", "9,007,199,254,740,993"))
    }

    @Test func integersAndDoublesOfTheRequestAreExact() throws {
        #expect(try outcome("9007199254740993", .integer(9_007_199_254_740_993)).score == 1)
        #expect(try outcome("9007199254740992", .integer(9_007_199_254_740_993)).score == 0)
        #expect(try outcome("-9223372036854775808", .integer(.min)).score == 1)
        #expect(try outcome("9007199254740993", .number(9_007_199_254_740_992)).score == 0)
        #expect(try outcome("0.1", .number(0.1)).score == 1)
        #expect(try outcome("1/3", .number(1.0 / 3)).score == 1)
        #expect(try outcome("1e300", .number(1e300)).score == 1)
        #expect(try outcome("0", .number(-0.0)).score == 1)
        #expect(try outcome("12", .number(12)).score == 1)
    }

    @Test func commaCanBeTheDecimalMark() throws {
        let comma = { (settings: inout NumericMatchSettings) in settings.decimalMark = .comma }
        #expect(try matches("Antwort 3,5", "3,5", comma))
        #expect(try matches("Das macht 1.234,50 Euro", "1234,5", comma))
        #expect(try matches("Réponse : 12 345,5", "12.345,5", comma))
        #expect(try matches("70.000", "70000", comma))
        #expect(try matches("70.000", "70"))
    }

    // MARK: Tolerances

    @Test func tolerancesWidenTheMatch() throws {
        #expect(try matches("3.14", "3.1416") { $0.tolerance = 0.01 })
        #expect(try !matches("3.1", "3.1416") { $0.tolerance = 0.01 })
        #expect(try matches("990", "1000") { $0.relativeTolerance = 0.01 })
        #expect(try !matches("989", "1000") { $0.relativeTolerance = 0.01 })
        #expect(try matches("-990", "-1000") { $0.relativeTolerance = 0.01 })
        #expect(try matches("33%", "1/3") { $0.tolerance = 0.005 })
        #expect(try !matches("1e999", "5") { $0.tolerance = 1e300 })
        #expect(throws: PlanError(key: ["tolerance"], "a tolerance is a number and not negative")) {
            try outcome("", .integer(1)) { $0.tolerance = -1 }
        }
        #expect(throws: PlanError(key: ["relative_tolerance"], "a tolerance is a number and not negative")) {
            try outcome("", .integer(1)) { $0.relativeTolerance = .nan }
        }
    }

    // MARK: References

    @Test(arguments: ["", "abc", "between 3 and 5", "3, 5", "5/0", "\0", "x"])
    func referenceThatIsNotOneNumberIsAStatusAndNotAScore(reference: String) throws {
        #expect(try outcome("5", .text(bytes(reference))).status == .badReference)
    }

    @Test func referenceMayBeAWorkedAnswerOrHaveAUnit() throws {
        #expect(try matches("5", "3 + 2 = <<3+2=5>>5\n#### 5"))
        #expect(try matches("5", "$5"))
        #expect(try matches("5", "5 apples"))
        #expect(try outcome("5", .absent).status == .missingInput)
        #expect(try outcome("5", .boolean(true)).status == .badReference)
        #expect(try outcome("5", .number(.nan)).status == .badReference)
        #expect(throws: PlanError(key: ["reference"], "the reference is not a number")) {
            try outcome("5", .absent) { $0.reference = .literal("five") }
        }
        #expect(try outcome("5", .absent) { $0.reference = .literal("5") }.score == 1)
    }

    // MARK: Hostile text

    @Test(
        .timeLimit(.minutes(1)),
        arguments: [
            "#", ":", "A:", "Answer:", "####", #"\boxed{"#, "1", "1,", "1,00,", "1 1/", "-", ".", "1.", "\n",
            "\\frac{1}{",
            "{",
            "½", "১", "১,১১,", "1e", "1 ", "$", "\\", "#### ", "1/2/", "A: $", "٠٫", "é-",
        ])
    func longTextOfOnePatternIsReadInLinearTime(unit: String) throws {
        // Quadratic work would take minutes at this length, linear work takes less than a second even unoptimised.
        let text = String(repeating: unit, count: (1 << 18) / unit.utf8.count)
        let outcome = try outcome(text, .text(bytes("123456789")))
        #expect(outcome.status == .scored)
        #expect(outcome.score == 0)
    }

    @Test func rationaleQuotesTheNumberAndItsPlace() throws {
        let builder = makeBuilder()
        let plan = try NumericMatchPlan(NumericMatchSettings(), builder)
        let explained = { (completion: String, reference: FieldValue) in
            let scored = rollout(completion, referenceAnswer: reference)
            let outcome = plan.score(scored)
            return sentence { plan.explain(outcome, rollout: scored, into: &$0) }
        }
        #expect(
            explained("x #### 5,600 y", .integer(5600)) == "the number after ####, 5,600, equals the reference 5600")
        #expect(
            explained("A: -3", .integer(4)) == "the number after the answer's colon, -3, differs from the reference 4")
        #expect(explained("it is 50%", .number(0.5)) == "the last number, 50%, equals the reference 0.5")
        #expect(explained("none", .integer(4)) == "no number found")
        #expect(explained(#"\boxed{x}"#, .integer(4)) == #"the last \boxed{} does not hold one number"#)
        #expect(explained("4", .absent) == "this rollout brings no reference")
        #expect(explained("4", .text(bytes("a"))) == "the reference is not one number")
    }
}
