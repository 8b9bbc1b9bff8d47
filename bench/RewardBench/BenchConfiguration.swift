import BenchSupport

/// The configuration that everything of the bench is measured with, in process and over the socket.
enum BenchConfiguration {
    /// The components by the name of their reward; each stands alone in one reward and together with others below.
    private static func components(patterns: String) -> [(reward: String, line: String)] {
        [
            ("format", "{type: json_format, required: {answer: string, confidence: number, steps: array}}"),
            ("safety", #"{type: safety_filter, lists: ["\#(patterns)"]}"#),
            (
                "details",
                "{type: safety_filter, detect: [api_key, credit_card, email, iban, ip_address, mac_address, private_key, us_ssn]}"
            ),
            ("length", "{type: length_penalty, unit: characters, target: [0, 2500], tolerance: 1000}"),
            ("maths", "{type: math_equivalence}"),
            ("number", "{type: numeric_match}"),
            ("regex", "{type: regex_match, pattern: '\(Workload.regex)'}"),
            ("language", "{type: language_consistency, expect: en}"),
            ("language_fast", "{type: language_consistency, expect: en, engine: fast}"),
            ("words", "{type: length_penalty, unit: words, target: [0, 400], tolerance: 100}"),
            ("string", "{type: string_check, operation: ilike, reference: confidence}"),
            ("cosine", "{type: cosine_length, unit: characters, max_length: 4000}"),
            ("repetition", "{type: repetition_penalty}"),
            ("fuzzy", "{type: text_similarity, metric: fuzzy_match, reference: {field: other}}"),
            ("bleu", "{type: text_similarity, metric: bleu, reference: {field: other}}"),
            ("rouge", "{type: text_similarity, metric: rouge_1, reference: {field: other}}"),
            ("think", "{type: think_format}"),
            ("tags", "{type: tag_count}"),
            (
                "instructions",
                "{type: instruction_check, instructions: [{id: 'keywords:existence', keywords: [confidence]},"
                    + " {id: 'length_constraints:number_words', relation: at least, num_words: 50},"
                    + " {id: 'detectable_format:number_bullet_lists', num_bullets: 0}]}"
            ),
        ]
    }

    /// What `without_language` is made of; `everything` has language too.
    private static let composite = ["format", "safety", "length", "number", "regex"]

    /// What stands in no composite, of those that need no other text.
    private static let others = ["details", "maths", "words", "string", "cosine", "repetition", "think", "tags"]

    /// What the peers do as well.
    private static let checks = ["format", "safety", "length", "number"]

    /// All rewards, or `only` that one.
    static func yaml(patterns: String, only: String? = nil) -> String {
        let components = components(patterns: patterns)
        func reward(_ name: String, _ members: [String]) -> String {
            guard only == nil || only == name else { return "" }
            let lines = components.filter { members.contains($0.reward) }.map { "      \($0.reward): \($0.line)\n" }
            return "  \(name):\n    components:\n" + lines.joined()
        }
        return "version: 1\nrewards:\n"
            + components.map { reward($0.reward, [$0.reward]) }.joined()
            + reward("cheap", ["length"])
            + reward("checks", checks)
            + reward("checks_language", checks + ["language"])
            + reward("checks_language_fast", checks + ["language_fast"])
            + reward("without_language", composite)
            + reward("everything", composite + ["language"])
            + reward("others", others)
    }
}
