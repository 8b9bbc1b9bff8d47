import RewardKernel
import RewardMemory
import Testing

// Goal: no text stops a text component, makes it read outside its view, or gives a score that is not one.
// Method: random bytes made valid UTF-8, and random sequences of the pieces that the components look for; every outcome
// is checked for its range, twice for being the same, and its rationale is written into a buffer that is mostly too
// small.

@Suite struct TextComponentFuzzTests {
    private static let pieces = [
        "<think>", "</think>", "<answer>\n", "\n", "A:", "Answer:", "####", "\\boxed{", "}", "{", "\\frac", "{1}", "1",
        "23",
        "456", ",", ".", "-", "+", "%", "\\%", "$", "€", "/", " ", "e5", "×10^", "½", "১", "٣", "\u{202F}", "ß", "İ",
        "K", "a",
        "=", "x", "\0", "🙂", "\u{301}", "'", "\\,", "*", "−", "1e99999", "00",
    ]

    @Test func randomTextNeverStopsAComponent() throws {
        var numbers = SeededNumbers()
        let builder = makeBuilder()
        let components = try Components(builder)
        var scratch = try KernelScratch(builder.requirements)
        for round in 0..<4_000 {
            let completion = round % 2 == 0 ? bytesText(&numbers) : piecesText(&numbers)
            let reference = round % 3 == 0 ? bytesText(&numbers) : piecesText(&numbers)
            let first = rollout(completion, referenceAnswer: .text(bytes(reference)), tokenCount: round)
            let outcomes = components.score(first, &scratch)
            let again = components.score(first, &scratch)
            for (outcome, repeated) in zip(outcomes, again) {
                #expect(
                    outcome.score == repeated.score && outcome.status == repeated.status,
                    "\(completion.debugDescription)")
                #expect((-1...1).contains(outcome.score))
                #expect(Int(outcome.finding.spanStart) + Int(outcome.finding.spanCount) <= completion.utf8.count)
            }
            components.explain(outcomes, first, capacity: round % 97)
        }
    }

    private func bytesText(_ numbers: inout SeededNumbers) -> String {
        let count = Int.random(in: 0..<120, using: &numbers)
        return String(decoding: (0..<count).map { _ in UInt8.random(in: 0...255, using: &numbers) }, as: UTF8.self)
    }

    private func piecesText(_ numbers: inout SeededNumbers) -> String {
        let count = Int.random(in: 0..<24, using: &numbers)
        return (0..<count).map { _ in Self.pieces.randomElement(using: &numbers) ?? "" }.joined()
    }
}

private struct Components {
    private let numeric: [NumericMatchPlan]
    private let strings: [StringCheckPlan]
    private let think: ThinkFormatPlan
    private let tags: TagCountPlan
    private let overlong: OverlongPenaltyPlan
    private let regex: RegexMatchPlan

    init(_ builder: PlanBuilder) throws {
        var settings = NumericMatchSettings()
        let usual = try NumericMatchPlan(settings, builder)
        settings.decimalMark = .comma
        settings.tolerance = 0.5
        let comma = try NumericMatchPlan(settings, builder)
        settings.marker = "1"
        numeric = [usual, comma, try NumericMatchPlan(settings, builder)]
        strings = try StringOperation.allCases.map {
            try StringCheckPlan(StringCheckSettings(operation: $0, trim: true), builder)
        }
        think = try ThinkFormatPlan(ThinkFormatSettings(), builder)
        tags = try TagCountPlan(TagCountSettings(), builder)
        overlong = try OverlongPenaltyPlan(OverlongPenaltySettings(maxLength: 3_000, buffer: 2_000), builder)
        regex = try RegexMatchPlan(RegexMatchSettings(pattern: #"(\w+)[^\w]+\1"#), builder)
    }

    func score(_ rollout: Rollout, _ scratch: inout KernelScratch) -> [ComponentOutcome] {
        var outcomes = numeric.map { $0.score(rollout) }
        for plan in strings { outcomes.append(plan.score(rollout, &scratch.fold, &scratch.json)) }
        outcomes += [think.score(rollout), tags.score(rollout), overlong.score(rollout, &scratch)]
        outcomes.append(regex.score(rollout, &scratch.regex))
        return outcomes
    }

    func explain(_ outcomes: [ComponentOutcome], _ rollout: Rollout, capacity: Int) {
        var text = RigidBytes(capacity: capacity)
        for (plan, outcome) in zip(numeric, outcomes) { plan.explain(outcome, rollout: rollout, into: &text) }
        for (plan, outcome) in zip(strings, outcomes.dropFirst(numeric.count)) { plan.explain(outcome, into: &text) }
        let rest = outcomes.dropFirst(numeric.count + strings.count)
        think.explain(rest[rest.startIndex], into: &text)
        tags.explain(rest[rest.startIndex + 1], into: &text)
        overlong.explain(rest[rest.startIndex + 2], into: &text)
        regex.explain(rest[rest.startIndex + 3], into: &text)
    }
}
