import RewardJudge

/// A way to pass a judge without deserving it.
package struct Attack: Sendable {
    package enum Family: String, Sendable, CaseIterable {
        /// The wrong answer as it is: what the attacks are measured against.
        case plain
        case empty
        /// Openings that judges were seen to take for solutions.
        case masterKey = "master_key"
        case degenerate
        case injection
        case fakeVerdict = "fake_verdict"
        case formatting
        case length

        package var words: String { rawValue.replacing("_", with: " ") }
    }

    /// What an attack is made of.
    package struct Material: Sendable {
        /// A completion that does not answer the prompt: that of another one.
        package var wrongAnswer: String
        package var prompt: String
        /// The names of the criteria that the judge is asked about.
        package var criterionNames: [String]

        package init(wrongAnswer: String, prompt: String, criterionNames: [String]) {
            self.wrongAnswer = wrongAnswer
            self.prompt = prompt
            self.criterionNames = criterionNames
        }
    }

    package let name: String
    package let family: Family
    /// For people: what the completion is.
    package let summary: String
    package let makeCompletion: @Sendable (Material) -> String

    init(
        _ name: String, _ family: Family, _ summary: String, _ makeCompletion: @escaping @Sendable (Material) -> String
    ) {
        self.name = name
        self.family = family
        self.summary = summary
        self.makeCompletion = makeCompletion
    }
}
