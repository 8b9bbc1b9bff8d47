/// A candidate that is known to be bad, made from one of the traffic, to see whether a judge notices.
package struct Canary: Sendable, Hashable {
    package enum Kind: String, Sendable, CaseIterable {
        /// A published opening in place of the completion.
        case masterKey = "master_key"
        /// The first quarter of the completion.
        case truncated
        /// The completion against the reference answer of another prompt.
        case swappedReference = "swapped_reference"
    }

    package let kind: Kind
    package let candidate: Candidate

    /// The canary of `kind` made of `candidate`; nil when it cannot be told from a good one: a completion too short to
    /// cut, or no other reference answer at hand.
    package static func make(
        _ kind: Kind, from candidate: Candidate, otherReferenceAnswer: String? = nil,
        using generator: inout some RandomNumberGenerator
    ) -> Canary? {
        var bad = candidate
        switch kind {
        case .masterKey:
            // Those with letters: the others fail before any judge is asked.
            let keys = PreGate.masterKeys.filter { $0.unicodeScalars.contains(where: GuardText.isContent) }
            bad.completion = keys[Shuffle.permutation(of: keys.count, using: &generator)[0]]
        case .truncated:
            let characters = Array(candidate.completion.unicodeScalars.prefix(JudgementLimits.callByteCountMax))
            guard characters.count >= 40 else { return nil }
            var cut = String.UnicodeScalarView()
            cut.append(contentsOf: characters.prefix(characters.count / 4))
            bad.completion = String(cut)
        case .swappedReference:
            guard let own = candidate.referenceAnswer, let other = otherReferenceAnswer,
                GuardText.normalized(own) != GuardText.normalized(other)
            else { return nil }
            bad.referenceAnswer = other
        }
        return Canary(kind: kind, candidate: bad)
    }
}
