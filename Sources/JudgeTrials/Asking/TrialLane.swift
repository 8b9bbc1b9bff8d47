import RewardConfig
import RewardJudge
import RewardJudgeHTTP

/// The judge lane of a configuration, set up for a trial: tasks of the trial's own, no canaries beside its questions, and no cache,
/// so that every question is a call and equal questions are equal calls, byte for byte.
package struct TrialLane: Sendable {
    private var catalog: JudgeCatalog
    /// What was found of endpoints that did not answer a probe.
    package private(set) var warnings: [String] = []

    /// Finds out what the endpoints can do that the tasks ask, before the first question: what a probe finds out later would
    /// change the calls half-way.
    ///
    /// - Throws: `TrialError.failure` where a judge has no endpoint that answers.
    package init(_ catalog: JudgeCatalog, tasks: [JudgeTask]) throws(TrialError) {
        var lane = catalog.lane
        lane.cache = nil
        lane.canaryShare = 0
        let asked = Set(tasks.flatMap { $0.judges + ($0.light.map { [$0.judge] } ?? []) })
        var judges = catalog.judges
        for judge in asked.sorted() { try Self.probe(&judges[judge], lane.pool, &warnings) }
        self.catalog = JudgeCatalog(judges: judges, tasks: tasks, lane: lane)
    }

    /// A running lane. It ends with its last reference.
    package func makeService(isGuarded: Bool = true) throws(TrialError) -> JudgeService {
        var lane = catalog.lane
        lane.isGuarded = isGuarded
        do throws(HTTPDriverError) {
            return try JudgeService(catalog: JudgeCatalog(judges: catalog.judges, tasks: catalog.tasks, lane: lane))
        } catch {
            throw .failure("the judge lane cannot start: \(error)")
        }
    }

    /// As many inquiries as the endpoints of the tasks' judges take at once to begin with.
    package var openCountMax: Int {
        let asked = Set(catalog.tasks.flatMap { $0.judges + ($0.light.map { [$0.judge] } ?? []) })
        let places = asked.reduce(0) { sum, judge in
            sum + catalog.judges[judge].endpoints.reduce(0) { $0 + max(1, $1.limits.concurrencyStart) }
        }
        return min(max(places, 1), 1_024)
    }

    private static func probe(
        _ judge: inout JudgeSettings, _ settings: PoolSettings, _ warnings: inout [String]
    ) throws(TrialError) {
        let unknown = judge.endpoints.indices.filter { judge.endpoints[$0].endpoint.capabilities == nil }
        guard !unknown.isEmpty else { return }
        var failures: [String] = []
        var found: [(Int, EndpointCapabilities)] = []
        do throws(HTTPDriverError) {
            try EndpointProber.run(
                unknown.map { judge.endpoints[$0].endpoint }, timeoutNanoseconds: settings.warmUpTimeoutNanoseconds
            ) { index, result, _ in
                switch result {
                case .success(let capabilities): found.append((unknown[index], capabilities))
                case .failure(let failure): failures.append("\(failure.kind.words): \(failure.message)")
                }
            }
        } catch {
            throw .failure("the judge `\(judge.name)` cannot be asked: \(error)")
        }
        for (index, capabilities) in found { judge.endpoints[index].endpoint.capabilities = capabilities }
        guard failures.count < judge.endpoints.count else {
            throw .failure(
                "the judge `\(judge.name)` does not answer: \(failures[0]); `plaudit probe` says what its endpoints can do"
            )
        }
        // Their calls are built by the least that their API promises, as all through the trial.
        for index in unknown where judge.endpoints[index].endpoint.capabilities == nil {
            judge.endpoints[index].endpoint.capabilities = .presumed(for: judge.endpoints[index].endpoint)
        }
        warnings += failures.map { "an endpoint of the judge `\(judge.name)` does not answer: \($0)" }
    }
}
