package import RewardKernel

/// What came back of a call, in no provider's words.
package struct ProviderReply: Sendable, Equatable {
    /// One answer or, where several were asked for, all of them.
    package var samples: [Sample]
    package var usage: TokenUsage
    /// The model that answered, as it names itself.
    package var model: String?
    /// The provider's name for the request, for its support and our logs.
    package var requestIdentifier: String?

    package init(
        samples: [Sample], usage: TokenUsage = TokenUsage(), model: String? = nil, requestIdentifier: String? = nil
    ) {
        self.samples = samples
        self.usage = usage
        self.model = model
        self.requestIdentifier = requestIdentifier
    }

    package struct Sample: Sendable, Equatable {
        package var content: Content
        package var finish: Finish
        /// The tokens of the answer with their alternatives; empty where none were asked for or given.
        package var tokens: [Token]

        package init(content: Content, finish: Finish, tokens: [Token] = []) {
            self.content = content
            self.finish = finish
            self.tokens = tokens
        }
    }

    package enum Content: Sendable, Equatable {
        case text(String)
        /// The input of a tool call: already JSON.
        case structured(JSONValue)
        /// Probabilities of `true`, in the order of the questions; nil where the endpoint declined one.
        case probabilities([Double?])
    }

    package enum Finish: Sendable, Equatable {
        case stop
        case toolUse
        /// Cut at the token limit: never a verdict.
        case length
        case contentFilter
        /// The model would not answer; with its words, when it gave any.
        case refusal(String)
        case other(String)
    }

    package struct Token: Sendable, Equatable {
        package var text: String
        package var logProbability: Double
        package var alternatives: [Alternative]

        package init(text: String, logProbability: Double, alternatives: [Alternative]) {
            self.text = text
            self.logProbability = logProbability
            self.alternatives = alternatives
        }
    }

    package struct Alternative: Sendable, Equatable {
        package var text: String
        package var logProbability: Double

        package init(text: String, logProbability: Double) {
            self.text = text
            self.logProbability = logProbability
        }
    }
}

/// Tokens of a call, as the provider counted them.
package struct TokenUsage: Sendable, Equatable {
    package var inputCount: Int
    package var outputCount: Int
    /// Those of the input that the provider had cached.
    package var cachedInputCount: Int

    package init(inputCount: Int = 0, outputCount: Int = 0, cachedInputCount: Int = 0) {
        self.inputCount = inputCount
        self.outputCount = outputCount
        self.cachedInputCount = cachedInputCount
    }
}
