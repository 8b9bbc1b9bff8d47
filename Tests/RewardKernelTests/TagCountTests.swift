import RewardKernel
import RewardMemory
import Testing

@Suite struct TagCountTests {
    @Test func eachTagThatStandsOnceGivesItsShare() throws {
        let builder = makeBuilder()
        let plan = try TagCountPlan(TagCountSettings(), builder)
        #expect(plan.score(rollout("<think>\na\n</think>\n<answer>\nb\n</answer>")).score == 1)
        #expect(plan.score(rollout("<think>\na\n</think>\n\n<answer>\nb\n</answer>")).score == 1)
        #expect(plan.score(rollout("<think>a</think>\n<answer>\nb\n</answer>")).score == 0.5)
        #expect(plan.score(rollout("<think>\n<think>\n")).score == 0)
        #expect(plan.score(rollout("")).score == 0)
        #expect(plan.score(rollout("\n</answer>\0")).score == 0.25)
    }

    /// Python's `str.count` gives 1 for "aa" in "aaa".
    @Test func occurrencesDoNotOverlap() throws {
        let builder = makeBuilder()
        let plan = try TagCountPlan(TagCountSettings(tags: ["aa"]), builder)
        #expect(plan.score(rollout("aaa")).score == 1)
        #expect(plan.score(rollout("aaaa")).score == 0)
    }

    @Test func tagsAreConfigurableAndNeverEmpty() throws {
        let builder = makeBuilder()
        let plan = try TagCountPlan(TagCountSettings(tags: ["[a]", "[b]", "[c]"]), builder)
        #expect(plan.score(rollout("[a][b][b]")).score == 1.0 / 3)
        #expect(throws: PlanError(key: ["tags"], "a tag is not empty")) {
            try TagCountPlan(TagCountSettings(tags: ["a", ""]), builder)
        }
        #expect(throws: PlanError(key: ["tags"], "between 1 and 32 tags")) {
            try TagCountPlan(TagCountSettings(tags: []), builder)
        }
    }

    @Test func rationaleNamesTheFirstTagThatIsWrong() throws {
        let builder = makeBuilder()
        let plan = try TagCountPlan(TagCountSettings(), builder)
        let missing = plan.score(rollout("<think>\na\n</think>\nb"))
        #expect(
            sentence { plan.explain(missing, into: &$0) }
                == #"2 of 4 tags stand exactly once; missing: \n<answer>\n"#)
        let twice = plan.score(rollout("<think>\n<think>\n"))
        #expect(
            sentence { plan.explain(twice, into: &$0) } == #"0 of 4 tags stand exactly once; more than once: <think>\n"#
        )
    }
}
