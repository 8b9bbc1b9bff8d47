/// Turns away completions that no judge should be asked about: with nothing in them, judges are fooled most easily
/// ("master keys", arXiv 2507.08794: up to 90 % false positives). A completion turned away has failed, without a call.
package struct PreGate: Sendable, Hashable {
    /// Letters, digits and symbols that a completion needs outside its thoughts.
    package let contentCountMin: Int
    private let keys: Set<String>

    private static let ownKeys = Set(masterKeys.map(GuardText.normalized)).subtracting([""])

    /// Openings that judges took for solutions, as published.
    package static let masterKeys = [
        ":", ".", ",", " ", "Thought process:", "Solution", "Let's solve this problem step by step.",
        "Let's think step by step.", "解", "かいせつ", "Respuesta",
    ]

    package enum Reason: String, Sendable, CaseIterable {
        case empty
        /// Nothing but thoughts, with no answer behind them.
        case onlyThoughts = "only_thoughts"
        case onlyPunctuation = "only_punctuation"
        case tooShort = "too_short"
        case masterKey = "master_key"
    }

    /// `contentCountMin` of 1 lets every answer of one letter or digit pass, which many tasks want.
    package init(contentCountMin: Int = 1, furtherKeys: [String] = []) {
        self.contentCountMin = contentCountMin
        keys =
            furtherKeys.isEmpty
            ? Self.ownKeys : Self.ownKeys.union(furtherKeys.map(GuardText.normalized)).subtracting([""])
    }

    /// Why the completion fails; nil when the judge is to be asked.
    package func reason(against completion: String) -> Reason? {
        guard completion.unicodeScalars.contains(where: { !$0.properties.isWhitespace }) else { return .empty }
        let answer = GuardText.withoutThoughts(completion)
        guard answer.unicodeScalars.contains(where: { !$0.properties.isWhitespace }) else { return .onlyThoughts }
        var contentCount = 0
        for scalar in answer.unicodeScalars where GuardText.isContent(scalar) {
            contentCount += 1
            // What comes behind makes no difference.
            if contentCount >= contentCountMin { break }
        }
        guard contentCount > 0 else { return .onlyPunctuation }
        guard contentCount >= contentCountMin else { return .tooShort }
        // Only a short text can be one of the keys.
        if answer.utf8.count <= 1_024, keys.contains(GuardText.normalized(answer)) { return .masterKey }
        return nil
    }
}
