import RewardKernel
import RewardMemory
import Testing

@Suite struct RegexMatchTests {
    private func outcome(
        _ pattern: String, _ completion: String, negate: Bool = false, options: (inout RegexOptions) -> Void = { _ in }
    ) throws -> ComponentOutcome {
        let builder = makeBuilder()
        var settings = RegexMatchSettings(pattern: pattern, negate: negate)
        options(&settings.options)
        let plan = try RegexMatchPlan(settings, builder)
        var scratch = try RegexScratch(builder.requirements.regex)
        return plan.score(rollout(completion), &scratch)
    }

    @Test func searchFindsThePatternAnywhere() throws {
        let outcome = try outcome(#"\d+"#, "ab 123 c")
        #expect(outcome.score == 1)
        #expect(outcome.finding.spanStart == 3)
        #expect(outcome.finding.spanCount == 3)
        #expect(try self.outcome(#"\d+"#, "abc").score == 0)
        #expect(try self.outcome("", "").score == 1)
    }

    /// Patterns that begin with plain text, which is looked for by itself, against the same with a group around the first letter,
    /// where it is not.
    @Test(arguments: [
        (#""confidence":\s*(0\.\d+|1\.0)\b"#, #"{"confidence": 0.5, "confidence":1.0}"#),
        ("total: [0-9]+", "total: x, total: 7"), ("abc*", "xx abab"), ("abc+d", "ababccd"), ("abcd?e", "abce"),
        ("abc{0}d", "abd"), ("abcé*", "abc"), ("foo|bar", "a bar"), ("foo(x|y|)", "fo foo"), ("foo[(]|bar", "a bar"),
        (#"foo\Q(\E|bar"#, "bar"), ("foo(?x) # ( \n|bar", "bar"), (#"a\.b\+c"#, "axb+c a.b+c"),
        (#"abc\d"#, "abcd abc1"),
        ("foo(?i)bar", "foo FOO fooBAR"), (#"foo\b"#, "food foo"), ("foo$", "foo\nfoo"), ("foo(?=bar)", "foo foobar"),
        (#"foo(*SKIP)x|y"#, "foo y"), (#"foo\Kbar"#, "foobar"), ("#tag#", "a #tag #tag#"), ("foo)*", ""),
        ("{ab}", "x{ab}"),
        ("naïve", "na naïve"), ("foo(bar)?(?1)", "foobarbar"), (##"\#\#\# .+"##, "## x\n### y"),
    ])
    func plainBeginningsChangeNothing(_ pattern: String, _ text: String) throws {
        guard let outcome = try? outcome(pattern, text) else {
            #expect(throws: PlanError.self) { try self.outcome("(?:)" + pattern, text) }
            return
        }
        let plain = try self.outcome("(?:)" + pattern, text)
        #expect(outcome.score == plain.score && outcome.finding.spanStart == plain.finding.spanStart)
        #expect(outcome.finding.spanCount == plain.finding.spanCount)
        let negated = try self.outcome(pattern, text, negate: true)
        #expect(negated.score == 1 - outcome.score)
    }

    @Test func fullMatchCoversTheWholeText() throws {
        #expect(try outcome("a|ab", "ab") { $0.isFullMatch = true }.score == 1)
        #expect(try outcome("a+", "aab") { $0.isFullMatch = true }.score == 0)
        #expect(try outcome("a+", "baa") { $0.isFullMatch = true }.score == 0)
    }

    @Test func optionsChangeHowThePatternReads() throws {
        #expect(try outcome("straße", "STRAßE").score == 0)
        #expect(try outcome("ГОД", "год") { $0.isCaseInsensitive = true }.score == 1)
        #expect(try outcome("^b$", "a\nb\nc").score == 0)
        #expect(try outcome("^b$", "a\nb\nc") { $0.isMultiline = true }.score == 1)
        #expect(try outcome("a.c", "a\nc").score == 0)
        #expect(try outcome("a.c", "a\nc") { $0.dotMatchesLineEnds = true }.score == 1)
        #expect(try outcome("a", "a", negate: true).score == 0)
        #expect(try outcome("a", "b", negate: true).score == 1)
    }

    @Test func classesKnowUnicodeAsPythonDoes() throws {
        #expect(try outcome(#"^\w+$"#, "naïveté").score == 1)
        #expect(try outcome(#"^\d+$"#, "১২৩").score == 1)
        #expect(try outcome(#"a\sb"#, "a\u{3000}b").score == 1)
        #expect(try outcome("^.$", "🙂").score == 1)
        #expect(try outcome("a\\x00b", "a\0b").score == 1)
    }

    @Test func patternThatDoesNotCompileNamesTheMistakeAndItsPlace() {
        let builder = makeBuilder()
        let error = #expect(throws: PlanError.self) {
            try RegexMatchPlan(RegexMatchSettings(pattern: "ab(c"), builder)
        }
        #expect(error?.key == ["pattern"])
        #expect(error?.message == "missing closing parenthesis at offset 4 of the pattern")
        #expect(throws: PlanError.self) { try RegexMatchPlan(RegexMatchSettings(pattern: "(*NO_JIT)a"), builder) }
    }

    /// Patterns that backtrack exponentially or quadratically, over the longest text there is.
    @Test(
        .timeLimit(.minutes(1)),
        arguments: [
            ("(a+)+$", "a"), (#"\w+\s*\w+\s*\w+[=!]"#, "a"), ("(?:[ab])+[0-9]", "a"), ("[a-z]+[a-z]+[0-9]", "a"),
            ("(?:a|a)*$", "a"), ("(x+x+)+y", "x"), (#"(?s)(.*)\1\1z"#, "ab"), (#"\s+$"#, " "),
        ])
    func hostileTextEndsQuicklyAndIsNoScoreWhenItHitsTheLimit(pattern: String, unit: String) throws {
        let text = String(repeating: unit, count: (1 << 20) / unit.utf8.count - 1) + "."
        let outcome = try outcome(pattern, text)
        #expect(outcome.status == .limitReached || outcome.score == 0)
        // A negated pattern must not turn a search that was given up into a score.
        if outcome.status == .limitReached {
            #expect(try self.outcome(pattern, text, negate: true).status == .limitReached)
        }
    }

    @Test func exponentialPatternHitsTheLimit() throws {
        let text = String(repeating: "a", count: (1 << 20) - 1) + "!"
        #expect(try outcome("(a+)+$", text).status == .limitReached)
        #expect(try outcome("(a+)+$", String(repeating: "a", count: 60) + "!").status == .limitReached)
    }

    @Test func longReasoningIsReadToItsEnd() throws {
        let text = "<think>" + String(repeating: "so a < b, and therefore c > d, ", count: 2_000) + "</think>42"
        #expect(try outcome("(?s)<think>.*?</think>", text).score == 1)
        #expect(try outcome(#"(?s)\A<think>.*?</think>\d+\z"#, text).score == 1)
    }

    @Test func oneScratchServesEveryPattern() throws {
        let builder = makeBuilder()
        let digits = try RegexMatchPlan(RegexMatchSettings(pattern: #"(\d)(\d)"#), builder)
        let hostile = try RegexMatchPlan(RegexMatchSettings(pattern: "(a+)+$"), builder)
        var scratch = try RegexScratch(builder.requirements.regex)
        for _ in 0..<100 {
            #expect(
                hostile.score(rollout(String(repeating: "a", count: 5_000) + "!"), &scratch).status == .limitReached)
            #expect(digits.score(rollout("a12"), &scratch).score == 1)
            #expect(digits.score(rollout("a1b2"), &scratch).score == 0)
        }
    }
}
