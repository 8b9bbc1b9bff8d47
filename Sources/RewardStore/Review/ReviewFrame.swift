import RewardJudge

/// The rollouts that a session is drawn from, each in its stratum.
package struct ReviewFrame: Sendable, Equatable {
    package struct Entry: Sendable, Equatable {
        /// Its key in the store.
        package let rollout: Int64
        package let stratum: ReviewStratum

        package init(rollout: Int64, stratum: ReviewStratum) {
            self.rollout = rollout
            self.stratum = stratum
        }
    }

    /// In the order in which they were scored.
    package let entries: [Entry]
    /// Scores that far from the threshold, or nearer, count as near.
    package let band: Double

    /// Puts each rollout into the first stratum that it fits into.
    ///
    /// - Parameters:
    ///   - threshold: The score from which on the judge's word is a pass.
    ///   - band: How far from it a score is near. Where no score is so near, the nearest are, up to a distance below 0.5: scores of
    ///     a rubric with few criteria are far apart.
    package init(_ evidence: [ReviewEvidence], threshold: Double, band wanted: Double) {
        let distances = evidence.map { abs($0.score - threshold) }
        let nearest = distances.min() ?? 0
        let band = nearest > wanted && nearest < 0.5 ? nearest : wanted
        let differing = ReviewEvidence.repeatsThatDiffer(evidence, threshold: threshold)
        let repeated = ReviewEvidence.repeats(evidence)
        self.band = band
        entries = evidence.indices.map { index in
            let one = evidence[index]
            let stratum: ReviewStratum
            if one.isSuspected {
                stratum = .suspected
            } else if differing.contains(one.textKey)
                || one.contradictsItself(threshold: threshold, isRepeated: repeated.contains(one.textKey))
            {
                stratum = .judgesDisagree
            } else if distances[index] <= band || one.isUnsure(band: band) {
                stratum = .nearThreshold
            } else {
                stratum = .random
            }
            return Entry(rollout: one.rollout, stratum: stratum)
        }
    }

    /// How many rollouts each stratum has.
    package var counts: [ReviewStratum: Int] {
        entries.reduce(into: [:]) { $0[$1.stratum, default: 0] += 1 }
    }
}
