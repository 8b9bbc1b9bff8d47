import BenchSupport

/// The configuration that everything of the bench is measured with, in process and over the socket.
enum BenchConfiguration {
    /// The components by the name of their reward; each stands alone in one reward and together with others below.
    private static func components(patterns: String) -> [(reward: String, line: String)] {
        [
            ("format", "{type: json_format, required: {answer: string, confidence: number, steps: array}}"),
            ("safety", #"{type: safety_filter, lists: ["\#(patterns)"]}"#),
            ("length", "{type: length_penalty, unit: characters, target: [0, 2500], tolerance: 1000}"),
            ("number", "{type: numeric_match}"),
            ("regex", "{type: regex_match, pattern: '\(Workload.regex)'}"),
            ("language", "{type: language_consistency, expect: en}"),
            ("words", "{type: length_penalty, unit: words, target: [0, 400], tolerance: 100}"),
            ("string", "{type: string_check, operation: ilike, reference: confidence}"),
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

    static func yaml(patterns: String) -> String {
        let components = components(patterns: patterns)
        func reward(_ name: String, _ members: [String]) -> String {
            let lines = components.filter { members.contains($0.reward) }.map { "      \($0.reward): \($0.line)\n" }
            return "  \(name):\n    components:\n" + lines.joined()
        }
        return "version: 1\nrewards:\n"
            + components.map { reward($0.reward, [$0.reward]) }.joined()
            + reward("cheap", ["length"])
            + reward("without_language", composite)
            + reward("everything", composite + ["language"])
    }
}
