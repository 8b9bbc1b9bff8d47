internal import RewardKernel

/// Reads a verdict from JSON of the shape that `VerdictShape.schema` asks for, and of its nearest relatives: an array
/// of entries with names in place of an object by names.
struct VerdictReader {
    let shape: VerdictShape
    let isLenient: Bool

    static let reasonKeys = ["reason", "reasoning", "explanation", "rationale"]
    private static let nameKeys = ["name", "id", "trajectory_id", "criterion"]
    private static let listKeys = ["verdicts", "scores", "criteria", "results"]

    /// The keys of which an object must have one to be taken for the verdict.
    private var wantedKeys: [String] {
        switch shape {
        case .criteria(let questions, _):
            questions.count == 1 ? ["verdict", "pass", questions[0].name] : questions.map(\.name)
        case .scale: isLenient ? ["score", "rating"] : ["score"]
        case .preference: ["winner"]
        case .group(let identifiers, _): identifiers
        }
    }

    func hasWantedKey(_ value: JSONValue) -> Bool { wantedMembers(of: value) != nil }

    /// nil when this is JSON of something else; a fault when it has the wanted keys and no verdict.
    func verdict(of value: JSONValue) throws(VerdictFault) -> Verdict? {
        guard let members = wantedMembers(of: value) else { return nil }
        switch shape {
        case .criteria(let questions, _):
            return .criteria(
                questions.count == 1
                    ? RubricVerdict(findings: [try single(questions[0], members)])
                    : RubricVerdict(findings: try several(questions, members)))
        case .scale(let low, let high, _):
            let score = try number(try only(wantedKeys, members), Double(low), Double(high))
            return .scale(ScaleVerdict(value: score, reason: reason(members)))
        case .preference:
            let winner = try only(wantedKeys, members)
            guard case .string(let name) = winner, let choice = choice(name) else {
                throw .unparsable("the winner is none of A, B and tie")
            }
            return .preference(PreferenceVerdict(choice: choice, reason: reason(members)))
        case .group(let identifiers, _): return .group(try group(identifiers, members))
        }
    }

    // MARK: Criteria

    private func single(
        _ question: VerdictShape.Question, _ members: [JSONValue.Member]
    ) throws(VerdictFault) -> CriterionFinding {
        let value = try only(wantedKeys, members)
        var finding = try self.finding(question.name, value)
        finding.reason = finding.reason ?? reason(members)
        return finding
    }

    private func several(
        _ questions: [VerdictShape.Question], _ members: [JSONValue.Member]
    ) throws(VerdictFault) -> [CriterionFinding] {
        for member in members where !isOwn(member.name, questions) {
            // Something else that the judge adds does no harm; a verdict on something else tells that it lost its way.
            if (try? finding(member.name, member.value)) != nil { throw .unknownName(member.name) }
        }
        var findings: [CriterionFinding] = []
        for question in questions {
            findings.append(try finding(question.name, try only([question.name], members)))
        }
        return findings
    }

    private func isOwn(_ name: String, _ questions: [VerdictShape.Question]) -> Bool {
        questions.contains { $0.name == name } || Self.reasonKeys.contains(name)
    }

    private func finding(_ name: String, _ value: JSONValue) throws(VerdictFault) -> CriterionFinding {
        if let judgement = judgement(value) { return CriterionFinding(name: name, judgement: judgement) }
        if case .object(let inner) = value, let judgement = judgement(try only(["verdict", "pass"], inner)) {
            return CriterionFinding(name: name, judgement: judgement, reason: reason(inner))
        }
        throw .unparsable("\(name) is none of met, unmet and cannot_assess")
    }

    /// Words in any case: a judge that shouts has still answered.
    func judgement(_ value: JSONValue) -> CriterionFinding.Judgement? {
        switch value {
        case .bool(let isMet): return isMet ? .met : .unmet
        case .string(let word): return judgement(word: word)
        case .integer(1) where isLenient: return .met
        case .integer(0) where isLenient: return .unmet
        case .null, .integer, .unsigned, .number, .array, .object: return nil
        }
    }

    func judgement(word: String) -> CriterionFinding.Judgement? {
        guard word.utf8.count <= 16 else { return nil }
        let word = word.lowercased()
        if let judgement = CriterionFinding.Judgement(rawValue: word) { return judgement }
        guard isLenient else { return nil }
        switch word {
        case "true", "yes", "pass", "passed": return .met
        case "false", "no", "fail", "failed": return .unmet
        case "cannot assess", "n/a": return .cannotAssess
        default: return nil
        }
    }

