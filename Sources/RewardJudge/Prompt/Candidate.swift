/// What is shown to a judge: a completion and what it belongs to. None of it is trusted.
package struct Candidate: Sendable, Hashable {
    package var completion: String
    /// What the policy model was given.
    package var prompt: String?
    package var referenceAnswer: String?
    /// Further fields of the rollout, for templates that name them.
    package var fields: [String: String]

    package init(
        completion: String, prompt: String? = nil, referenceAnswer: String? = nil, fields: [String: String] = [:]
    ) {
        self.completion = completion
        self.prompt = prompt
        self.referenceAnswer = referenceAnswer
        self.fields = fields
    }
}
