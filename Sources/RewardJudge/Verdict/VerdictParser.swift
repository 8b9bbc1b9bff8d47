internal import RewardKernel

/// Reads verdicts from replies.
///
/// It goes down a ladder: probabilities or a tool's input as they are; the whole text as JSON; the same without
/// thoughts and fences; the last object in the text with the wanted keys; marks in prose. A step that finds the wanted
/// keys with something else than a verdict behind them ends it: what a judge said wrongly is not looked for again in
/// looser ways.
package struct VerdictParser: Sendable, Hashable {
    /// Whether `"true"`, `"yes"`, `"4"` and the like in quotes count as what they say.
    package var isLenient: Bool

    package init(isLenient: Bool = false) {
        self.isLenient = isLenient
    }

    /// The verdict of a reply. Replies that were cut, filtered or refused are faults, whatever they say.
    package func parse(
        _ reply: ProviderReply.Sample, as shape: VerdictShape
    ) throws(VerdictFault) -> ParsedVerdict {
        try VerdictParser.check(reply.finish)
        switch reply.content {
        case .probabilities(let probabilities):
            return ParsedVerdict(
                verdict: try VerdictParser.verdict(of: probabilities, shape), step: .probabilities)
        case .structured(let value):
            guard let verdict = try reader(shape).verdict(of: value) else {
                throw .unparsable("no verdict in the tool's input")
            }
            return ParsedVerdict(verdict: withProbabilities(verdict, reply.tokens, shape), step: .structured)
        case .text(let text):
            guard text.utf8.count <= JudgementLimits.replyByteCountMax else { throw .tooLong }
            var parsed = try parse(ReplyText(text), shape)
            parsed.verdict = withProbabilities(parsed.verdict, reply.tokens, shape)
            return parsed
        }
    }

    private func reader(_ shape: VerdictShape) -> VerdictReader { VerdictReader(shape: shape, isLenient: isLenient) }

    private static func check(_ finish: ProviderReply.Finish) throws(VerdictFault) {
        switch finish {
        case .stop, .toolUse: return
        case .length: throw .truncated
        case .contentFilter: throw .contentFilter
        case .refusal(let words): throw .refused(words)
        case .other(let name): throw .unknownFinish(name)
        }
    }

    /// A question that the endpoint declined counts as one that could not be assessed.
    private static func verdict(
        of probabilities: [Double?], _ shape: VerdictShape
    ) throws(VerdictFault) -> Verdict {
        guard case .criteria(let questions, _) = shape else {
            throw .unparsable("probabilities answer criteria only")
        }
        guard probabilities.count == questions.count else {
            throw .unparsable("\(probabilities.count) probabilities for \(questions.count) criteria")
        }
        var findings: [CriterionFinding] = []
        for index in questions.indices {
            guard let probability = probabilities[index] else {
                findings.append(CriterionFinding(name: questions[index].name, judgement: .cannotAssess))
                continue
            }
            guard (0...1).contains(probability) else { throw .outOfRange("\(probability)") }
            findings.append(
                CriterionFinding(
                    name: questions[index].name, judgement: probability >= 0.5 ? .met : .unmet,
                    probability: probability))
        }
        return .criteria(RubricVerdict(findings: findings))
    }

    private func parse(_ text: ReplyText, _ shape: VerdictShape) throws(VerdictFault) -> ParsedVerdict {
        guard !text.isBlank else { throw .empty }
        let reader = reader(shape)
        if let value = VerdictParser.json(text), let verdict = try reader.verdict(of: value) {
            return ParsedVerdict(verdict: verdict, step: .wholeText)
        }
        let answer = try ReplyStripper.withoutLeadingThoughts(text)
        guard !answer.isBlank else { throw .empty }
        for candidate in [answer, ReplyStripper.behindThoughtEnd(answer)] {
            guard let candidate else { continue }
            let inner = ReplyStripper.withoutFence(candidate) ?? candidate
            if let value = VerdictParser.json(inner), let verdict = try reader.verdict(of: value) {
                return ParsedVerdict(verdict: verdict, step: .stripped)
            }
        }
        let object = try ObjectSearch.last(in: answer) { reader.hasWantedKey($0) }
        if let object, let verdict = try reader.verdict(of: object) {
            return ParsedVerdict(verdict: verdict, step: .lastObject)
        }
        if let verdict = try TextualPatterns(text: answer, shape: shape, reader: reader).verdict() {
            return ParsedVerdict(verdict: verdict, step: .textualPattern)
        }
        throw .unparsable("no \(VerdictParser.expectation(shape)) in the reply")
    }

    private static func json(_ text: ReplyText) -> JSONValue? { try? JSONValue.make(parsing: text.bytes) }

    private static func expectation(_ shape: VerdictShape) -> String {
        switch shape {
        case .criteria: "verdict"
        case .scale, .group: "score"
        case .preference: "winner"
        }
    }

    private func withProbabilities(
        _ verdict: Verdict, _ tokens: [ProviderReply.Token], _ shape: VerdictShape
    ) -> Verdict {
        guard !tokens.isEmpty, case .criteria(var rubric) = verdict else { return verdict }
        let probabilities = VerdictProbability(tokens: tokens).probabilities(for: shape)
        for index in rubric.findings.indices {
            rubric.findings[index].probability = probabilities[rubric.findings[index].name]
        }
        return .criteria(rubric)
    }
}
