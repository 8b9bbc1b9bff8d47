import RewardJudge
import Testing

@Suite struct RubricScoreTests {
    private typealias Judgement = CriterionFinding.Judgement

    private static func score(
        _ weights: [Double], _ judgements: [CriterionFinding.Judgement], _ abstain: AbstainPolicy = .skip,
        probabilities: [Double?]? = nil, required: Set<Int> = []
    ) throws -> RubricScore {
        let criteria = try weights.indices.map {
            try Criterion(name: "c\($0)", text: "t", weight: weights[$0], isRequired: required.contains($0))
        }
        let findings = judgements.indices.map {
            CriterionFinding(name: "c\($0)", judgement: judgements[$0], probability: probabilities?[$0])
        }
        return try RubricScore(
            of: RubricVerdict(findings: findings), criteria: criteria, abstain: abstain, isSoft: probabilities != nil)
    }

    @Test(arguments: [
        ([1.0, 3], [CriterionFinding.Judgement.met, .unmet], 0.25), ([1, 3], [.met, .met], 1),
        ([2, 2, -1], [.met, .unmet, .met], 0.25), ([2, 2, -1], [.met, .unmet, .unmet], 0.5),
        ([1, -5], [.met, .met], 0), ([5, -8, 3], [.met, .unmet, .met], 1),
    ])
    func scoreIsTheWeightEarnedOverTheWeightToEarn(
        weights: [Double], judgements: [CriterionFinding.Judgement], value: Double
    ) throws {
        #expect(try Self.score(weights, judgements).value == value)
    }

    @Test func requiredCriterionThatIsUnmetLeavesNothing() throws {
        #expect(try Self.score([1, 9], [.unmet, .met], required: [0]).value == 0)
        #expect(try Self.score([1, 3], [.met, .unmet], required: [0]).value == 0.25)
        // An error that must not be there.
        #expect(try Self.score([9, -1], [.met, .met], required: [1]).value == 0)
        #expect(try Self.score([9, -1], [.met, .unmet], required: [1]).value == 1)
        // Half is met, as a verdict from a probability is.
        #expect(try Self.score([1, 1], [.met, .met], probabilities: [0.5, 1], required: [0]).value == 0.75)
        #expect(try Self.score([1, 1], [.unmet, .met], probabilities: [0.4, 1], required: [0]).value == 0)
        // What could not be assessed is what the policy makes of it.
        #expect(try Self.score([1, 1], [.cannotAssess, .met], required: [0]).value == 1)
        #expect(try Self.score([1, 1], [.cannotAssess, .met], .fail, required: [0]).value == 0)
    }

    @Test func penaltyMayTakeTheSumBelowZeroBeforeItIsCut() throws {
        let score = try Self.score([1, -5], [.met, .met])
        #expect(score.unclipped == -4)
        #expect(score.value == 0)
    }

    @Test(arguments: [
        // Weights 2, 2, -1; met, cannot assess, cannot assess: 2/2, 2/4, (2 + 1 - 0.5)/4, (2 + 0 - 1)/4.
        (AbstainPolicy.skip, 1.0), (.zero, 0.5), (.partial, 0.625), (.fail, 0.25),
    ])
    func abstentionCountsByThePolicyAndTheSign(abstain: AbstainPolicy, value: Double) throws {
        let score = try Self.score([2, 2, -1], [.met, .cannotAssess, .cannotAssess], abstain)
        #expect(score.value == value)
        #expect(score.abstainedCount == 2)
    }

    @Test(arguments: AbstainPolicy.allCases)
    func nothingAssessedIsNoScore(abstain: AbstainPolicy) throws {
        #expect(try Self.score([1, -1], [.cannotAssess, .cannotAssess], abstain).value == nil)
    }

    /// Clear of errors, but nothing that could have earned anything was assessed: that is no full score.
    @Test func skippedMeritsLeaveNoScore() throws {
        #expect(try Self.score([1, -1], [.cannotAssess, .unmet]).value == nil)
        #expect(try Self.score([1, -1], [.cannotAssess, .unmet], .zero).value == 0)
    }

    @Test func rubricOfErrorsAloneScoresWhatStayedClear() throws {
        #expect(try Self.score([-1, -3], [.unmet, .unmet]).value == 1)
        #expect(try Self.score([-1, -3], [.met, .unmet]).value == 0.75)
        #expect(try Self.score([-1, -3], [.met, .met]).value == 0)
        #expect(try Self.score([-1, -3], [.met, .cannotAssess]).value == 0)
        #expect(try Self.score([-1, -3], [.unmet, .cannotAssess], .partial).value == 1 - 1.5 / 4)
    }

    @Test func softScoreCountsProbabilities() throws {
        #expect(try Self.score([1, 3], [.met, .unmet], probabilities: [0.75, 0.25]).value == 0.375)
        #expect(try Self.score([1, 3], [.met, .unmet], probabilities: [0.75, nil]).value == 0.1875)
        #expect(try Self.score([1, 3], [.met, .cannotAssess], probabilities: [0.75, 0.5]).value == 0.75)
    }

    @Test func hugeWeightsDoNotOverflow() throws {
        let huge = Double.greatestFiniteMagnitude
        #expect(try Self.score([huge, huge], [.met, .unmet]).value == 0.5)
        #expect(try Self.score([huge, huge, -huge], [.met, .met, .met]).value == 0.5)
    }

    @Test func verdictOnOtherCriteriaIsNoScore() throws {
        let criteria = [try Criterion(name: "a", text: "t"), try Criterion(name: "b", text: "t")]
        func fault(_ names: [String]) -> VerdictFault? {
            do throws(VerdictFault) {
                _ = try RubricScore(
                    of: RubricVerdict(findings: names.map { CriterionFinding(name: $0, judgement: .met) }),
                    criteria: criteria, abstain: .skip)
                return nil
            } catch {
                return error
            }
        }
        #expect(fault(["a", "b"]) == nil)
        #expect(fault(["a"]) == .missing("b"))
        #expect(fault(["a", "a", "b"]) == .duplicate("a"))
        #expect(fault(["a", "b", "c"]) == .unknownName("c"))
        #expect(fault([]) == .missing("a"))
    }
}
