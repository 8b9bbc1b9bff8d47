package import RewardKernel

/// Why a question has no score: the one place where failures of judges become statuses.
package struct JudgeFailure: Error, Sendable, Equatable {
    package var status: Status
    /// For people: the rationale of a component without a score.
    package var reason: String

    package init(_ status: Status, _ reason: String) {
        self.status = status
        self.reason = reason
    }

    package init(_ failure: PoolFailure) {
        switch failure {
        case .deadline: self.init(.timeout, "no judge answered by the deadline")
        case .cancelled: self.init(.cancelled, "the request was given up")
        case .queueFull: self.init(.rateLimited, "as many calls wait for this judge as the lane holds")
        case .budget: self.init(.budget, "the judge's budget of the day is spent")
        case .suspended: self.init(.budget, "the judge's account has no credit")
        case .shuttingDown: self.init(.shuttingDown, "the sidecar is shutting down")
        case .retriesExhausted(let failure), .permanent(let failure): self.init(failure)
        }
    }

    package init(_ failure: ProviderFailure) {
        let code = failure.statusCode.map { " (HTTP \($0))" } ?? ""
        let reason = "\(failure.kind.words)\(code): \(failure.message)"
        switch failure.kind {
        case .rateLimited, .overloaded: self.init(.rateLimited, reason)
        case .timeout: self.init(.timeout, reason)
        case .contentFilter: self.init(.judgeRefused, reason)
        case .billing: self.init(.budget, reason)
        case .malformedReply: self.init(.parseFailed, reason)
        case .serverError, .modelError, .transport, .authentication, .forbidden, .notFound, .badRequest,
            .contextTooLong:
            self.init(.transport, reason)
        }
    }

    package init(_ fault: VerdictFault) {
        switch fault {
        case .refused(let words): self.init(.judgeRefused, "the judge refused: \(words)")
        case .contentFilter: self.init(.judgeRefused, "the provider's filter cut the verdict")
        case .truncated, .unknownFinish, .empty, .tooLong, .unparsable, .outOfRange, .missing, .duplicate,
            .unknownName, .contradiction:
            self.init(.parseFailed, "no verdict in the judge's reply: \(fault.label)")
        }
    }

    package init(_ fault: PromptFault) {
        switch fault {
        case .missingValue(let name): self.init(.missingInput, "the rubric shows `\(name)`, which the rollout lacks")
        case .tooLong(let byteCount): self.init(.limitReached, "the question would have \(byteCount) bytes")
        case .badCount(let count): self.init(.limitReached, "\(count) completions are no group to compare")
        }
    }

    package init(_ refusal: RequestRefusal) {
        self.init(.transport, "the judge's API cannot be asked this: \(refusal)")
    }
}
