import RewardJudge
import RewardKernel

extension ComponentDecoder {
    /// A rubric, rollout by rollout.
    static let judge = ComponentDecoder(type: "judge") { component in
        let panel = PanelKeys(component)
        let rubric = component.required("rubric", suggestion: "name one of `rubrics` at the top level")
            .flatMap { $0.rubric() }
        let lightReader = component.optional("light")
        let light = lightReader.flatMap(decodeLight)
        guard let panel, let rubric, lightReader == nil || light != nil else { return nil }
        if !rubric.isBoolean {
            panel.refuseBooleanJudges("a scale")
            if let light, light.isBooleanOnly { light.reader.reportBooleanJudge("a scale") }
        }
        let task = component.context.judgeLane.add(
            JudgeTask(
                name: component.path.componentName, question: .rubric(rubric.question), judges: panel.judges,
                quorum: panel.quorum, light: light?.settings, sampleCount: panel.sampleCount,
                tokenCountMax: panel.tokenCountMax ?? answerTokenCount(verdictCount: rubric.verdictCountPerAnswer)))
        return .judged(
            JudgedSettings(
                kind: .rubric, task: task, readsPrompt: rubric.readsPrompt,
                readsReferenceAnswer: rubric.readsReferenceAnswer, fields: rubric.fields))
    }

    private struct Light {
        let settings: JudgeTask.Light
        let isBooleanOnly: Bool
        let reader: NodeReader
    }

    /// The name of a judge, or `{judge, confidence, share}`.
    private static func decodeLight(_ reader: NodeReader) -> Light? {
        guard reader.isMapping else {
            return reader.judge().map {
                Light(settings: JudgeTask.Light(judge: $0.index), isBooleanOnly: $0.isBooleanOnly, reader: reader)
            }
        }
        guard let mapping = reader.mapping() else { return nil }
        let judgeReader = mapping.required("judge")
        let judge = judgeReader.flatMap { $0.judge() }
        let confidence = mapping.optional("confidence").map { $0.number(in: 0...1) }
        let share = mapping.optional("share").map { $0.number(in: 0...1) }
        mapping.finish()
        guard let judge, let judgeReader else { return nil }
        var settings = JudgeTask.Light(judge: judge.index)
        if let confidence {
            guard let confidence else { return nil }
            settings.confidence = confidence
        }
        if let share {
            guard let share else { return nil }
            settings.shareMax = share
        }
        return Light(settings: settings, isBooleanOnly: judge.isBooleanOnly, reader: judgeReader)
    }

    /// Room for a verdict with its reason, each.
    static func answerTokenCount(verdictCount: Int) -> Int {
        max(JudgeLaneLimits.answerTokenCountDefault, verdictCount * JudgeLaneLimits.verdictTokenCount)
    }
}

extension NodeReader {
    /// The rubric that this value names; nil when something was reported.
    func rubric() -> RubricDraft? {
        context.judgeLane.rubrics.use(self)?.part
    }
}

extension ConfigurationPath {
    /// `reward.component` of `rewards.reward.components.component`.
    var componentName: String {
        precondition(steps.count == 4, "a component stands in a reward's components")
        return "\(steps[1]).\(steps[3])"
    }
}
