internal import CLinux
package import RewardMemory

/// How `text_similarity` measures, in OpenAI's names.
package enum SimilarityMetric: String, CaseIterable, Sendable, BitwiseCopyable {
    case fuzzyMatch = "fuzzy_match"
    case bleu
    case gleu
    case rouge1 = "rouge_1"
    case rouge2 = "rouge_2"
    case rouge3 = "rouge_3"
    case rouge4 = "rouge_4"
    case rouge5 = "rouge_5"
    case rougeL = "rouge_l"
}

/// Settings of `text_similarity`.
package struct TextSimilaritySettings: Sendable {
    package var metric: SimilarityMetric
    package var input: TextOperandSettings = .completion
    package var reference: TextOperandSettings = .referenceAnswer

    package init(
        metric: SimilarityMetric, input: TextOperandSettings = .completion,
        reference: TextOperandSettings = .referenceAnswer
    ) {
        self.metric = metric
        self.input = input
        self.reference = reference
    }
}

/// `text_similarity`: how like the reference the completion is, from 0 to 1.
///
///     fuzzy_match   2 * LCS / (|completion| + |reference|) over Unicode scalars        rapidfuzz's fuzz.ratio / 100
///     bleu          the geometric mean of the n-gram precisions for n = 1...4, times the brevity penalty
///                                                                                       sacrebleu's sentence_bleu / 100
///     gleu          common n-grams / n-grams of the longer text, for n = 1...4 together NLTK's sentence_gleu
///     rouge_n       2 p r / (p + r) of the n-grams                                      rouge-score's F1
///     rouge_l       2 p r / (p + r) of the longest common subsequence of words          rouge-score's F1
///
/// BLEU and GLEU on sacrebleu's `13a` words, BLEU with its exponential smoothing and effective order; ROUGE on runs of
/// lower-case ASCII letters and digits.
package struct TextSimilarityPlan: BitwiseCopyable {
    private let metric: SimilarityMetric
    private let input: TextOperand
    private let reference: TextOperand

    private static var orderMax: Int { @_noAllocation get { 4 } }

    // Allocates: while a plan is compiled.
    package init(_ settings: TextSimilaritySettings, _ builder: PlanBuilder) throws(PlanError) {
        metric = settings.metric
        input = try settings.input.compile(into: builder, key: ["input"])
        reference = try settings.reference.compile(into: builder, key: ["reference"])
        builder.requirements.sequence.isNeeded = true
    }

    @_noAllocation
    package func score(
        _ rollout: Rollout, _ fold: inout FoldScratch, _ json: inout JSONScratch, _ scratch: inout SequenceScratch
    ) -> ComponentOutcome {
        fold.beginTexts()
        let referenceText = fold.text(of: reference, in: rollout, &json)
        guard case .text(let wanted) = referenceText else { return outcome(without: referenceText) }
        let inputText = fold.text(of: input, in: rollout, &json)
        guard case .text(let compared) = inputText else { return outcome(without: inputText) }
        let outcome = score(compared, wanted, &scratch)
        scratch.releaseLargeText()
        return outcome ?? ComponentOutcome(without: .limitReached)
    }

    @_noAllocation
    private func outcome(without text: OperandText) -> ComponentOutcome {
        if case .lacking = text { return ComponentOutcome(score: 0, finding: Finding(1)) }
        return ComponentOutcome(without: text.status)
    }

    /// Nil when the texts are longer than can be compared in bounded time.
    @_noAllocation
    private func score(
        _ completion: ByteView, _ wanted: ByteView, _ scratch: inout SequenceScratch
    ) -> ComponentOutcome? {
        let byteCountMax = Limits.similarityByteCountMax
        guard completion.count <= byteCountMax, wanted.count <= byteCountMax else { return nil }
        scratch.removeAll(forText: completion.count &+ wanted.count)
        // The reference first: n-grams that only the completion has need no name.
        guard append(wanted, &scratch) else { return nil }
        let split = scratch.unitCount
        guard append(completion, &scratch), !scratch.isExhausted else { return nil }
        let score: Double?
        switch metric {
        case .fuzzyMatch: score = ratio(split, &scratch)
        case .bleu: score = bleu(split, &scratch)
        case .gleu: score = gleu(split, &scratch)
        case .rouge1: score = rouge(1, split, &scratch)
        case .rouge2: score = rouge(2, split, &scratch)
        case .rouge3: score = rouge(3, split, &scratch)
        case .rouge4: score = rouge(4, split, &scratch)
        case .rouge5: score = rouge(5, split, &scratch)
        case .rougeL: score = rougeL(split, &scratch)
        }
        guard let score, !scratch.isExhausted else { return nil }
        let completionCount = scratch.unitCount &- split
        return ComponentOutcome(score: score, finding: Finding(first: Double(completionCount), second: Double(split)))
    }

    @_noAllocation
    private func append(_ text: ByteView, _ scratch: inout SequenceScratch) -> Bool {
        switch metric {
        case .fuzzyMatch: scratch.append(charactersOf: text)
        case .bleu, .gleu: scratch.append(bleuWordsOf: text)
        case .rouge1, .rouge2, .rouge3, .rouge4, .rouge5, .rougeL: scratch.append(rougeWordsOf: text)
        }
    }

    /// One sentence for people: the measure, and how long both texts are.
    @_noAllocation
    package func explain(_ outcome: ComponentOutcome, into text: inout RigidBytes) {
        guard outcome.status == .scored else {
            switch outcome.status {
            case .missingInput: text.append("this rollout brings no reference")
            case .limitReached: text.append("the texts are too long to be compared, or the JSON too deep")
            default: text.append("the reference is not a finite number")
            }
            return
        }
        guard outcome.finding.code == 0 else {
            text.append("the completion has no JSON with that value")
            return
        }
        text.append(name)
        text.append(" ")
        text.append(number: outcome.score)
        text.append(" of ")
        text.append(number: outcome.finding.first)
        text.append(metric == .fuzzyMatch ? " characters against " : " words against ")
        text.append(number: outcome.finding.second)
        text.append(" of the reference")
    }

    private var name: StaticString {
        @_noAllocation get {
            switch metric {
            case .fuzzyMatch: "fuzzy_match"
            case .bleu: "BLEU"
            case .gleu: "GLEU"
            case .rouge1: "ROUGE-1"
            case .rouge2: "ROUGE-2"
            case .rouge3: "ROUGE-3"
            case .rouge4: "ROUGE-4"
            case .rouge5: "ROUGE-5"
            case .rougeL: "ROUGE-L"
            }
        }
    }
}

