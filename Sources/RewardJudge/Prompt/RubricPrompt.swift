/// A rubric made ready to be asked: what is the same for all rollouts is worded once.
package struct RubricPrompt: Sendable {
    package let rubric: Rubric
    package let tier: JudgeTier
    /// The judge's part of every call of this rubric, for the servers' prompt caches: no rollout and no nonce is in it.
    package private(set) var system: String
    private let template: PromptTemplate?
    /// One a call, in the order of `Rubric.shapes`.
    private let questions: [Question]
    private var isGuarded = true

    /// `fieldNames`: the fields of rollouts that a template may name besides the built-in names.
    package init(rubric: Rubric, tier: JudgeTier, fieldNames: [String] = []) throws(RubricError) {
        self.rubric = rubric
        self.tier = tier
        if let text = rubric.template {
            let template = try PromptTemplate(
                parsing: text, knownNames: PromptTemplate.builtInNames + fieldNames)
            guard template.names.contains(PromptTemplate.completionName) else {
                throw RubricError("template", "the template does not show the completion: {{completion}} is missing")
            }
            self.template = template
        } else {
            template = nil
        }
        system = RubricPrompt.system(of: rubric, tier, isGuarded: true)
        questions = RubricPrompt.questions(of: rubric, tier)
    }

    /// The same question in the words of a judge that nobody protects: the material stands as it is, and nothing says that it is
    /// data. For trials alone.
    package var unguarded: RubricPrompt {
        var prompt = self
        prompt.isGuarded = false
        prompt.system = RubricPrompt.system(of: rubric, tier, isGuarded: false)
        return prompt
    }

    /// The calls that judge one completion, in the order of `Rubric.shapes`.
    package func makeCalls(
        for candidate: Candidate, nonce: UInt64, sampling: Sampling
    ) throws(PromptFault) -> [JudgeCall] {
        let nonce = isGuarded ? PromptNonce(nonce) : nil
        var material = try material(of: candidate, nonce)
        var calls: [JudgeCall] = []
        for (index, question) in questions.enumerated() {
            var user = material
            // The last one goes on where it stands instead of in a copy.
            if index == questions.count - 1 { material = PromptMaterial(nonce: nonce, byteCount: 0) }
            for part in question.parts { user.append(part) }
            user.append(asking: question.ask)
            user.append(question.answerForm)
            try user.check()
            calls.append(JudgeCall(system: system, user: user.text, shape: question.shape, sampling: sampling))
        }
        return calls
    }

    /// What of a call is the same for all rollouts, besides `system`.
    private struct Question: Sendable {
        let shape: VerdictShape
        /// Behind the material, which so is the same beginning for all calls on a completion.
        let parts: [String]
        let ask: String
        let answerForm: String

        init(_ shape: VerdictShape, parts: [String] = [], ask: String) {
            self.shape = shape
            self.parts = parts
            self.ask = ask
            answerForm = PromptWording.answerForm(shape)
        }
    }

    private static func questions(of rubric: Rubric, _ tier: JudgeTier) -> [Question] {
        rubric.shapes(tier: tier).enumerated().map { index, shape in
            switch (rubric.measure, rubric.calls) {
            case (.scale, _): Question(shape, ask: "Rate the completion now, by the scale and the rules above.")
            case (.criteria, .perItem): Question(shape, ask: "Decide the criteria now, by the rules above.")
            case (.criteria(let criteria), .perCriterion):
                Question(
                    shape,
                    parts: ["The criterion to decide:\n" + PromptWording.criterion(criteria[index], number: nil)],
                    ask: "Decide this one criterion now, by the rules above.")
            }
        }
    }

    /// What all calls on a completion begin with.
    private func material(of candidate: Candidate, _ nonce: PromptNonce?) throws(PromptFault) -> PromptMaterial {
        let texts = [candidate.completion, candidate.prompt ?? "", candidate.referenceAnswer ?? ""]
        let byteCount = texts.reduce(Self.questionByteCount) { $0 + $1.utf8.count + PromptMaterial.frameByteCount }
        var material = PromptMaterial(nonce: nonce, byteCount: byteCount)
        material.appendOpening()
        if let template {
            let filled = try template.fill { name in
                RubricPrompt.value(name, of: candidate).map { material.enclosed($0, as: name) }
            }
            material.append(filled)
        } else {
            material.appendContext(prompt: candidate.prompt, referenceAnswer: candidate.referenceAnswer)
            material.append(candidate.completion, as: "completion", title: "The completion to judge:\n")
        }
        // By itself first: what is too long is the material, and the message says by how much.
        try material.check()
        return material
    }

    /// Room for what is asked behind the material; a longer question is moved once.
    private static let questionByteCount = 1_024

    private static func value(_ name: String, of candidate: Candidate) -> String? {
        switch name {
        case PromptTemplate.completionName: candidate.completion
        case PromptTemplate.promptName: candidate.prompt
        case PromptTemplate.referenceAnswerName: candidate.referenceAnswer
        default: candidate.fields[name]
        }
    }

    private static func system(of rubric: Rubric, _ tier: JudgeTier, isGuarded: Bool) -> String {
        var parts = [PromptWording.role] + (isGuarded ? [PromptWording.dataRule] : [])
        if let instructions = rubric.instructions { parts.append(instructions) }
        switch rubric.measure {
        case .criteria(let criteria):
            // A Boolean has no third value to abstain with.
            let mayAbstain = tier == .heavy || (rubric.calls == .perItem && criteria.count > 1)
            parts.append(PromptWording.criteriaRules + (mayAbstain ? "\n" + PromptWording.abstainRule : ""))
            if rubric.calls == .perItem {
                parts.append(
                    "The criteria:\n"
                        + criteria.enumerated().map { PromptWording.criterion($1, number: $0 + 1) }
                        .joined(separator: "\n"))
            }
        case .scale(let scale):
            parts.append(PromptWording.scaleRules)
            parts.append("The scale, from \(scale.low) (worst) to \(scale.high) (best):\n\(scale.text)")
        }
        let lists =
            PromptWording.list("Good completions", rubric.desired)
            + PromptWording.list("Bad completions", rubric.undesired)
            + PromptWording.list("Examples", rubric.examples)
        if !lists.isEmpty { parts.append(String(lists.dropFirst())) }
        if tier == .heavy {
            parts.append("Give the reason first and let the verdict follow from it.")
        }
        return parts.joined(separator: "\n\n")
    }
}
