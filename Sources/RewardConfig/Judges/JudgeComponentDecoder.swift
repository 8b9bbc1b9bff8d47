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
        let shadowReader = component.optional("shadow")
        let shadow = shadowReader.flatMap { $0.rubric() }
        guard let panel, let rubric, lightReader == nil || light != nil, shadowReader == nil || shadow != nil else {
            return nil
        }
        if let shadow, let shadowReader { check(shadow, beside: rubric, panel, shadowReader) }
        if !rubric.isBoolean {
            panel.refuseBooleanJudges("a scale")
            if let light, light.isBooleanOnly { light.reader.reportBooleanJudge("a scale") }
        }
        let task = component.context.judgeLane.add(
            JudgeTask(
                name: component.path.componentName, question: .rubric(rubric.question), judges: panel.judges,
                quorum: panel.quorum, light: light?.settings, sampleCount: panel.sampleCount,
                tokenCountMax: panel.tokenCountMax
                    ?? answerTokenCount(
                        verdictCount: max(rubric.verdictCountPerAnswer, shadow?.verdictCountPerAnswer ?? 0)),
                shadow: shadow?.question))
        return .judged(
            JudgedSettings(
                kind: .rubric, task: task, readsPrompt: rubric.readsPrompt,
                readsReferenceAnswer: rubric.readsReferenceAnswer, fields: rubric.fields))
    }

    /// A shadow may not make a rollout unusable, so that it shows nothing of it that the rubric does not show.
    private static func check(
        _ shadow: RubricDraft, beside rubric: RubricDraft, _ panel: PanelKeys, _ reader: NodeReader
    ) {
        if shadow.question.rubric == rubric.question.rubric {
            reader.report("is the rubric itself", suggestion: "name another of `rubrics`")
        }
        if !shadow.isBoolean { panel.refuseBooleanJudges("a scale") }
        var unseen = shadow.fields.filter { !rubric.fields.contains($0) }
        if shadow.readsPrompt && !rubric.readsPrompt { unseen.append("prompt") }
        if shadow.readsReferenceAnswer && !rubric.readsReferenceAnswer { unseen.append("reference_answer") }
        if !unseen.isEmpty {
            let names = unseen.map { "`\($0)`" }.joined(separator: ", ")
            reader.report(
                "shows \(names), which the rubric does not: rollouts without would be refused for a rubric that does not count",
                suggestion: "let the rubric's template show it too, or leave it out of the shadow's")
        }
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
