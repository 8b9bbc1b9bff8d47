import RewardKernel

extension ComponentDecoder {
    /// How much of the completion a pattern must cover.
    private enum Match: String, CaseIterable {
        case search
        case full
    }

    static let regexMatch = ComponentDecoder(type: "regex_match") { component in
        let pattern = component.required("pattern", suggestion: #"such as `pattern: '\d+'`"#)?.nonEmptyString(
            "a pattern")
        let match = component.optional("match").map { $0.choice(Match.self) } ?? .search
        let isCaseInsensitive = component.optional("case_insensitive").map { $0.boolean() } ?? false
        let isMultiline = component.optional("multiline").map { $0.boolean() } ?? false
        let dotMatchesLineEnds = component.optional("dot_all").map { $0.boolean() } ?? false
        let negate = component.optional("negate").map { $0.boolean() } ?? false
        guard let pattern, let match, let isCaseInsensitive, let isMultiline, let dotMatchesLineEnds, let negate else {
            return nil
        }
        var options = RegexOptions()
        options.isFullMatch = match == .full
        options.isCaseInsensitive = isCaseInsensitive
        options.isMultiline = isMultiline
        options.dotMatchesLineEnds = dotMatchesLineEnds
        return .regexMatch(RegexMatchSettings(pattern: pattern, options: options, negate: negate))
    }
}
