import RewardJudge
import RewardKernel

/// Decodes a reward that is an OpenAI grader: `{grader: file.json}`.
enum GraderDecoder {
    /// What could be read; only whole when nothing was reported.
    static func decode(_ mapping: MappingReader, _ reader: NodeReader, name: String) -> RewardSettings? {
        let judges = mapping.optional("judges").flatMap(decodeJudges) ?? [:]
        let range = mapping.optional("range")?.range(isPointAllowed: false)
        let neutral = mapping.optional("neutral").flatMap(RewardDecoder.decodeNeutralPolicy)
        mapping.finish()
        guard let json = json(reader) else { return nil }
        do throws(GraderError) {
            let grader = try Grader(json)
            let compiler = GraderCompiler { (model, component, place) throws(GraderError) in
                try judgedComponent(model, "\(name).\(component)", place, judges, reader)
            }
            var reward = try compiler.reward(grader, named: name)
            reward.graderDigest = Grader.digest(of: json)
            if let range { reward.range = range }
            if let neutral { reward.neutral = neutral }
            return reward
        } catch {
            reader.report(Quoting.shortened(error.description, scalarCountMax: 512))
            return nil
        }
    }

    /// The JSON of a file, or a mapping that is the grader itself.
    private static func json(_ reader: NodeReader) -> JSONValue? {
        if reader.isMapping { return reader.jsonValue() }
        guard let bytes = reader.fileContents() else { return nil }
        do {
            return try JSONValue.make(parsing: bytes)
        } catch {
            let mark = SourceMark(ofByte: error.offset, in: bytes)
            reader.report("line \(mark.line), column \(mark.column) of this file is not JSON: \(error.message)")
            return nil
        }
    }

    /// `{gpt-4o: local}`: the judges that stand for models.
    private static func decodeJudges(_ reader: NodeReader) -> [String: NodeReader]? {
        guard let mapping = reader.mapping("a mapping from a grader's models to judges") else { return nil }
        return Dictionary(mapping.values.map { ($0.name, $0.value) }) { first, _ in first }
    }

    private static func judgedComponent(
        _ model: ModelGrader, _ name: String, _ place: String, _ judges: [String: NodeReader], _ reader: NodeReader
    ) throws(GraderError) -> ComponentSettings {
        let lane = reader.context.judgeLane
        let judge: (index: Int, part: JudgeSettings)
        if let named = judges[model.model] {
            // What is wrong with it is reported here.
            guard let used = lane.judges.use(named) else { throw GraderError(place, "its judge is not to be had") }
            judge = used
        } else if let used = lane.judges.use(model: model.model) {
            judge = used
        } else {
            throw GraderError(
                place.isEmpty ? "model" : "\(place).model",
                "no judge is called \(Quoting.quoted(model.model)) or asks a model of that name; describe it under `judges` "
                    + "at the top level, or say beside `grader` which one stands for it: `judges: {\(model.model): NAME}`",
                kind: .needsJudge)
        }
        if case .score = model.question, judge.part.endpoints.contains(where: { !$0.endpoint.api.writesText }) {
            throw GraderError(
                place, "the judge \(judge.part.name) answers Boolean questions only; a score asks for a text")
        }
        let question: RubricQuestion
        do {
            question = try model.question(named: name.split(separator: ".").joined(separator: "_"))
        } catch {
            throw GraderError(place, error.text)
        }
        return model.settings(
            task: lane.add(
                JudgeTask(
                    name: name, question: .rubric(question), judges: [judge.index],
                    tokenCountMax: ComponentDecoder.answerTokenCount(verdictCount: 1))))
    }
}

extension NamedParts<JudgeSettings> {
    /// The judge that is called like a model, else the first that asks it.
    mutating func use(model: String) -> (index: Int, part: JudgeSettings)? {
        let name =
            names.first { $0 == model && self[$0] != nil }
            ?? names.first { name in self[name]?.endpoints.contains { $0.endpoint.model == model } ?? false }
        return name.flatMap { use(name: $0) }
    }
}
