import RewardKernel
import RewardMemory
import Testing

@Suite struct TextSimilarityTests {
    private func outcome(
        _ metric: SimilarityMetric, _ completion: String, _ reference: FieldValue
    ) throws -> ComponentOutcome {
        let builder = makeBuilder()
        let plan = try TextSimilarityPlan(TextSimilaritySettings(metric: metric), builder)
        var scratch = try SequenceScratch(builder.requirements.sequence)
        var fold = FoldScratch(builder.requirements.fold)
        var json = try JSONScratch(builder.requirements.json)
        return plan.score(rollout(completion, referenceAnswer: reference), &fold, &json, &scratch)
    }

    private func score(_ metric: SimilarityMetric, _ completion: String, _ reference: String) throws -> Double {
        try outcome(metric, completion, .text(bytes(reference))).score
    }

    /// What rapidfuzz 3.14.6, sacrebleu 2.6.0, NLTK 3.10.4 and rouge-score 0.1.2 say, in the order of the metrics.
    private static let golden: [(completion: String, reference: String, scores: [Double])] = [
        (
            "The quick brown fox jumped over the lazy dog.", "The quick brown fox jumps over the lazy dog.",
            [
                0.9662921348314607, 0.6580370064762461, 0.7058823529411765, 0.8888888888888888, 0.75,
                0.5714285714285714, 0.3333333333333333, 0, 0.8888888888888888,
            ]
        ),
        (
            "She sells 48/2 = <<48/2=24>>24 clips, i.e. $3.50 each.\n#### 72",
            "Natalia sold 48/2 = <<48/2=24>>24 clips in May. &quot;72&quot; in all.\n#### 72",
            [
                0.6428571428571428, 0.6129419859056384, 0.6186440677966102, 0.5, 0.39999999999999997,
                0.3571428571428571, 0.30769230769230765, 0.24999999999999994, 0.5,
            ]
        ),
        (
            "Zürich ist schön, oder?", "In Zürich ist es schön - oder?",
            [
                0.8301886792452831, 0.1739350277271197, 0.2692307692307692, 0.8571428571428571, 0.6666666666666666, 0.4,
                0, 0, 0.8571428571428571,
            ]
        ),
        (
            "Привет, мир!", "Привет всем, мир.",
            [0.7586206896551724, 0.27534765745159184, 0.2857142857142857, 0, 0, 0, 0, 0, 0]
        ),
        (
            "\u{212A}elvin \u{130}zmir 100", "kelvin i zmir 100",
            [0.8484848484848484, 0.19716118825581447, 0.1, 1, 1, 1, 1, 0, 1]
        ),
        (
            "a b c d e f", "f e d c b a",
            [0.4545454545454546, 0.12703318703865377, 0.3333333333333333, 1, 0, 0, 0, 0, 0.16666666666666666]
        ),
        ("", "", [1, 0, 0, 0, 0, 0, 0, 0, 0]),
        ("x", "", [0, 0, 0, 0, 0, 0, 0, 0, 0]),
        ("", "x", [0, 0, 0, 0, 0, 0, 0, 0, 0]),
        (
            "the the the the", "the cat",
            [0.4545454545454546, 0.1597357760615681, 0.1, 0.3333333333333333, 0, 0, 0, 0, 0.3333333333333333]
        ),
    ]

    @Test(arguments: SimilarityMetric.allCases.indices) func metricsEqualTheirReferences(index: Int) throws {
        let metric = SimilarityMetric.allCases[index]
        for pair in Self.golden {
            let score = try score(metric, pair.completion, pair.reference)
            #expect(abs(score - pair.scores[index]) < 1e-12, "\(metric): \(pair.completion)")
        }
    }

