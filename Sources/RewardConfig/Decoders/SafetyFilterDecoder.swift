import RewardKernel

extension ComponentDecoder {
    static let safetyFilter = ComponentDecoder(type: "safety_filter") { component in
        let lists = component.optional("lists").map(decodeLists) ?? []
        let words = component.optional("words").map { $0.strings() } ?? []
        let allow = component.optional("allow").map { $0.strings() } ?? []
        let patterns = component.optional("patterns").map { $0.strings("a list of patterns") } ?? []
        let detect = component.optional("detect").map(decodeKinds) ?? []
        let perFindingReader = component.optional("per_finding")
        let perFinding = perFindingReader.flatMap(decodePerFinding)
        guard let lists, let words, let allow, let patterns, let detect, perFindingReader == nil || perFinding != nil
        else {
            return nil
        }
        return .safetyFilter(
            SafetyFilterSettings(
                lists: lists, words: words, allow: allow, patterns: patterns, detect: detect, perFinding: perFinding))
    }

    private static func decodeKinds(_ reader: NodeReader) -> [SensitiveKind]? {
        if reader.scalar != nil { return reader.choice(SensitiveKind.self).map { [$0] } }
        guard let elements = reader.sequence("a list of kinds such as email") else { return nil }
        let kinds = elements.map { $0.choice(SensitiveKind.self) }
        return kinds.contains { $0 == nil } ? nil : kinds.compactMap(\.self)
    }

    private static func decodeLists(_ reader: NodeReader) -> [SafetyList]? {
        if reader.scalar != nil { return decodeList(reader).map { [$0] } }
        guard let elements = reader.sequence("a list of names of built-in lists and of paths") else { return nil }
        let lists = elements.map(decodeList)
        return lists.contains { $0 == nil } ? nil : lists.compactMap(\.self)
    }

    /// The name of a built-in list, or the path of a file with an entry a line. A word that is no built-in list is only a
    /// path when it looks like one: a misspelt name should not end as "no such file".
    private static func decodeList(_ reader: NodeReader) -> SafetyList? {
        guard let name = reader.nonEmptyString("the name of a built-in list or a path") else { return nil }
        if let entries = BuiltInSafetyLists.entries(named: name) { return SafetyList(name: name, entries: entries) }
        guard name.contains("/") || name.contains(".") else {
            reader.report(
                "no built-in list is called \(Quoting.quoted(name))",
                suggestion: NearestName.suggestion(
                    for: name, in: BuiltInSafetyLists.names, listed: "a path has a `/` or a `.`; built in are"))
            return nil
        }
        guard let bytes = reader.fileContents() else { return nil }
        guard let text = String(validating: bytes, as: UTF8.self) else {
            reader.report("\(Quoting.quoted(name)) is not valid UTF-8")
            return nil
        }
        return SafetyList(name: name, entries: SafetyList.entries(inFile: text))
    }

    private static func decodePerFinding(_ reader: NodeReader) -> Double? {
        guard let value = reader.number() else { return nil }
        guard value > 0, value <= 1 else {
            reader.report("\(NodeReader.text(of: value)) is out of range; it is above 0 and at most 1")
            return nil
        }
        return value
    }
}
