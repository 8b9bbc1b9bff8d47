/// Why a rollout was drawn for review. Each rollout of a frame lies in exactly one stratum, the first that it fits into from
/// `suspected` up to `random`.
package enum ReviewStratum: String, Sendable, CaseIterable {
    /// Nothing speaks for looking at it.
    case random
    /// The judge's score lies near the threshold, or the judge said that it was not sure.
    case nearThreshold = "near_threshold"
    /// Judges, repeats, or the judge and the deterministic components say different things.
    case judgesDisagree = "judges_disagree"
    /// The guard turned it away, or it speaks to judges.
    case suspected

    /// Its part of a session where every stratum has rollouts enough.
    package var share: Double {
        switch self {
        case .random: 0.4
        case .nearThreshold: 0.3
        case .judgesDisagree: 0.2
        case .suspected: 0.1
        }
    }
}
