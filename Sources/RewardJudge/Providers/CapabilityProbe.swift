package import RewardKernel

/// Finds out what an endpoint does, by asking and not by believing: a call at a time, at most `callCountMax` of them.
///
/// Every call asks for a plain sentence, so that only a server that holds its model to the schema answers with JSON;
/// one that ignores it answers 200 with prose. First the ways to a structured answer are tried in turn until one is proven,
/// then probabilities, several samples and several questions in that way. A parameter that is refused by name is left out and the call
/// made again. A server error on a structured call is taken for a refusal when a plainer call succeeds
/// (llama-cpp-python answers 500 to a schema), and for what it is when none does.
package struct CapabilityProbe: Sendable {
    /// What is to be done next.
    package enum Step: Sendable, Equatable {
        case ask(JudgeCall, schema: JSONValue, EndpointCapabilities)
        /// One request for all of them.
        case askBatch([JudgeCall], schema: JSONValue, EndpointCapabilities)
        case finished(EndpointCapabilities)
        /// Nothing is proven: the endpoint refuses us, or fails for now (`mayPass`) and is to be probed again.
        case failed(ProviderFailure)
    }

    /// More than any course of a probe takes: four ways, four parameters to leave out, three calls for the rest.
    package static let callCountMax = 11
    /// Enough for a model that thinks before it answers; a sentence takes 20.
    private static let tokenCountMax = 256

    /// Questions of the batch that is tried.
    private static let batchCount = 2

    private enum Stage: Equatable {
        case form(Int)
        case probabilities
        case samples
        case batch
    }

    package private(set) var step: Step
    private let api: JudgeAPI
    /// No server of OpenAI's own takes a batch.
    private let mayTakeBatch: Bool
    private let forms: [EndpointCapabilities.StructuredOutput]
    private var stage = Stage.form(0)
    private var capabilities: EndpointCapabilities
    private var callCount = 1
    private var serverFailure: ProviderFailure?
    private var isLimitRenamed = false

    package init(_ endpoint: JudgeEndpoint) {
        api = endpoint.api
        mayTakeBatch = endpoint.api == .openai && endpoint.url.host != EndpointCapabilities.openAIHost
        capabilities = EndpointCapabilities.presumed(for: endpoint)
        switch endpoint.api {
        case .openai, .azure: forms = [.jsonSchema, .jsonObjectWithSchema, .tool, .promptOnly]
        // Every version and model that Anthropic and AWS offer takes a tool; not all of them a schema.
        case .anthropic, .bedrock: forms = [.tool, .jsonSchema, .promptOnly]
        case .decisions, .systemone: forms = [.promptOnly]
        }
        capabilities.structuredOutput = forms[0]
        capabilities.givesProbabilities = !endpoint.api.writesText
        capabilities.takesSampleCount = false
        step = .failed(ProviderFailure(.transport, message: "not probed yet"))
        step = question()
    }

    /// The schema of the one verdict that is asked for.
    package static let schema = JSONValue.object([
        JSONValue.Member("type", .string("object")),
        JSONValue.Member(
            "properties",
            .object([JSONValue.Member("pass", .object([JSONValue.Member("type", .string("boolean"))]))])),
        JSONValue.Member("required", .array([.string("pass")])),
        JSONValue.Member("additionalProperties", .bool(false)),
    ])

    /// Takes what came of the call that `step` asked for; `step` is then the next.
    package mutating func read(_ result: Result<ProviderReply, ProviderFailure>) {
        switch (step, result) {
        case (.finished, _), (.failed, _): return
        case (_, .success(let reply)): read(reply)
        case (_, .failure(let failure)): read(failure)
        }
    }

    private mutating func read(_ reply: ProviderReply) {
        switch stage {
        case .form(let index):
            if api.writesText && forms[index] != .promptOnly && !reply.samples.allSatisfy(CapabilityProbe.isVerdict) {
                tryForm(after: index)
            } else if api == .openai || api == .azure {
                ask(.probabilities)
            } else {
                step = .finished(capabilities)
            }
        case .probabilities:
            capabilities.givesProbabilities = reply.samples.contains { sample in
                sample.tokens.contains { !$0.alternatives.isEmpty }
            }
            ask(.samples)
        case .samples:
            capabilities.takesSampleCount = reply.samples.count == 2
            askBatchIfAny()
        case .batch:
            capabilities.takesBatch =
                reply.samples.count == Self.batchCount
                && (capabilities.structuredOutput == .promptOnly || reply.samples.allSatisfy(Self.isVerdict))
            step = .finished(capabilities)
        }
    }

    private mutating func askBatchIfAny() {
        if mayTakeBatch { ask(.batch) } else { step = .finished(capabilities) }
    }

    private mutating func read(_ failure: ProviderFailure) {
        if stage == .batch {
            step = .finished(capabilities)
            return
        }
        switch failure.kind {
        case .badRequest where callCount < CapabilityProbe.callCountMax && leaveOut(namedBy: failure):
            callCount += 1
            step = question()
        case .badRequest, .serverError, .malformedReply, .modelError, .contentFilter:
            if failure.kind == .serverError { serverFailure = serverFailure ?? failure }
            switch stage {
            case .form(let index): tryForm(after: index, failure)
            case .probabilities:
                capabilities.givesProbabilities = false
                ask(.samples)
            case .samples:
                capabilities.takesSampleCount = false
                askBatchIfAny()
            case .batch: step = .finished(capabilities)
            }
        case .rateLimited, .overloaded, .timeout, .transport, .billing, .authentication, .forbidden, .notFound,
            .contextTooLong:
            step = .failed(failure)
        }
    }

    /// Goes on to the next way. Behind the last, a failure is the endpoint's own and not the schema's.
    private mutating func tryForm(after index: Int, _ failure: ProviderFailure? = nil) {
        guard index + 1 < forms.count, callCount < CapabilityProbe.callCountMax else {
            let unproven = ProviderFailure(.malformedReply, message: "no structured answer could be had")
            step = .failed(failure.map { serverFailure ?? $0 } ?? unproven)
            return
        }
        ask(.form(index + 1))
    }

    private mutating func ask(_ next: Stage) {
        guard callCount < CapabilityProbe.callCountMax else {
            // What was not asked counts as not there.
            if next == .probabilities { capabilities.givesProbabilities = false }
            step = .finished(capabilities)
            return
        }
        stage = next
        callCount += 1
        if case .form(let index) = next { capabilities.structuredOutput = forms[index] }
        step = question()
    }

    /// Leaves out the parameter that a refusal is about; false when it names none that could be left out.
    private mutating func leaveOut(namedBy failure: ProviderFailure) -> Bool {
        guard let fewer = capabilities.leavingOut(namedBy: failure, api: api) else { return false }
        if fewer.tokenLimitName != capabilities.tokenLimitName {
            // A server that refuses both names would be asked by turns.
            guard !isLimitRenamed else { return false }
            isLimitRenamed = true
        }
        capabilities = fewer
        return true
    }

    private func question() -> Step {
        var sampling = Sampling(temperature: 0, seed: 1, tokenCountMax: CapabilityProbe.tokenCountMax)
        var asked = capabilities
        switch stage {
        case .form, .batch: break
        case .probabilities:
            sampling.wantsProbabilities = true
            asked.givesProbabilities = true
        case .samples:
            // As several answers are asked for: vLLM refuses them at temperature 0, and on a CPU dies of a seed above it.
            sampling.temperature = 1
            sampling.seed = nil
            sampling.sampleCount = 2
            asked.takesSampleCount = true
        }
        let call = JudgeCall(
            system: "You answer questions in one short sentence.",
            user: "Is the sky blue on a clear day?",
            shape: .criteria(
                [VerdictShape.Question(name: "pass", text: "The sky is blue on a clear day.")], wantsReasons: false),
            sampling: sampling)
        if stage == .batch {
            let calls = Array(repeating: call, count: Self.batchCount)
            return .askBatch(calls, schema: CapabilityProbe.schema, asked)
        }
        return .ask(call, schema: CapabilityProbe.schema, asked)
    }

    /// Whether a sample is the verdict that the schema allows and nothing else.
    private static func isVerdict(_ sample: ProviderReply.Sample) -> Bool {
        let value: JSONValue
        switch sample.content {
        case .structured(let input): value = input
        case .text(let text):
            guard let parsed = try? JSONValue.make(parsing: text.utf8) else { return false }
            value = parsed
        case .probabilities: return false
        }
        guard case .object(let members) = value, members.count == 1, case .bool? = value["pass"] else { return false }
        return true
    }
}
