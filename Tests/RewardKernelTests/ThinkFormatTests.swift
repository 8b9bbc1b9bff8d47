import RewardKernel
import RewardMemory
import Testing

@Suite struct ThinkFormatTests {
    private func score(_ completion: String, tag: String = "think") throws -> Double {
        let builder = makeBuilder()
        return try ThinkFormatPlan(ThinkFormatSettings(tag: tag), builder).score(rollout(completion)).score
    }

    @Test(arguments: [
        "<think>a</think>b", "<think></think>", "<think>\n\n</think>\n", "<think>a</think></think>",
        "<think>a</think>\n\0", "<think></think> </think> <thinking>",
    ])
    func oneClosedBlockAtTheStartScoresOne(completion: String) throws {
        #expect(try score(completion) == 1)
    }

    @Test(arguments: [
        "", " ", "<think>", "<think>a", "a<think>b</think>", " <think>a</think>", "\n<think>a</think>",
        "<think>a<think>b</think>c", "<think>a</think>b<think>", "<think>a</think>\n<think>b</think>",
        "<Think>a</Think>",
        "</think><think>", "<think >a</think>", "<think>a</think", "\0<think>a</think>",
    ])
    func everythingElseScoresZero(completion: String) throws {
        #expect(try score(completion) == 0)
    }

    @Test func tagCanHaveAnotherName() throws {
        #expect(try score("<denken>a</denken>", tag: "denken") == 1)
        #expect(try score("<think>a</think>", tag: "denken") == 0)
        #expect(throws: PlanError.self) { try score("", tag: "<think>") }
        #expect(throws: PlanError.self) { try score("", tag: "") }
    }

    /// The scanner and TRL's own regular expression decide alike on every short sequence of the pieces that matter.
    @Test func scannerAgreesWithTheRegularExpression() throws {
        let pieces = ["<think>", "</think>", "<think", "a", "\n", " "]
        let builder = makeBuilder()
        let plan = try ThinkFormatPlan(ThinkFormatSettings(), builder)
        var options = RegexOptions()
        options.isMultiline = true
        options.dotMatchesLineEnds = true
        let settings = RegexMatchSettings(
            pattern: #"\A(?:^<think>(?!.*<think>)(.*?)</think>.*$)"#, options: options)
        let regex = try RegexMatchPlan(settings, builder)
        var scratch = try RegexScratch(builder.requirements.regex)
        var passedCount = 0
        for number in 0..<7776 {
            var rest = number
            var text = ""
            for _ in 0..<5 {
                text += pieces[rest % pieces.count]
                rest /= pieces.count
            }
            let own = plan.score(rollout(text)).score
            #expect(own == regex.score(rollout(text), &scratch).score, "\(text.debugDescription)")
            passedCount += own == 1 ? 1 : 0
        }
        #expect(passedCount > 100)
    }

    @Test func rationaleSaysWhatIsMissing() throws {
        let builder = makeBuilder()
        let plan = try ThinkFormatPlan(ThinkFormatSettings(), builder)
        let explained = { (completion: String) in
            let outcome = plan.score(rollout(completion))
            return sentence { plan.explain(outcome, into: &$0) }
        }
        #expect(explained("x") == "does not begin with <think>")
        #expect(explained("<think>a<think>") == "a second <think> stands at byte 8")
        #expect(explained("<think>a") == "<think> is never closed")
        #expect(explained("<think>a</think>") == "begins with one closed block of <think>")
    }
}
