/// What a judge is asked about a completion: a list of criteria, or one scale.
package struct Rubric: Sendable, Hashable {
    package let name: String
    package let measure: Measure
    /// Worked examples, shown to the judge as they stand.
    package let examples: [String]
    /// What good completions do, across the criteria.
    package let desired: [String]
    /// What bad ones do.
    package let undesired: [String]
    /// What stands in place of the built-in order of the material; see `PromptTemplate`.
    package let template: String?
    /// What the judge is told besides the built-in rules.
    package let instructions: String?
    package let calls: CallDivision
    package let abstain: AbstainPolicy

    /// What is measured.
    package enum Measure: Sendable, Hashable {
        case criteria([Criterion])
        case scale(RubricScale)
    }

    /// Exactly one of `criteria` and `scale`. Whether the template's names are known is checked by `RubricPrompt`,
    /// which knows them.
    package init(
        name: String, criteria: [Criterion] = [], scale: RubricScale? = nil, examples: [String] = [],
        desired: [String] = [], undesired: [String] = [], template: String? = nil, instructions: String? = nil,
        calls: CallDivision = .perItem, abstain: AbstainPolicy = .skip
    ) throws(RubricError) {
        guard Criterion.isName(name) else {
            throw RubricError(
                "name",
                "\"\(name)\" is no name: 1 to \(JudgementLimits.nameByteCountMax) ASCII letters, digits, _ and -")
        }
        measure = try Rubric.measure(criteria, scale)
        try RubricText.check(list: examples, key: "examples")
        try RubricText.check(list: desired, key: "desired")
        try RubricText.check(list: undesired, key: "undesired")
        if let instructions { try RubricText.check(instructions, key: "instructions") }
        if let template, template.utf8.count > JudgementLimits.templateByteCountMax {
            throw RubricError(
                "template", "the template has more than \(JudgementLimits.templateByteCountMax) bytes")
        }
        self.name = name
        self.examples = examples
        self.desired = desired
        self.undesired = undesired
        self.template = template
        self.instructions = instructions
        self.calls = calls
        self.abstain = abstain
    }

    private static func measure(_ criteria: [Criterion], _ scale: RubricScale?) throws(RubricError) -> Measure {
        if let scale {
            guard criteria.isEmpty else { throw RubricError("scale", "a rubric has criteria or a scale, not both") }
            return .scale(scale)
        }
        guard !criteria.isEmpty else { throw RubricError("criteria", "a rubric needs criteria, or a scale") }
        guard criteria.count <= JudgementLimits.criterionCountMax else {
            throw RubricError(
                "criteria", "\(criteria.count) criteria; at most \(JudgementLimits.criterionCountMax) are taken")
        }
        var names: Set<String> = []
        for index in criteria.indices where !names.insert(criteria[index].name).inserted {
            throw RubricError("criteria[\(index)].name", "\"\(criteria[index].name)\" stands for two criteria")
        }
        return .criteria(criteria)
    }

    /// The criteria; none for a scale.
    package var criteria: [Criterion] {
        switch measure {
        case .criteria(let criteria): criteria
        case .scale: []
        }
    }

    /// What the answers of its calls look like: one shape a call, in the order of the calls.
    package func shapes(tier: JudgeTier) -> [VerdictShape] {
        let wantsReasons = tier == .heavy
        switch measure {
        case .scale(let scale): return [.scale(low: scale.low, high: scale.high, wantsReason: wantsReasons)]
        case .criteria(let criteria):
            switch calls {
            case .perItem: return [.criteria(criteria.map(\.question), wantsReasons: wantsReasons)]
            case .perCriterion: return criteria.map { .criteria([$0.question], wantsReasons: wantsReasons) }
            }
        }
    }
}
