import CAllocationCounter
import RewardConfig
import RewardKernel
import RewardMemory
import ServerFixture
import Testing

/// Every component type over a thousand varied rollouts, scored and explained: nothing comes from the heap.
@Suite(.serialized, .enabled(if: AllocationMeter.isCounting)) struct ComponentAllocationTests {
    /// The components of the reward `everything`; a type that it lacks fails `everyTypeIsMeasured`.
    static let components = (try? rewards())?.first?.components ?? []

    private static func rewards() throws -> [RewardSettings] {
        try Configuration.read(Array(Configurations.everything.utf8), file: "test.yaml", baseDirectory: "").rewards
    }

    @Test func everyTypeIsMeasured() {
        let types = Set(
            Self.components.map { component in
                Mirror(reflecting: component.component).children.first?.label ?? ""
            })
        let known: Set = [
            "jsonFormat", "lengthPenalty", "overlongPenalty", "languageConsistency", "safetyFilter", "stringCheck",
            "mathEquivalence",
            "regexMatch", "numericMatch", "thinkFormat", "tagCount",
            "instructionCheck",
            "cosineLength", "repetitionPenalty", "textSimilarity",
        ]
        #expect(types == known)
    }

    @Test(arguments: components.map(\.name)) func thousandRolloutsAllocateNothing(_ name: String) throws {
        var reward = try #require(Self.rewards().first)
        reward.components.removeAll { $0.name != name }
        reward.components[0].weight = 1
        let plans = try RewardPlans(compiling: [reward])
        let plan = plans.rewards[0].components[0].plan
        var scratch = try KernelScratch(plans.requirements)
        var text = RigidBytes(capacity: 4 << 10)
        let storage = OwnedStorage()
        let rollouts = makeRollouts(in: storage, fieldCount: plans.rewards[0].fieldNames.count)
        var scoredCount = 0
        // The first round warms up what the runtime and the libraries set up lazily.
        for round in 0..<2 {
            scoredCount = 0
            let count = AllocationMeter.count {
                for index in 0..<rollouts.count {
                    let outcome = plan.score(rollouts[index], &scratch)
                    text.removeAll()
                    plan.explain(outcome, rollouts[index], &scratch, into: &text)
                    if outcome.status == .scored { scoredCount &+= 1 }
                }
            }
            if round == 1 { #expect(count == 0) }
        }
        #expect(scoredCount > 100)
        withExtendedLifetime((plans, storage)) {}
    }

    @Test func countingTokensAllocatesNothing() throws {
        let builder = PlanBuilder(storage: OwnedStorage(), requirements: ScratchRequirements())
        let words = ["a", "b", "e", "t", "h", "th", "the", " ", " th", " the"].map { Array($0.utf8) }
        var starts: [UInt32] = [0]
        for word in words { starts.append(starts[starts.count - 1] + UInt32(word.count)) }
        let tokenizer = TokenizerSettings(
            bytes: words.flatMap(\.self), starts: starts, ranks: words.indices.map { UInt32($0) },
            pattern: #" ?\S+|\s+"#)
        let measure = try LengthMeasure(LengthSettings(.tokens, tokenizer: tokenizer), builder)
        var scratch = try KernelScratch(builder.requirements)
        let storage = OwnedStorage()
        let rollouts = makeRollouts(in: storage, fieldCount: 0)
        var tokenCount = 0
        for round in 0..<2 {
            let count = AllocationMeter.count {
                for index in 0..<rollouts.count {
                    tokenCount &+= measure.length(of: rollouts[index], &scratch).length
                }
            }
            if round == 1 { #expect(count == 0) }
        }
        #expect(tokenCount > 1_000)
        withExtendedLifetime((builder, storage)) {}
    }

    @Test func textsThatArePutTogetherAllocateNothing() throws {
        let builder = PlanBuilder(storage: OwnedStorage(), requirements: ScratchRequirements())
        let plan = try StringCheckPlan(
            StringCheckSettings(
                operation: .ilike, input: TextOperandSettings([.operand(.literal("is ")), .completion]),
                reference: TextOperandSettings([.operand(.field("f")), .operand(.referenceAnswer)])), builder)
        var scratch = try KernelScratch(builder.requirements)
        let storage = OwnedStorage()
        let rollouts = makeRollouts(in: storage, fieldCount: 1)
        var scoredCount = 0
        for round in 0..<2 {
            scoredCount = 0
            let count = AllocationMeter.count {
                for index in 0..<rollouts.count
                where plan.score(rollouts[index], &scratch.fold, &scratch.json).status == .scored {
                    scoredCount &+= 1
                }
            }
            if round == 1 { #expect(count == 0) }
        }
        #expect(scoredCount > 100)
        withExtendedLifetime((builder, storage)) {}
    }

    @Test func valuesInCompletionsThatAreJSONAllocateNothing() throws {
        let builder = PlanBuilder(storage: OwnedStorage(), requirements: ScratchRequirements())
        let plan = try StringCheckPlan(
            StringCheckSettings(input: TextOperandSettings([.completionField(["a", "b"])])), builder)
        var scratch = try KernelScratch(builder.requirements)
        let storage = OwnedStorage()
        let texts = [
            #"{"a": {"b": "x"}}"#, #"{"a": {"b": 12.5}}"#, "12", "-1e999", "123 apples", "", "{", #"{"a": 1e999}"#,
            #"{"a": {"b": 123456789012345678901234567890}}"#, String(repeating: "[", count: 1_000),
        ]
        let rollouts = texts.map { text in
            Rollout(
                completion: storage.makeText(text.utf8), completionIsASCII: true, prompt: nil,
                referenceAnswer: .text(storage.makeText("x".utf8)), tokenCount: -1, isTruncated: false,
                fields: storage.makeTable([]))
        }
        for round in 0..<2 {
            let count = AllocationMeter.count {
                for index in 0..<rollouts.count { _ = plan.score(rollouts[index], &scratch.fold, &scratch.json) }
            }
            if round == 1 { #expect(count == 0) }
        }
        withExtendedLifetime((builder, storage)) {}
    }

    @Test func instructionsThatComeWithRolloutsAllocateNothing() throws {
        let builder = PlanBuilder(storage: OwnedStorage(), requirements: ScratchRequirements())
        let plan = try InstructionCheckPlan(InstructionCheckSettings(), builder)
        var scratch = try KernelScratch(builder.requirements)
        let storage = OwnedStorage()
        let rollouts = makeRollouts(in: storage, fieldCount: 0)
        let instructions = FieldValue.text(
            storage.makeText(#"[{"id": "punctuation:no_comma"}, {"id": "keywords:existence", "keywords": ["a"]}]"#.utf8)
        )
        var scoredCount = 0
        for round in 0..<2 {
            scoredCount = 0
            let count = AllocationMeter.count {
                for index in 0..<rollouts.count {
                    var rollout = rollouts[index]
                    rollout.referenceAnswer = instructions
                    if plan.score(rollout, &scratch).status == .scored { scoredCount &+= 1 }
                }
            }
            if round == 1 { #expect(count == 0) }
        }
        #expect(scoredCount == rollouts.count)
        withExtendedLifetime((builder, storage)) {}
    }

    private func makeRollouts(in storage: OwnedStorage, fieldCount: Int) -> FixedTable<Rollout> {
        var generator = SeededGenerator(seed: 20)
        let texts = VariedTexts.make(1_000, using: &generator)
        let references: [FieldValue] = [
            .text(storage.makeText("answer".utf8)), .integer(42), .number(0.75),
            .text(storage.makeText("1,234.5".utf8)), .absent,
            .boolean(true),
        ]
        let fields = ["en", "de", "no such language"].map { language in
            storage.makeTable([FieldValue](repeating: .text(storage.makeText(language.utf8)), count: fieldCount))
        }
        return storage.makeTable(
            texts.enumerated().map { index, completion in
                let view = storage.makeText(completion.utf8)
                return Rollout(
                    completion: view, completionIsASCII: view.isASCII,
                    prompt: storage.makeText(texts[index / 4 * 4].utf8),
                    referenceAnswer: references[index % references.count], tokenCount: index % 600,
                    tokenIdentifiers: view.slice(0, view.count / 4 * 4), isTruncated: index % 7 == 0,
                    fields: fields[index % fields.count])
            })
    }
}
