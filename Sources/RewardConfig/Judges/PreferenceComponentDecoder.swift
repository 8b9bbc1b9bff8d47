import RewardJudge
import RewardKernel

extension ComponentDecoder {
    /// Preferences among the rollouts of a group.
    static let preference = ComponentDecoder(type: "preference") { component in
        let panel = PanelKeys(component)
        let design = component.optional("design").map { $0.choice(PreferenceQuestion.Design.self) } ?? .pairs
        let question = decodeCriteria(component).flatMap { reader, criteria in
            design.flatMap { makeQuestion(criteria, design: $0, reader) }
        }
        guard let panel, let design, let question else { return nil }
        panel.refuseBooleanJudges("a comparison")
        let verdictCount =
            switch design {
            case .pairs, .swiss: 1
            case .group: JudgementLimits.chunkSizeMax
            }
        let task = component.context.judgeLane.add(
            JudgeTask(
                name: component.path.componentName, question: .preference(question), judges: panel.judges,
                quorum: panel.quorum, sampleCount: panel.sampleCount,
                tokenCountMax: panel.tokenCountMax ?? answerTokenCount(verdictCount: verdictCount)))
        return .judged(JudgedSettings(kind: .preference, task: task))
    }

    /// What makes one completion better: a text, or what a rubric asks.
    private static func decodeCriteria(_ component: MappingReader) -> (reader: NodeReader, text: String)? {
        let criteriaReader = component.optional("criteria")
        let rubricReader = component.optional("rubric")
        if criteriaReader != nil, let rubricReader {
            rubricReader.reportKey("`criteria` says it already; leave one of them out")
            _ = rubricReader.rubric()
            return nil
        }
        if let criteriaReader {
            return criteriaReader.string("a text, what makes one completion better").map { (criteriaReader, $0) }
        }
        guard let rubricReader else {
            component.report(
                "the key `criteria` is missing", suggestion: "say what makes one completion better, or name a `rubric`")
            return nil
        }
        return rubricReader.rubric().map { (rubricReader, $0.comparisonCriteria) }
    }

    private static func makeQuestion(
        _ criteria: String, design: PreferenceQuestion.Design, _ reader: NodeReader
    ) -> PreferenceQuestion? {
        do {
            return try PreferenceQuestion(criteria: criteria, design: design)
        } catch {
            reader.report(error.text)
            return nil
        }
    }
}