    // MARK: Scores and winners

    private func group(
        _ identifiers: [String], _ members: [JSONValue.Member]
    ) throws(VerdictFault) -> GroupVerdict {
        for member in members where !identifiers.contains(member.name) && !Self.reasonKeys.contains(member.name) {
            if (try? entry(member.name, member.value)) != nil { throw .unknownName(member.name) }
        }
        var entries: [GroupVerdict.Entry] = []
        for identifier in identifiers { entries.append(try entry(identifier, try only([identifier], members))) }
        return GroupVerdict(entries: entries)
    }

    private func entry(_ identifier: String, _ value: JSONValue) throws(VerdictFault) -> GroupVerdict.Entry {
        guard case .object(let inner) = value else {
            return GroupVerdict.Entry(identifier: identifier, score: try number(value, 0, 1))
        }
        return GroupVerdict.Entry(
            identifier: identifier, score: try number(try only(["score"], inner), 0, 1), reason: reason(inner))
    }

    /// Never cut to the bounds: a judge that answers 11 of 10 did not understand the scale.
    private func number(_ value: JSONValue, _ low: Double, _ high: Double) throws(VerdictFault) -> Double {
        let number: Double
        switch value {
        case .integer(let whole): number = Double(whole)
        case .unsigned(let whole): number = Double(whole)
        case .number(let real): number = real
        case .string(let text) where isLenient:
            guard let real = ReplyText(text).number(at: 0), Double(text) != nil else {
                throw .unparsable("the score is no number")
            }
            number = real
        case .null, .bool, .string, .array, .object: throw .unparsable("the score is no number")
        }
        guard number.isFinite, low <= number, number <= high else { throw .outOfRange("\(number)") }
        return number
    }

    func choice(_ name: String) -> PreferenceVerdict.Choice? {
        switch name {
        case "A", "a": .first
        case "B", "b": .second
        case "tie", "Tie", "TIE": .tie
        case "C" where isLenient: .tie
        default: nil
        }
    }

    // MARK: Members

    /// The members of an object; of an array of entries with names, or of an object that holds one in place of the
    /// wanted keys, the entries by their names. Nil when none of them has a wanted key.
    private func wantedMembers(of value: JSONValue) -> [JSONValue.Member]? {
        let wanted = wantedKeys
        func hasOne(_ members: [JSONValue.Member]) -> Bool { members.contains { wanted.contains($0.name) } }
        switch value {
        case .object(let members):
            if hasOne(members) { return members }
            for member in members where Self.listKeys.contains(member.name) {
                if case .array(let items) = member.value, let entries = Self.entries(items) {
                    return hasOne(entries) ? entries : nil
                }
            }
            return nil
        case .array(let items):
            guard let entries = Self.entries(items), hasOne(entries) else { return nil }
            return entries
        case .null, .bool, .integer, .unsigned, .number, .string: return nil
        }
    }

    private static func entries(_ items: [JSONValue]) -> [JSONValue.Member]? {
        var entries: [JSONValue.Member] = []
        for item in items {
            guard let name = nameKeys.lazy.compactMap({ item[$0] }).first, case .string(let name) = name else {
                return nil
            }
            entries.append(JSONValue.Member(name, item))
        }
        return entries
    }

    /// The one member that has one of the names.
    private func only(
        _ names: [String], _ members: [JSONValue.Member]
    ) throws(VerdictFault) -> JSONValue {
        guard let first = members.firstIndex(where: { names.contains($0.name) }) else {
            throw .missing(Set(names).sorted().joined(separator: " or "))
        }
        if let second = members[(first + 1)...].first(where: { names.contains($0.name) }) {
            throw .duplicate(second.name)
        }
        return members[first].value
    }

    private func reason(_ members: [JSONValue.Member]) -> String? {
        guard let member = members.first(where: { Self.reasonKeys.contains($0.name) }),
            case .string(let reason) = member.value
        else { return nil }
        // As many bytes are no more characters, which are dear to count.
        if reason.utf8.count <= JudgementLimits.reasonCharacterCountMax { return reason }
        return String(reason.prefix(JudgementLimits.reasonCharacterCountMax))
    }
}
