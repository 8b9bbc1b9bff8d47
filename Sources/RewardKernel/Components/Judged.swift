/// Settings of a component whose score comes from judges: what the kernel must know of it.
///
/// What is asked stands in the configuration's judge tasks; the kernel only says which rollouts are to be judged.
package struct JudgedSettings: Sendable, Equatable {
    package enum Kind: Sendable, BitwiseCopyable {
        /// A rubric, rollout by rollout.
        case rubric
        /// Preferences among the rollouts of a group.
        case preference
    }

    package var kind: Kind
    /// The index of the judge task that asks for it.
    package var task: Int
    /// Whether the question shows the prompt.
    package var readsPrompt: Bool
    /// Whether the question shows the reference answer.
    package var readsReferenceAnswer: Bool
    /// Fields of the request that the question shows.
    package var fields: [String]

    package init(
        kind: Kind, task: Int, readsPrompt: Bool = true, readsReferenceAnswer: Bool = false, fields: [String] = []
    ) {
        self.kind = kind
        self.task = task
        self.readsPrompt = readsPrompt
        self.readsReferenceAnswer = readsReferenceAnswer
        self.fields = fields
    }
}

/// A component whose score comes from judges, compiled.
package struct JudgedPlan: BitwiseCopyable {
    package let kind: JudgedSettings.Kind
    package let task: Int

    // Allocates: while a configuration is compiled.
    package init(_ settings: JudgedSettings, _ builder: PlanBuilder) throws(PlanError) {
        for field in settings.fields { _ = try builder.fieldIndex(field, key: ["rubric"]) }
        kind = settings.kind
        task = settings.task
    }
}