    /// Where sacrebleu's tokeniser cuts: a text and its words with spaces between are the same to BLEU then.
    @Test(arguments: [
        (
            "a,b.c 1,000.5 x..y ...5 3-4 a-b -5 .5 5. don't {x} <skipped>q -\nr &amp;lt; &am",
            "a , b . c 1,000.5 x . . y . . . 5 3 - 4 a-b -5 . 5 5 . don't { x } q r < & am"
        ),
        ("1,,2 .,.  a.,.5 9-.- 5.-5", "1 , , 2 . , . a . , . 5 9 - . - 5 . -5"),
        ("e\u{301}.\u{3000}x\u{A0},5\u{2028}1-2-3", "e\u{301} . x , 5 1 - 2 - 3"),
        ("a word-\n", "a word-"),
    ])
    func bleuCutsWordsAsMtevalDoes(text: String, words: String) throws {
        #expect(abs(try score(.bleu, text, words) - 1) < 1e-12)
        #expect(try score(.gleu, text, words) == 1)
    }

    @Test func subsequencesAreCountedAcrossWordsOfTheTable() throws {
        var generator = SeededNumbers()
        for _ in 0..<200 {
            let alphabet = Array("abcé数".unicodeScalars.prefix(Int.random(in: 2...5, using: &generator)))
            func makeText() -> [Unicode.Scalar] {
                (0..<Int.random(in: 0...300, using: &generator)).map { _ in alphabet.randomElement(using: &generator)! }
            }
            let (first, second) = (makeText(), makeText())
            let wanted =
                first.isEmpty && second.isEmpty
                ? 1 : 2 * Double(Self.commonCount(first, second)) / Double(first.count + second.count)
            let scored = try score(
                .fuzzyMatch, String(String.UnicodeScalarView(first)), String(String.UnicodeScalarView(second)))
            #expect(scored == wanted)
        }
    }

    /// The textbook's table.
    private static func commonCount(_ first: [Unicode.Scalar], _ second: [Unicode.Scalar]) -> Int {
        var row = [Int](repeating: 0, count: second.count + 1)
        for scalar in first {
            var diagonal = 0
            for column in second.indices {
                let above = row[column + 1]
                row[column + 1] = scalar == second[column] ? diagonal + 1 : max(above, row[column])
                diagonal = above
            }
        }
        return row[second.count]
    }

    @Test(.timeLimit(.minutes(1)), arguments: SimilarityMetric.allCases)
    func longTextsAreComparedOrGivenUpInBoundedTime(_ metric: SimilarityMetric) throws {
        let limit = Limits.similarityByteCountMax
        for text in [
            String(repeating: "a", count: 1 << 20), String(repeating: "a", count: limit),
            String(repeating: "a ", count: limit / 2), String(repeating: "\0", count: limit),
            String(repeating: "&amp;", count: limit / 5), String(repeating: ".,", count: limit / 2),
        ] {
            for reference in ["a", String(text.reversed()), "b" + text.dropFirst(2) + "c"] {
                let outcome = try outcome(metric, text, .text(bytes(reference)))
                #expect(outcome.status == .scored || outcome.status == .limitReached)
                #expect(outcome.status != .scored || (0...1.0000001).contains(outcome.score))
                if text.utf8.count > limit { #expect(outcome.status == .limitReached) }
            }
        }
    }

    @Test func referenceMayBeANumberAndMustBeThere() throws {
        #expect(try outcome(.fuzzyMatch, "42", .integer(42)).score == 1)
        #expect(try outcome(.fuzzyMatch, "x", .absent).status == .missingInput)
        #expect(try outcome(.fuzzyMatch, "x", .number(.nan)).status == .badReference)
    }

    @Test func rationaleNamesTheMeasureAndTheLengths() throws {
        let plan = try TextSimilarityPlan(TextSimilaritySettings(metric: .rougeL), makeBuilder())
        let outcome = try outcome(.rougeL, "a b c", .text(bytes("a b")))
        #expect(
            sentence { plan.explain(outcome, into: &$0) } == "ROUGE-L 0.8 of 3 words against 2 of the reference")
    }
}
