import BenchSupport
import Foundation
import Testing

@Suite struct PeerScoresTests {
    private static let sidecar = PeerScores(
        rewards: [0.5, 1], scores: ["format": [0, 1], "number": [1, 1], "language": [0.4, 0.9]])

    @Test func sameFindingsHaveNoDifference() {
        let peer = PeerScores(
            rewards: [0.25, 1], scores: ["format": [0, 1 + 1e-12], "number": [1, 1], "language": [1, 1]])
        #expect(peer.difference(from: Self.sidecar) == nil)
        #expect(peer.languageAgreement(with: Self.sidecar) == 0.5)
    }

    @Test func anotherScoreIsNamedByItsCheckAndRollout() {
        let peer = PeerScores(
            rewards: [0.5, 1], scores: ["format": [0, 1], "number": [1, 0], "language": [0, 1]])
        #expect(peer.difference(from: Self.sidecar) == "number, rollout 1: 0.0 against 1.0")
    }

    @Test func missingChecksRolloutsAndNumbersAreDifferences() {
        let ours = PeerScores(rewards: [1], scores: ["format": [1]])
        func difference(_ rewards: [Double], _ scores: [String: [Double]]) -> String? {
            PeerScores(rewards: rewards, scores: scores).difference(from: ours)
        }
        #expect(difference([1], ["format": [1]]) == nil)
        #expect(difference([1], [:]) != nil)
        #expect(difference([1], ["format": [1, 1]]) != nil)
        #expect(difference([1], ["format": [.nan]]) != nil)
        #expect(difference([0.5], ["format": [1]]) == "reward, rollout 0: 0.5 against 1.0")
    }

    @Test func languagesThatNobodyToldAgreeInNothing() {
        let peer = PeerScores(rewards: [1], scores: ["format": [1]])
        #expect(peer.languageAgreement(with: peer) == nil)
    }

    /// The keys are those that bench/peers/workload.py takes.
    @Test func workloadIsWrittenForPython() throws {
        let workload = Workload(prose: .generated(), seed: 1)
        let written = try JSONSerialization.jsonObject(with: JSONEncoder().encode(PeerWorkload(workload)))
        let object = try #require(written as? [String: [Any]])
        #expect(object.keys.sorted() == ["patterns", "probe_references", "probes", "references", "texts"])
        #expect(object["texts"]?.first as? String == String(decoding: workload.texts[0].bytes, as: UTF8.self))
        #expect(object["probes"]?.count == object["probe_references"]?.count)
    }
}
