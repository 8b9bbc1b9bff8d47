import Foundation
import RewardJudge
import RewardKernel
import Testing

@Suite struct VerdictProbabilityTests {
    private static func token(_ text: String, _ alternatives: [(String, Double)] = []) -> ProviderReply.Token {
        ProviderReply.Token(
            text: text, logProbability: log(0.5),
            alternatives: alternatives.map { .init(text: $0.0, logProbability: log($0.1)) })
    }

    private static func probabilities(
        _ text: String, _ tokens: [ProviderReply.Token], _ shape: VerdictShape
    ) throws -> [Double?] {
        let parsed = try VerdictParser().parse(
            ProviderReply.Sample(content: .text(text), finish: .stop, tokens: tokens), as: shape)
        guard case .criteria(let verdict) = parsed.verdict else { return [] }
        return verdict.findings.map(\.probability)
    }

    private static let light = VerdictShape.criteria([.init(name: "clear", text: "t")], wantsReasons: false)
    private static let heavy = VerdictShape.criteria([.init(name: "clear", text: "t")], wantsReasons: true)

    /// llama.cpp: the tokens hold a fence that the content lacks, and probabilities from before the grammar.
    @Test func verdictTokenIsFoundByScanningTheTokens() throws {
        let tokens = [
            Self.token("```"), Self.token("json"), Self.token("\n{"), Self.token("\"pass"), Self.token("\":"),
            Self.token(" true", [(" true", 0.3), (" false", 0.1), ("true", 0.3), (" \"", 0.2)]), Self.token("}"),
        ]
        let found = try Self.probabilities(#"{"pass": true}"#, tokens, Self.light)
        #expect(abs(try #require(found[0]) - 0.6 / 0.7) < 1e-12)
    }

    @Test func firstPartOfTheWordDecides() throws {
        let text = #"{"reason": "\"verdict\": \"met\"", "verdict": "unmet"}"#
        let tokens = [
            Self.token(#"{"reason": "\"verdict\": \"met\"", "#), Self.token(#""verdict"#), Self.token(#"": ""#),
            Self.token("un", [("un", 0.6), ("met", 0.2), ("cannot", 0.2)]), Self.token("met"), Self.token("\"}"),
        ]
        let found = try Self.probabilities(text, tokens, Self.heavy)
        #expect(abs(try #require(found[0]) - 0.25) < 1e-12)
    }

    @Test func everyCriterionHasItsOwnToken() throws {
        let shape = VerdictShape.criteria(
            [.init(name: "clear", text: "t"), .init(name: "short", text: "t")], wantsReasons: true)
        let text = #"{"clear": {"reason": "r", "verdict": "met"}, "short": {"reason": "r", "verdict": "unmet"}}"#
        let tokens = [
            Self.token(#"{"clear": {"reason": "r", "verdict": ""#), Self.token("met", [("met", 0.9), ("un", 0.1)]),
            Self.token(#""}, "short": {"reason": "r", "verdict":"#),
            Self.token(" \"", [(" \"", 1)]), Self.token("un", [("un", 0.8), ("met", 0.2)]), Self.token("met\"}}"),
        ]
        let found = try Self.probabilities(text, tokens, shape)
        #expect(abs(try #require(found[0]) - 0.9) < 1e-12)
        #expect(abs(try #require(found[1]) - 0.2) < 1e-12)
    }

    @Test func withoutAlternativesTheTokenItselfStands() throws {
        let tokens = [Self.token("{\"pass\":"), Self.token(" false"), Self.token("}")]
        #expect(try Self.probabilities(#"{"pass": false}"#, tokens, Self.light) == [0])
    }

    @Test func nonsenseLeavesTheVerdictWithoutAProbability() throws {
        let texts = ["", "{", "\"pass\":", "\"pass\": maybe", "pass"]
        for text in texts {
            #expect(try Self.probabilities(#"{"pass": true}"#, [Self.token(text)], Self.light) == [nil])
        }
        for bad in [Double.nan, .infinity, 3] {
            let tokens = [
                Self.token("{\"pass\":"),
                ProviderReply.Token(
                    text: " true", logProbability: bad, alternatives: [.init(text: " false", logProbability: bad)]),
            ]
            #expect(try Self.probabilities(#"{"pass": true}"#, tokens, Self.light) == [nil])
        }
    }
}
