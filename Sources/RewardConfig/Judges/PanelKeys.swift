import RewardJudge

/// Who is asked, and how: what every judged component says.
struct PanelKeys {
    /// Indices in the catalogue, at least one.
    let judges: [Int]
    let quorum: Int
    let sampleCount: Int
    /// Nil for what the question asks for by itself.
    let tokenCountMax: Int?
    /// The places of the judges that only answer Boolean questions.
    let booleanJudges: [NodeReader]

    /// Nil when something was reported.
    init?(_ component: MappingReader) {
        let judgeReader = component.optional("judge")
        let judgesReader = component.optional("judges")
        let quorumReader = component.optional("quorum")
        let sampleCount =
            component.optional("samples").map { $0.integer(in: 1...JudgeLaneLimits.sampleCountMax) } ?? 1
        let tokenReader = component.optional("max_tokens")
        let tokenCountMax = tokenReader?.integer(in: JudgeLaneLimits.answerTokenCounts)
        if let judgeReader, let judgesReader {
            judgesReader.reportKey("`judge` says it already; leave one of them out")
            _ = Self.named([judgeReader])
            return nil
        }
        let readers: [NodeReader]
        if let judgeReader {
            readers = [judgeReader]
        } else if let judgesReader {
            guard let elements = Self.elements(of: judgesReader) else { return nil }
            readers = elements
        } else {
            component.report("the key `judge` is missing", suggestion: "name one of `judges` at the top level")
            return nil
        }
        let majority = readers.count / 2 + 1
        let quorum = quorumReader.map { $0.integer(in: 1...readers.count) } ?? majority
        guard let named = Self.named(readers), let quorum, let sampleCount, tokenReader == nil || tokenCountMax != nil
        else { return nil }
        judges = named.map(\.index)
        booleanJudges = named.filter { $0.isBooleanOnly }.map(\.reader)
        self.quorum = quorum
        self.sampleCount = sampleCount
        self.tokenCountMax = tokenCountMax
    }

    private static func elements(of reader: NodeReader) -> [NodeReader]? {
        guard let elements = reader.sequence("a list of judges", countMax: JudgeLaneLimits.panelSizeMax) else {
            return nil
        }
        guard !elements.isEmpty else {
            reader.report("a panel has at least one judge")
            return nil
        }
        var names: Set<String> = []
        for element in elements {
            guard let name = element.scalar?.text, !names.insert(name).inserted else { continue }
            element.report("this judge stands twice; each has one vote")
        }
        return elements
    }

    private static func named(_ readers: [NodeReader]) -> [(index: Int, isBooleanOnly: Bool, reader: NodeReader)]? {
        let judges = readers.map { reader in
            reader.judge().map { (index: $0.index, isBooleanOnly: $0.isBooleanOnly, reader: reader) }
        }
        return judges.contains { $0 == nil } ? nil : judges.compactMap(\.self)
    }

    /// Reports judges that cannot answer what is asked of them.
    func refuseBooleanJudges(_ what: String) {
        for reader in booleanJudges { reader.reportBooleanJudge(what) }
    }
}

extension NodeReader {
    /// The judge that this value names; nil when something was reported.
    func judge() -> (index: Int, isBooleanOnly: Bool)? {
        context.judgeLane.judges.use(self).map { index, judge in
            (index, judge.endpoints.contains { !$0.endpoint.api.writesText })
        }
    }

    func reportBooleanJudge(_ what: String) {
        report("this judge answers Boolean questions only; \(what) asks for a text")
    }
}
