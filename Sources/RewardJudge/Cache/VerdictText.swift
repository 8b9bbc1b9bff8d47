package import RewardKernel

/// Verdicts as JSON, for the journal: readable with any tool, and read back as exactly what was written.
package enum VerdictText {
    package static func json(of verdicts: [ParsedVerdict]) -> JSONValue {
        .array(verdicts.map(json))
    }

    /// Nil when the value is nothing that was written here.
    package static func verdicts(from json: JSONValue) -> [ParsedVerdict]? {
        guard case .array(let items) = json, !items.isEmpty else { return nil }
        let verdicts = items.compactMap { verdict(ReplyNode($0)) }
        return verdicts.count == items.count ? verdicts : nil
    }

    /// The findings of a rubric as JSON, for the audit log.
    package static func json(of findings: [CriterionFinding]) -> JSONValue {
        .array(findings.map(json))
    }

    // MARK: Writing

    private static func json(_ parsed: ParsedVerdict) -> JSONValue {
        var members: [JSONValue.Member] = [.init("step", .string(parsed.step.label))]
        switch parsed.verdict {
        case .criteria(let verdict): members.append(.init("criteria", .array(verdict.findings.map(json))))
        case .scale(let verdict):
            members.append(.init("value", .number(verdict.value)))
            append(verdict.reason, &members)
        case .preference(let verdict):
            members.append(.init("choice", .string(verdict.choice.rawValue)))
            append(verdict.reason, &members)
        case .group(let verdict): members.append(.init("group", .array(verdict.entries.map(json))))
        }
        return .object(members)
    }

    private static func json(_ finding: CriterionFinding) -> JSONValue {
        var members: [JSONValue.Member] = [
            .init("name", .string(finding.name)), .init("judgement", .string(finding.judgement.rawValue)),
        ]
        append(finding.reason, &members)
        if let probability = finding.probability { members.append(.init("probability", .number(probability))) }
        return .object(members)
    }

    private static func json(_ entry: GroupVerdict.Entry) -> JSONValue {
        var members: [JSONValue.Member] = [
            .init("identifier", .string(entry.identifier)), .init("score", .number(entry.score)),
        ]
        append(entry.reason, &members)
        return .object(members)
    }

    private static func append(_ reason: String?, _ members: inout [JSONValue.Member]) {
        if let reason { members.append(.init("reason", .string(reason))) }
    }

    // MARK: Reading

    private static func verdict(_ node: ReplyNode) -> ParsedVerdict? {
        guard let label = node["step"].text, let step = LadderStep.allCases.first(where: { $0.label == label }) else {
            return nil
        }
        if let items = node["criteria"].items {
            let findings = items.compactMap { finding(ReplyNode($0)) }
            guard findings.count == items.count else { return nil }
            return ParsedVerdict(verdict: .criteria(RubricVerdict(findings: findings)), step: step)
        }
        if let items = node["group"].items {
            let entries = items.compactMap { entry(ReplyNode($0)) }
            guard entries.count == items.count else { return nil }
            return ParsedVerdict(verdict: .group(GroupVerdict(entries: entries)), step: step)
        }
        let reason = node["reason"].text
        if let value = node["value"].number {
            return ParsedVerdict(verdict: .scale(ScaleVerdict(value: value, reason: reason)), step: step)
        }
        guard let choice = node["choice"].text.flatMap(PreferenceVerdict.Choice.init(rawValue:)) else { return nil }
        return ParsedVerdict(verdict: .preference(PreferenceVerdict(choice: choice, reason: reason)), step: step)
    }

    private static func finding(_ node: ReplyNode) -> CriterionFinding? {
        guard let name = node["name"].text,
            let judgement = node["judgement"].text.flatMap(CriterionFinding.Judgement.init(rawValue:))
        else { return nil }
        return CriterionFinding(
            name: name, judgement: judgement, reason: node["reason"].text, probability: node["probability"].number)
    }

    private static func entry(_ node: ReplyNode) -> GroupVerdict.Entry? {
        guard let identifier = node["identifier"].text, let score = node["score"].number else { return nil }
        return GroupVerdict.Entry(identifier: identifier, score: score, reason: node["reason"].text)
    }
}
