import RewardJudge
import Testing

@Suite struct PanelTests {
    private typealias Judgement = CriterionFinding.Judgement

    @Test func majorityOfThoseWhoCouldAssessDecides() {
        #expect(Panel.majority([.met, .met, .unmet], quorum: 2) == .init(judgement: .met, agreement: 2.0 / 3))
        #expect(Panel.majority([.unmet, nil, .unmet], quorum: 2) == .init(judgement: .unmet, agreement: 1))
        #expect(Panel.majority([.met, .cannotAssess, nil], quorum: 2) == .init(judgement: .met, agreement: 0.5))
        #expect(Panel.majority([.met, .unmet], quorum: 2) == .init(judgement: .cannotAssess, agreement: 0))
        #expect(
            Panel.majority([.cannotAssess, .cannotAssess], quorum: 2) == .init(judgement: .cannotAssess, agreement: 1))
    }

    @Test func withoutAQuorumThereIsNoVerdict() {
        #expect(Panel.majority([.met, nil, nil], quorum: 2) == nil)
        #expect(Panel.majority([], quorum: 0) == nil)
        #expect(Panel.mean([0.5, nil, .nan], quorum: 2) == nil)
        #expect(Panel.mean([], quorum: 0) == nil)
        #expect(Panel.mean([0.5, nil, 1], quorum: 2) == 0.75)
    }

    @Test func everyCriterionIsVotedOnByItself() throws {
        let questions = [VerdictShape.Question(name: "a", text: "t"), VerdictShape.Question(name: "b", text: "t")]
        func verdict(_ first: CriterionFinding.Judgement, _ second: CriterionFinding.Judgement) -> RubricVerdict {
            RubricVerdict(findings: [
                CriterionFinding(name: "a", judgement: first, reason: "\(first)"),
                CriterionFinding(name: "b", judgement: second),
            ])
        }
        let panel = try #require(
            Panel.majority(
                of: [verdict(.met, .unmet), verdict(.met, .met), verdict(.unmet, .cannotAssess), nil],
                questions: questions, quorum: 2))
        #expect(panel.verdict.findings.map(\.judgement) == [.met, .cannotAssess])
        #expect(panel.verdict.findings[0].reason == "met")
        #expect(panel.verdict.findings[0].probability == 2.0 / 3)
        #expect(panel.verdict.findings[1].probability == nil)
        #expect(panel.agreement == 1.0 / 3)
        let other = RubricVerdict(findings: [CriterionFinding(name: "a", judgement: .met)])
        #expect(Panel.majority(of: [other, verdict(.met, .met)], questions: questions, quorum: 2) == nil)
    }
}
