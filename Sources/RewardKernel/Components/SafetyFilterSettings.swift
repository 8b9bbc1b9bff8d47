/// A named list of words and phrases: one category of a safety filter.
package struct SafetyList: Sendable, Equatable {
    /// Named in rationales: `profanity_en`, or the file the entries came from.
    package var name: String
    package var entries: [String]

    // Allocates: holds on to its lists; configuration only.
    package init(name: String, entries: [String]) {
        self.name = name
        self.entries = entries
    }

    /// The entries in a list file: one a line, white space around it and empty lines left out. The form of LDNOOBW's
    /// files.
    // Allocates: while a configuration is loaded.
    package static func entries(inFile text: String) -> [String] {
        text.split(whereSeparator: \.isNewline).compactMap { line in
            let start = line.drop(while: \.isWhitespace)
            guard let last = start.lastIndex(where: { !$0.isWhitespace }) else { return nil }
            return String(start[...last])
        }
    }
}

/// Settings of `safety_filter`.
package struct SafetyFilterSettings: Sendable, Equatable {
    /// Lists in the order in which they name a shared entry.
    package var lists: [SafetyList] = []
    /// Entries written in the configuration itself; their list is called `words`.
    package var words: [String] = []
    /// Phrases that excuse every hit that lies inside one of them.
    package var allow: [String] = []
    /// Regular expressions (PCRE2, Unicode), searched for in the completion as it is, not folded.
    package var patterns: [String] = []
    /// Personal details and secrets that are found by their form and their check digits.
    package var detect: [SensitiveKind] = []
    /// What each finding takes from the score 1, or nil: any finding makes it 0.
    package var perFinding: Double?

    // Allocates: holds on to its lists; configuration only.
    package init(
        lists: [SafetyList] = [], words: [String] = [], allow: [String] = [], patterns: [String] = [],
        detect: [SensitiveKind] = [], perFinding: Double? = nil
    ) {
        self.lists = lists
        self.words = words
        self.allow = allow
        self.patterns = patterns
        self.detect = detect
        self.perFinding = perFinding
    }
}
