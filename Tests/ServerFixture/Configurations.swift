/// Configurations that server tests share.
package enum Configurations {
    /// One cheap reward: 1 for a completion with a digit in it.
    package static let plain = """
        version: 1
        rewards:
          plain: {components: {digit: {type: regex_match, pattern: '[0-9]'}}}
        """

    /// A text that uses up the match limit of `hostilePattern`: the neutral status `limit_reached`, after a while.
    package static let hostileText = String(repeating: "a", count: 60) + "!"
    package static let hostilePattern = "(a+)+$"

    /// `plain`, and a reward whose rollouts of `hostileText` cost milliseconds each, so that a batch of them takes a while.
    package static let slow = """
        version: 1
        rewards:
          plain: {components: {digit: {type: regex_match, pattern: '[0-9]'}}}
          slow: {components: {hard: {type: regex_match, pattern: '\(hostilePattern)'}}}
        """

    /// Every component type, twice where it has two ways, and every kind of input.
    package static let everything = everything(neutral: "group_mean")

    /// The same with a stand-in that does not depend on other rollouts.
    package static let everythingRowwise = everything(neutral: "{fixed: 0.3}")

    private static func everything(neutral: String) -> String {
        #"""
        version: 1
        rewards:
          everything:
            neutral: \#(neutral)
            components:
              json: {type: json_format, extract: first, required: {answer: string}}
              schema:
                type: json_format
                extract: fenced
                schema: {type: object, properties: {a: {type: string, pattern: '^x+$'}}, required: [a]}
              words: {type: length_penalty, target: [5, 60], tolerance: 40}
              characters: {type: length_penalty, unit: characters, target: 200, tolerance: [200, 900]}
              cosine: {type: cosine_length, max_length: 400, correctness: {type: numeric_match}, weight: 0}
              repeats: {type: repetition_penalty, ngram_size: 2, weight: 0}
              tokens: {type: repetition_penalty, unit: tokens, weight: 0}
              fuzzy: {type: text_similarity, metric: fuzzy_match, reference: 'the answer, in words', weight: 0.1}
              bleu: {type: text_similarity, metric: bleu, reference: 'the answer, in words', weight: 0.1}
              rouge: {type: text_similarity, metric: rouge_2, reference: {field: lang}, weight: 0}
              overlong: {type: overlong_penalty, max_length: 300, buffer: 100, weight: 0}
              language: {type: language_consistency}
              german: {type: language_consistency, expect: de, weight: 0.5}
              field: {type: language_consistency, expect: {field: lang}, weight: 0}
              safety: {type: safety_filter, lists: [profanity_en], words: [badword], patterns: ['[0-9]{16}']}
              details: {type: safety_filter, detect: [email, credit_card, iban, ip_address, api_key], weight: 0}
              checked: {type: string_check}
              like: {type: string_check, operation: ilike, reference: ANSWER, trim: true}
              pattern: {type: regex_match, pattern: '(a+)+$', negate: true}
              maths: {type: math_equivalence, weight: 0}
              maths_dapo: {type: math_equivalence, compat: verl_math_dapo, weight: 0}
              maths_gsm8k: {type: math_equivalence, compat: verl_gsm8k_flexible, weight: 0}
              number: {type: numeric_match, relative_tolerance: 0.001}
              think: {type: think_format}
              tags: {type: tag_count}
              follows:
                type: instruction_check
                instructions:
                  - {id: 'keywords:forbidden_words', forbidden_words: [badword]}
                  - {id: 'length_constraints:number_words', relation: at least, num_words: 5}
                  - {id: 'detectable_format:json_format'}
                  - {id: 'change_case:english_lowercase'}
                  - {id: 'detectable_format:number_bullet_lists', num_bullets: 2}
              whole: {type: json_format, schema: true, weight: 0}
        """#
    }
}