// MARK: - Measures

extension TextSimilarityPlan {
    /// Two empty texts are equal.
    @_noAllocation
    private func ratio(_ split: Int, _ scratch: inout SequenceScratch) -> Double? {
        let count = scratch.unitCount
        guard count > 0 else { return 1 }
        guard let common = commonUnitCount(split, &scratch) else { return nil }
        return 2 * Double(common) / Double(count)
    }

    @_noAllocation
    private func commonUnitCount(_ split: Int, _ scratch: inout SequenceScratch) -> Int? {
        let stepCount = SequenceScratch.stepCount(split, scratch.unitCount &- split)
        guard stepCount <= Limits.similarityStepCountMax else { return nil }
        return scratch.commonUnitCount(split: split)
    }

    @_noAllocation
    private func bleu(_ split: Int, _ scratch: inout SequenceScratch) -> Double {
        let count = scratch.unitCount &- split
        var smoothing: Double = 1
        var logarithms: Double = 0
        var order = 1
        var isAnyCommon = false
        while order <= Self.orderMax && order <= count {
            let common = scratch.commonGramCount(order: order, split: split)
            if common > 0 {
                isAnyCommon = true
            } else {
                // Each order without a match counts for half as much as the one before.
                smoothing *= 2
            }
            let total = Double(count &- order &+ 1)
            logarithms += plaudit_log(common > 0 ? 100 * Double(common) / total : 100 / (smoothing * total))
            order &+= 1
        }
        guard isAnyCommon else { return 0 }
        let brevity = count < split ? plaudit_exp(1 - Double(split) / Double(count)) : 1
        return brevity * plaudit_exp(logarithms / Double(order &- 1)) / 100
    }

    @_noAllocation
    private func gleu(_ split: Int, _ scratch: inout SequenceScratch) -> Double {
        let count = scratch.unitCount &- split
        var common = 0
        var total = 0
        var wantedTotal = 0
        for order in 1...Self.orderMax {
            common &+= scratch.commonGramCount(order: order, split: split)
            total &+= max(0, count &- order &+ 1)
            wantedTotal &+= max(0, split &- order &+ 1)
        }
        let most = max(total, wantedTotal)
        return most == 0 ? 0 : Double(common) / Double(most)
    }

    @_noAllocation
    private func rouge(_ wantedOrder: Int, _ split: Int, _ scratch: inout SequenceScratch) -> Double {
        var common = 0
        for order in 1...wantedOrder { common = scratch.commonGramCount(order: order, split: split) }
        let total = scratch.unitCount &- split &- wantedOrder &+ 1
        return harmonicMean(common, max(1, total), max(1, split &- wantedOrder &+ 1))
    }

    @_noAllocation
    private func rougeL(_ split: Int, _ scratch: inout SequenceScratch) -> Double? {
        guard let common = commonUnitCount(split, &scratch) else { return nil }
        return harmonicMean(common, max(1, scratch.unitCount &- split), max(1, split))
    }

    /// F1 of `common` of `count` found and of `wantedCount` wanted.
    @_noAllocation
    private func harmonicMean(_ common: Int, _ count: Int, _ wantedCount: Int) -> Double {
        guard common > 0 else { return 0 }
        let precision = Double(common) / Double(count)
        let recall = Double(common) / Double(wantedCount)
        return 2 * precision * recall / (precision + recall)
    }
}
