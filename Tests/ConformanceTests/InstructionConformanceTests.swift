import RewardKernel
import RewardMemory
import Testing

// Goal: the verdicts of IFEval's own checkers on real responses. Method: every instruction by itself, against `strict`.

@Suite(.enabled(if: PublishedData.isPresent)) struct InstructionConformanceTests {
    /// What counts by NLTK's tokenizers, for which the data has no verdict either.
    private static let unsupported: Set = ["length_constraints:number_sentences", "change_case:capital_word_frequency"]

    @Test func verdictsAreThePublishedOnes() throws {
        var differing: [String] = []
        var equalCount = 0
        var refusedCount = 0
        for row in try PublishedData.lines("instruction-following/ifeval_en.jsonl") {
            guard case .string(let response)? = member("response", of: row),
                case .array(let instructions)? = member("instructions", of: row)
            else { throw Misshapen(value: row) }
            for instruction in instructions {
                guard case .string(let name)? = member("id", of: instruction) else {
                    throw Misshapen(value: instruction)
                }
                guard !Self.unsupported.contains(name) else {
                    #expect(throws: PlanError.self, "\(name)") { try self.outcome(of: instruction, on: response) }
                    refusedCount += 1
                    continue
                }
                guard case .bool(let strict)? = member("strict", of: instruction) else {
                    throw Misshapen(value: instruction)
                }
                let outcome = try self.outcome(of: instruction, on: response)
                if outcome.status == .scored && outcome.score == (strict ? 1 : 0) {
                    equalCount += 1
                } else {
                    differing.append(
                        "\(name): \(outcome.status) \(outcome.score), published \(strict): \(response.prefix(200))")
                }
            }
        }
        #expect(differing == [])
        #expect(equalCount == 264)
        #expect(refusedCount == 28)
    }

    private func outcome(of instruction: JSONValue, on response: String) throws -> ComponentOutcome {
        let storage = OwnedStorage()
        let builder = PlanBuilder(storage: storage, requirements: ScratchRequirements())
        let settings = InstructionCheckSettings(instructions: .fixed(.array([instruction])))
        let plan = try InstructionCheckPlan(settings, builder)
        var scratch = try KernelScratch(builder.requirements)
        let completion = storage.makeText(response.utf8)
        let rollout = Rollout(
            completion: completion, completionIsASCII: completion.isASCII, prompt: nil, referenceAnswer: .absent,
            tokenCount: -1, isTruncated: false, fields: storage.makeTable([]))
        return plan.score(rollout, &scratch)
    }

    private struct Misshapen: Error {
        let value: JSONValue
    }

    private func member(_ name: String, of value: JSONValue) -> JSONValue? {
        guard case .object(let members) = value else { return nil }
        return members.first { $0.name == name }?.value
    }
}
