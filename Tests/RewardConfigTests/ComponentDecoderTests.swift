import RewardConfig
import RewardKernel
import Testing

/// Every key of every component reaches its setting; what is left out has the documented default.
@Suite struct ComponentDecoderTests {
    @Test func jsonFormatIsRead() throws {
        guard
            case .jsonFormat(let all) = try settings(
                component: """
                    {type: json_format, extract: first, required: {a: string, b: any},
                     schema: {type: object, properties: {n: {const: 18446744073709551615}, m: {enum: [1, 1.5, null, "1", no]}}}}
                    """),
            case .jsonFormat(let bare) = try settings(component: "{type: json_format}"),
            case .jsonFormat(let names) = try settings(component: "{type: json_format, required: [a, b], schema: true}")
        else {
            Issue.record("another component was read")
            return
        }
        #expect(all.extract == .first)
        #expect(all.required == [.init(name: "a", type: .string), .init(name: "b", type: .any)])
        #expect(all.schema?["properties"]?["n"]?["const"] == .unsigned(.max))
        #expect(
            all.schema?["properties"]?["m"]?["enum"]
                == .array([.integer(1), .number(1.5), .null, .string("1"), .string("no")]))
        #expect(bare.extract == .whole)
        #expect(bare.required.isEmpty)
        #expect(bare.schema == nil)
        #expect(names.required == [.init(name: "a", type: .any), .init(name: "b", type: .any)])
        #expect(names.schema == .bool(true))
    }

    @Test func cosineLengthIsRead() throws {
        guard
            case .cosineLength(let all) = try settings(
                component: """
                    {type: cosine_length, max_length: 9, unit: words, correct: [0, 2], wrong: [-3, 0],
                     correctness: {type: string_check, operation: ilike}}
                    """),
            case .cosineLength(let bare) = try settings(component: "{type: cosine_length, max_length: 10}"),
            case .stringCheck(let check) = all.correctness, case .numericMatch = bare.correctness
        else {
            Issue.record("another component was read")
            return
        }
        #expect((all.maxLength, all.measure.unit, check.operation) == (9, .words, .ilike))
        #expect((all.correct, all.wrong) == (0...2, -3...0))
        #expect((bare.maxLength, bare.measure.unit) == (10, .tokens))
        #expect((bare.correct, bare.wrong) == (0.5...1, -1 ... -0.5))
    }

    @Test func repetitionPenaltyIsRead() throws {
        guard
            case .repetitionPenalty(let all) = try settings(
                component: "{type: repetition_penalty, unit: tokens, ngram_size: 4, max_penalty: -0.5}"),
            case .repetitionPenalty(let bare) = try settings(component: "{type: repetition_penalty}")
        else {
            Issue.record("another component was read")
            return
        }
        #expect((all.unit, all.ngramSize, all.maxPenalty) == (.tokens, 4, -0.5))
        #expect((bare.unit, bare.ngramSize, bare.maxPenalty) == (.words, 3, -1))
    }

    @Test func textSimilarityIsRead() throws {
        for metric in SimilarityMetric.allCases {
            guard
                case .textSimilarity(let all) = try settings(
                    component: "{type: text_similarity, metric: \(metric.rawValue), reference: {field: gold}}"),
                case .textSimilarity(let bare) = try settings(
                    component: "{type: text_similarity, metric: \(metric.rawValue)}")
            else {
                Issue.record("another component was read")
                return
            }
            #expect((all.metric, all.reference) == (metric, .field("gold")))
            #expect((bare.metric, bare.reference) == (metric, .referenceAnswer))
        }
    }

    @Test func overlongPenaltyIsRead() throws {
        guard
            case .overlongPenalty(let all) = try settings(
                component: "{type: overlong_penalty, max_length: 4096, buffer: 512, unit: words}"),
            case .overlongPenalty(let bare) = try settings(
                component: "{type: overlong_penalty, max_length: 10, buffer: 0}")
        else {
            Issue.record("another component was read")
            return
        }
        #expect((all.maxLength, all.buffer, all.measure.unit) == (4096, 512, .words))
        #expect((bare.maxLength, bare.buffer, bare.measure.unit) == (10, 0, .tokens))
    }

    @Test func languageConsistencyIsRead() throws {
        func read(_ keys: String) throws -> LanguageConsistencySettings? {
            let component = try settings(component: "{type: language_consistency\(keys)}")
            if case .languageConsistency(let settings) = component { return settings }
            return nil
        }
        #expect(try read("")?.expect == .prompt)
        #expect(try read("")?.minLetters == LanguageConsistencySettings().minLetters)
        #expect(try read("")?.engine == .full)
        #expect(try read(", expect: prompt, min_letters: 3, engine: fast")?.minLetters == 3)
        #expect(try read(", engine: fast")?.engine == .fast)
        // To YAML 1.1 this is a boolean; here it is Norwegian.
        #expect(try read(", expect: no")?.expect == .language("no"))
        #expect(try read(", expect: {field: lang}")?.expect == .field("lang"))
    }

    @Test func safetyFilterIsRead() throws {
        guard
            case .safetyFilter(let all) = try settings(
                component: """
                    {type: safety_filter, lists: [profanity_en], words: [foo, "bar baz"], allow: [food], patterns: ['x\\d'],
                     detect: [email, us_ssn], per_finding: 0.25}
                    """),
            case .safetyFilter(let one) = try settings(component: "{type: safety_filter, words: foo}")
        else {
            Issue.record("another component was read")
            return
        }
        #expect(all.lists.map(\.name) == ["profanity_en"])
        #expect(all.lists[0].entries == BuiltInSafetyLists.entries(named: "profanity_en"))
        #expect(all.words == ["foo", "bar baz"])
        #expect(all.allow == ["food"])
        #expect(all.patterns == ["x\\d"])
        #expect(all.detect == [.email, .usSSN])
        #expect(all.perFinding == 0.25)
        #expect(one.words == ["foo"])
        #expect(one.lists.isEmpty)
        #expect(one.perFinding == nil)
    }

    @Test func stringCheckIsRead() throws {
        guard
            case .stringCheck(let all) = try settings(
                component: "{type: string_check, operation: ilike, reference: {field: expected}, trim: true}"),
            case .stringCheck(let literal) = try settings(component: "{type: string_check, reference: \"42\"}"),
            case .stringCheck(let bare) = try settings(component: "{type: string_check}")
        else {
            Issue.record("another component was read")
            return
        }
        #expect((all.operation, all.trim) == (.ilike, true))
        #expect(all.reference == .field("expected"))
        #expect(literal.reference == .literal("42"))
        #expect((bare.operation, bare.trim) == (.eq, false))
        #expect(bare.reference == .referenceAnswer)
    }

    @Test func regexMatchIsRead() throws {
        guard
            case .regexMatch(let all) = try settings(
                component: """
                    {type: regex_match, pattern: 'a.b', match: full, case_insensitive: true, multiline: true, dot_all: true,
                     negate: true}
                    """),
            case .regexMatch(let bare) = try settings(component: "{type: regex_match, pattern: x}")
        else {
            Issue.record("another component was read")
            return
        }
        #expect(all.pattern == "a.b")
        #expect(all.options.isFullMatch && all.options.isCaseInsensitive)
        #expect(all.options.isMultiline && all.options.dotMatchesLineEnds)
        #expect(all.negate)
        #expect(bare.options == RegexOptions())
        #expect(!bare.negate)
    }

    @Test func numericMatchIsRead() throws {
        guard
            case .numericMatch(let all) = try settings(
                component: """
                    {type: numeric_match, marker: "A:", tolerance: 0.5, relative_tolerance: 1e-3, reference: 42.50}
                    """),
            case .numericMatch(let comma) = try settings(
                component: "{type: numeric_match, reference: \"1.042,5\", decimal_mark: comma}"),
            case .numericMatch(let bare) = try settings(component: "{type: numeric_match}")
        else {
            Issue.record("another component was read")
            return
        }
        #expect((all.marker, all.tolerance, all.relativeTolerance) == ("A:", 0.5, 0.001))
        // As it is spelt: 42.50 is compared exactly, not as a double.
        #expect(all.reference == .literal("42.50"))
        #expect(all.decimalMark == .point)
        #expect(comma.reference == .literal("1.042,5"))
        #expect(comma.decimalMark == .comma)
        #expect((bare.marker, bare.tolerance, bare.relativeTolerance) == (nil, 0, 0))
        #expect(bare.reference == .referenceAnswer)
        #expect(bare.decimalMark == .point)
    }

    @Test func tagComponentsAreRead() throws {
        guard
            case .thinkFormat(let think) = try settings(component: "{type: think_format, tag: reasoning}"),
            case .thinkFormat(let bareThink) = try settings(component: "{type: think_format}"),
            case .tagCount(let tags) = try settings(component: "{type: tag_count, tags: [\"<a>\\n\", </a>]}"),
            case .tagCount(let bareTags) = try settings(component: "{type: tag_count}")
        else {
            Issue.record("another component was read")
            return
        }
        #expect(think.tag == "reasoning")
        #expect(bareThink.tag == ThinkFormatSettings().tag)
        #expect(tags.tags == ["<a>\n", "</a>"])
        #expect(bareTags.tags == TagCountSettings().tags)
    }

    @Test func instructionsAreRead() throws {
        guard
            case .instructionCheck(let bare) = try settings(component: "{type: instruction_check}"),
            case .rollout(.referenceAnswer) = bare.instructions,
            case .instructionCheck(let field) = try settings(
                component: "{type: instruction_check, instructions: {field: constraints}, level: prompt}"),
            case .rollout(.field("constraints")) = field.instructions,
            case .instructionCheck(let fixed) = try settings(
                component: "{type: instruction_check, instructions: [{id: 'punctuation:no_comma'}]}"),
            case .fixed(let list) = fixed.instructions
        else {
            Issue.record("another component was read")
            return
        }
        #expect((bare.level, field.level) == (.instruction, .prompt))
        #expect(list == .array([.object([JSONValue.Member("id", .string("punctuation:no_comma"))])]))
    }

    /// The place is that of the value, the words are the decoder's or the kernel's.
    @Test(arguments: [
        (
            "{type: json_format, extract: fence}",
            "4:39: rewards.r.components.c.extract: expected one of whole, fenced, first"
        ),
        (
            "{type: json_format, required: {a: str}}",
            "4:44: rewards.r.components.c.required.a: expected one of string, number"
        ),
        (
            "{type: json_format, required: 5}",
            "4:40: rewards.r.components.c.required: expected a mapping from field names"
        ),
        (
            "{type: json_format, schema: object}",
            "4:38: rewards.r.components.c.schema: expected a JSON Schema, true or {file: path}"
        ),
        ("{type: json_format, schema: {type: objekt}}", "4:45: rewards.r.components.c.schema.type: "),
        (
            "{type: json_format, schema: {properties: {a: {unevaluatedItems: true}}}}",
            "4:74: rewards.r.components.c.schema.properties.a.unevaluatedItems: unevaluatedItems is not supported"
        ),
        (
            "{type: json_format, schema: {minimum: .inf}}",
            "4:48: rewards.r.components.c.schema.minimum: JSON has no .inf"
        ),
        (
            "{type: overlong_penalty, max_length: 5, buffer: 6}",
            "4:58: rewards.r.components.c.buffer: the buffer lies within `max_length` (5)"
        ),
        ("{type: cosine_length}", "4:7: rewards.r.components.c: the key `max_length` is missing"),
        (
            "{type: cosine_length, max_length: 5, correctness: numeric_match}",
            "4:60: rewards.r.components.c.correctness: expected a component such as {type: numeric_match}"
        ),
        (
            "{type: cosine_length, max_length: 5, correctness: {type: judge}}",
            "4:67: rewards.r.components.c.correctness.type: correctness is told by a component that looks at the answer"
        ),
        (
            "{type: cosine_length, max_length: 5, correctness: {type: numeric_match, weight: 1}}",
            "4:82: rewards.r.components.c.correctness.weight: unknown key"
        ),
        (
            "{type: cosine_length, max_length: 5, correctness: {type: regex_match, pattern: 'a('}}",
            "4:89: rewards.r.components.c.correctness.pattern: missing closing parenthesis at offset 2"
        ),
        (
            "{type: cosine_length, max_length: 5, wrong: [1, 0]}",
            "4:54: rewards.r.components.c.wrong: the lower end comes first"
        ),
        (
            "{type: repetition_penalty, ngram_size: 33}",
            "4:49: rewards.r.components.c.ngram_size: "
        ),
        (
            "{type: repetition_penalty, max_penalty: 0.5}",
            "4:50: rewards.r.components.c.max_penalty: a penalty is not above 0"
        ),
        ("{type: text_similarity}", "4:7: rewards.r.components.c: the key `metric` is missing"),
        (
            "{type: text_similarity, metric: cosine}",
            "4:42: rewards.r.components.c.metric: expected one of fuzzy_match, bleu, gleu"
        ),
        (
            "{type: overlong_penalty, max_length: 0.5, buffer: 0}",
            "4:47: rewards.r.components.c.max_length: expected a whole number, found the number 0.5"
        ),
        ("{type: language_consistency, expect: qq}", "4:47: rewards.r.components.c.expect: no language \"qq\""),
        (
            "{type: language_consistency, expect: {field: x, as: y}}",
            "4:58: rewards.r.components.c.expect.as: unknown key; known here: field"
        ),
        (
            "{type: safety_filter, lists: [profanity_de]}",
            "4:40: rewards.r.components.c.lists[0]: no built-in list is called \"profanity_de\"; did you mean `profanity_en`?"
        ),
        (
            "{type: safety_filter, lists: [no/such/file]}",
            "4:40: rewards.r.components.c.lists[0]: \"no/such/file\": there is no such file; relative paths start"
        ),
        (
            "{type: safety_filter, lists: [/dev/zero]}",
            "4:40: rewards.r.components.c.lists[0]: \"/dev/zero\": is not a regular file"
        ),
        (
            "{type: safety_filter, words: [a, 5]}",
            "4:43: rewards.r.components.c.words[1]: expected a text, found the number 5; quote it: \"5\""
        ),
        (
            "{type: safety_filter, words: [x], per_finding: 0}",
            "4:57: rewards.r.components.c.per_finding: 0 is out of range"
        ),
        ("{type: safety_filter, patterns: ['a', '(']}", "4:48: rewards.r.components.c.patterns[1]: "),
        ("{type: safety_filter, detect: emails}", "4:40: rewards.r.components.c.detect: "),
        ("{type: safety_filter}", "4:7: rewards.r.components.c.lists: the filter has no list with entries"),
        (
            "{type: string_check, operation: equals}",
            "4:42: rewards.r.components.c.operation: expected one of eq, ne, like, ilike"
        ),
        (
            "{type: string_check, trim: yes}",
            "4:37: rewards.r.components.c.trim: expected true or false, found the string \"yes\"; write true"
        ),
        (
            "{type: string_check, reference: 5}",
            "4:42: rewards.r.components.c.reference: expected a text or {field: name}, found the number 5; quote it"
        ),
        (
            "{type: regex_match, pattern: 'a(b'}",
            "4:39: rewards.r.components.c.pattern: missing closing parenthesis at offset 3"
        ),
        ("{type: regex_match}", "4:7: rewards.r.components.c: the key `pattern` is missing"),
        (
            "{type: numeric_match, reference: seven}",
            "4:43: rewards.r.components.c.reference: the reference is not a number"
        ),
        ("{type: think_format, tag: <think>}", "4:36: rewards.r.components.c.tag: a tag is a name such as think"),
        ("{type: tag_count, tags: []}", "4:34: rewards.r.components.c.tags: between 1 and"),
    ])
    func wrongSettingIsRefusedAtItsPlace(component: String, expected: String) {
        let lines = errorLines(component: component)
        #expect(lines.count == 1, "\(lines)")
        #expect(lines.first?.hasPrefix("r.yaml:" + expected) == true, "\(lines)")
    }

    @Test func faultsOfPlansAreFoundBesideThoseOfKeys() {
        let yaml = """
            rewards:
              a:
                components:
                  p: {type: regex_match, pattern: '('}
                  q: {type: regex_match, pattern: ')', pattrn: x}
            """
        #expect(
            errorLines(yaml) == [
                "r.yaml:4:39: rewards.a.components.p.pattern: missing closing parenthesis at offset 1 of the pattern",
                "r.yaml:5:39: rewards.a.components.q.pattern: unmatched closing parenthesis at offset 0 of the pattern",
                "r.yaml:5:44: rewards.a.components.q.pattrn: unknown key; did you mean `pattern`?",
            ])
    }

    @Test func formulaErrorPointsAtTheFormula() {
        let yaml = """
            rewards:
              a:
                aggregate: formula
                formula: 2 * qualty
                components: {quality: {type: think_format}}
            """
        let lines = errorLines(yaml)
        #expect(lines.count == 1)
        #expect(
            lines[0].hasPrefix("r.yaml:4:14: rewards.a.formula: no component is called qualty; the nearest is quality"))
    }

    @Test func exampleOfTheInterfacesIsRead() throws {
        let yaml = """
            version: 1
            rewards:
              support_answer:
                aggregate: weighted_mean           # weighted_mean | weighted_sum | product | minimum | formula
                # formula: "0.7 * quality + 0.3 * format"
                range: [0, 1]                      # the aggregate is clamped to it
                neutral: renormalise               # renormalise | fixed: 0.5 | group_mean | null
                components:
                  format:   {type: json_format, weight: 0.2, required: {answer: string, confidence: number}, gate: {below: 1, reward: 0}}
                  length:   {type: length_penalty, weight: 0.1, unit: words, target: [20, 200], tolerance: 100}
                  language: {type: language_consistency, weight: 0.1}          # against the prompt
                  safety:   {type: safety_filter, weight: 0.1, lists: [profanity_en], gate: {below: 1, reward: 0}}
            """
        let reward = try read(yaml).rewards[0]
        #expect(reward.components.map(\.name) == ["format", "length", "language", "safety"])
        #expect(reward.components.map(\.weight) == [0.2, 0.1, 0.1, 0.1])
        #expect(reward.components.map { $0.gate != nil } == [true, false, false, true])
    }
}
