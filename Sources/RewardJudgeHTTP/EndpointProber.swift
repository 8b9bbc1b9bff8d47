internal import Glibc
package import RewardJudge
internal import RewardMemory

/// Probes endpoints and waits for what comes of it: for the command line, which has nothing else to do.
package enum EndpointProber {
    /// - Parameters:
    ///   - timeoutNanoseconds: for each call.
    ///   - report: called as each endpoint's outcome comes, with its index.
    package static func run(
        _ endpoints: [JudgeEndpoint], timeoutNanoseconds: UInt64 = 60_000_000_000,
        report: (Int, Result<EndpointCapabilities, ProviderFailure>, _ nanoseconds: UInt64) -> Void
    ) throws(HTTPDriverError) {
        let driver = try HTTPDriver(settings: HTTPDriverSettings())
        var probes = EndpointProbes(endpoints, indices: Array(endpoints.indices))
        let start = MonotonicClock.nanoseconds
        func take(_ step: (questions: [EndpointProbes.Question], outcomes: [EndpointProbes.Outcome])) {
            for question in step.questions {
                driver.start(
                    UInt64(question.endpoint), question.request, timeoutNanoseconds: timeoutNanoseconds)
            }
            for outcome in step.outcomes {
                report(outcome.endpoint, outcome.result, MonotonicClock.nanoseconds - start)
            }
        }
        take(probes.begin(wallClockSeconds: Int64(time(nil))))
        var completions: [HTTPCompletion] = []
        while !probes.isDone {
            _ = driver.wait(untilNanoseconds: nil, into: &completions)
            for completion in completions {
                let arrival: LaneArrival =
                    switch completion.outcome {
                    case .response(let response): .response(response)
                    case .failure(let failure): .failure(failure.providerFailure)
                    }
                take(probes.ended(Int(completion.identifier), arrival, wallClockSeconds: Int64(time(nil))))
            }
            completions.removeAll()
        }
    }
}
