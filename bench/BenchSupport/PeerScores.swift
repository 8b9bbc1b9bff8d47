/// What a peer found in the texts and probes of the workload: two that are compared must agree in all but languages.
package struct PeerScores: Decodable, Sendable {
    /// One a rollout.
    package let rewards: [Double]
    /// A column a check, 0 to 1.
    package let scores: [String: [Double]]

    package init(rewards: [Double], scores: [String: [Double]]) {
        self.rewards = rewards
        self.scores = scores
    }

    /// Told by other models here and there, which need not agree: a share of the text here, yes or no there.
    private static let language = "language"
    /// Sums of the same numbers in another order.
    private static let tolerance = 1e-9

    /// The first place where `other` found something else, in words; nil when there is none. Languages are left out, and the
    /// rewards where they are part of them.
    package func difference(from other: PeerScores) -> String? {
        guard scores.keys.sorted() == other.scores.keys.sorted() else {
            return "checks \(scores.keys.sorted()) against \(other.scores.keys.sorted())"
        }
        for (check, column) in scores.sorted(by: { $0.key < $1.key }) where check != Self.language {
            if let difference = Self.difference(column, other.scores[check] ?? []) { return "\(check), \(difference)" }
        }
        guard scores[Self.language] == nil else { return nil }
        return Self.difference(rewards, other.rewards).map { "reward, \($0)" }
    }

    /// The share of the texts of which both say that they are mainly in the expected language, or both that they are not; nil
    /// when languages were not told.
    package func languageAgreement(with other: PeerScores) -> Double? {
        guard let ours = scores[Self.language], let theirs = other.scores[Self.language], !ours.isEmpty,
            ours.count == theirs.count
        else { return nil }
        let count = zip(ours, theirs).count(where: { ($0 >= 0.5) == ($1 >= 0.5) })
        return Double(count) / Double(ours.count)
    }

    private static func difference(_ ours: [Double], _ theirs: [Double]) -> String? {
        guard ours.count == theirs.count else { return "\(ours.count) rollouts against \(theirs.count)" }
        let index = ours.indices.first { !((ours[$0] - theirs[$0]).magnitude <= tolerance) }
        return index.map { "rollout \($0): \(ours[$0]) against \(theirs[$0])" }
    }
}
