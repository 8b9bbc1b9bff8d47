import RewardKernel

/// An OpenAI grader, read: what `fine_tuning.alpha.graders` and the reinforcement method of fine-tuning jobs take.
package struct Grader: Sendable, Equatable {
    package let name: String
    package let measure: Measure

    package indirect enum Measure: Sendable, Equatable {
        case stringCheck(operation: StringOperation, input: GraderTemplate, reference: GraderTemplate)
        case textSimilarity(metric: String, input: GraderTemplate, reference: GraderTemplate)
        case model(ModelGrader)
        /// The variables of the formula with what they stand for, in the order of the text.
        case multi([Variable], formula: String)
    }

    package struct Variable: Sendable, Equatable {
        package let name: String
        package let grader: Grader
    }
}

/// `score_model` and `label_model`: what a model is asked.
package struct ModelGrader: Sendable, Equatable {
    package let model: String
    /// At least one.
    package let messages: [Message]
    package let question: Question

    package struct Message: Sendable, Equatable {
        package let role: String
        package let content: GraderTemplate
    }

    package enum Question: Sendable, Equatable {
        /// A number of a range.
        case score(ClosedRange<Double>)
        /// One of some labels, of which some are a pass.
        case label(of: [String], passing: [String])
    }
}

/// A grader that cannot be used, and where in it.
package struct GraderError: Error, Sendable, Equatable, CustomStringConvertible {
    /// What kind of mistake it is, as the reply of `graders/run` tells them apart.
    package enum Kind: Sendable, Equatable {
        case other
        /// A template names what there is not.
        case invalidVariable
        case formula
        /// It is right, and asks a model that is no judge of the configuration.
        case needsJudge
    }

    /// Such as `graders[1].operation`; empty for the grader as a whole.
    package let place: String
    package let message: String
    package let kind: Kind

    package init(_ place: String, _ message: String, kind: Kind = .other) {
        self.place = place
        self.message = message
        self.kind = kind
    }

    package var description: String { place.isEmpty ? message : "\(place): \(message)" }
}
