/// Probes of several endpoints side by side, each a call at a time.
package struct EndpointProbes: Sendable {
    /// What is to be sent next for an endpoint.
    package struct Question: Sendable {
        package let endpoint: Int
        package let request: HTTPRequest
    }

    /// What a probe came to.
    package struct Outcome: Sendable {
        package let endpoint: Int
        package let result: Result<EndpointCapabilities, ProviderFailure>
    }

    private let endpoints: [JudgeEndpoint]
    private var probes: [Int: CapabilityProbe] = [:]
    private var clockLeads: [ClockLead]
    /// Endpoints whose probe has learnt of their clock: it does so once.
    private var corrected: Set<Int> = []

    /// - Parameter indices: of the endpoints to probe.
    package init(_ endpoints: [JudgeEndpoint], indices: [Int]) {
        self.endpoints = endpoints
        clockLeads = endpoints.map { _ in ClockLead() }
        for index in indices { probes[index] = CapabilityProbe(endpoints[index]) }
    }

    package var isDone: Bool { probes.isEmpty }

    /// The first call of every probe.
    package mutating func begin(wallClockSeconds: Int64) -> (questions: [Question], outcomes: [Outcome]) {
        var questions: [Question] = []
        var outcomes: [Outcome] = []
        for index in probes.keys.sorted() {
            proceed(index, wallClockSeconds, &questions, &outcomes)
        }
        return (questions, outcomes)
    }

    /// Begins once more for one endpoint; nothing happens while it is being probed.
    package mutating func begin(
        again index: Int, wallClockSeconds: Int64
    ) -> (questions: [Question], outcomes: [Outcome]) {
        guard probes[index] == nil else { return ([], []) }
        probes[index] = CapabilityProbe(endpoints[index])
        corrected.remove(index)
        var questions: [Question] = []
        var outcomes: [Outcome] = []
        proceed(index, wallClockSeconds, &questions, &outcomes)
        return (questions, outcomes)
    }

    /// Takes what came of the call for an endpoint.
    package mutating func ended(
        _ index: Int, _ arrival: LaneArrival, wallClockSeconds: Int64
    ) -> (questions: [Question], outcomes: [Outcome]) {
        var questions: [Question] = []
        var outcomes: [Outcome] = []
        guard let step = probes[index]?.step else { return ([], []) }
        switch (arrival, step) {
        case (_, .finished), (_, .failed): return ([], [])
        case (.failure(let failure), _): probes[index]?.read(.failure(failure))
        case (.response(let response), .ask(let call, _, _)):
            let read = ProviderAdapter.read(
                response, call: call, endpoint: endpoints[index], wallClockSeconds: wallClockSeconds)
            // Asked the same once more, signed by the endpoint's clock.
            if let lead = clockLeads[index].corrected(by: read, of: endpoints[index]), !corrected.contains(index) {
                clockLeads[index] = lead
                corrected.insert(index)
            } else {
                probes[index]?.read(read.result)
            }
        case (.response(let response), .askBatch(let calls, _, _)):
            let read = ProviderAdapter.readBatch(
                response, callCount: calls.count, endpoint: endpoints[index], wallClockSeconds: wallClockSeconds)
            probes[index]?.read(read.result)
        }
        proceed(index, wallClockSeconds, &questions, &outcomes)
        return (questions, outcomes)
    }

    private mutating func proceed(
        _ index: Int, _ wallClockSeconds: Int64, _ questions: inout [Question], _ outcomes: inout [Outcome]
    ) {
        guard let probe = probes[index] else { return }
        switch probe.step {
        case .ask, .askBatch:
            do throws(RequestRefusal) {
                questions.append(Question(endpoint: index, request: try request(index, probe.step, wallClockSeconds)))
            } catch {
                probes[index] = nil
                let failure = ProviderFailure(.badRequest, message: "\(error)")
                outcomes.append(Outcome(endpoint: index, result: .failure(failure)))
            }
        case .finished(let capabilities):
            probes[index] = nil
            outcomes.append(Outcome(endpoint: index, result: .success(capabilities)))
        case .failed(let failure):
            probes[index] = nil
            outcomes.append(Outcome(endpoint: index, result: .failure(failure)))
        }
    }

    private func request(
        _ index: Int, _ step: CapabilityProbe.Step, _ wallClockSeconds: Int64
    ) throws(RequestRefusal) -> HTTPRequest {
        switch step {
        case .ask(let call, let schema, let capabilities):
            try ProviderAdapter.makeRequest(
                call, schema: schema, endpoint: endpoints[index], capabilities: capabilities,
                wallClockSeconds: clockLeads[index].applied(to: wallClockSeconds))
        case .askBatch(let calls, let schema, let capabilities):
            try ProviderAdapter.makeBatchRequest(
                calls, schema: schema, endpoint: endpoints[index], capabilities: capabilities)
        case .finished, .failed: preconditionFailure("a probe that has ended asks nothing")
        }
    }
}
