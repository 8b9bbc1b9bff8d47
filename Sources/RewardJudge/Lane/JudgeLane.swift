internal import Digests
internal import RewardKernel

/// Takes the questions of all requests, asks judges, and answers: rubrics and preferences, tiers and panels, the cache of verdicts
/// and the pool of calls. A state machine without a clock, a socket or a thread.
///
/// Work comes in by `submit` and is answered exactly once, at its deadline at the latest provided that `advance` is called when
/// the timer is due. A question becomes calls (`JudgeLane+Calls`), whose ends decide it (`JudgeLane+Rubrics`,
/// `JudgeLane+Preferences`); the last question's end answers the work.
package struct JudgeLane: Sendable {
    let catalog: JudgeCatalog
    /// All endpoints of all judges; the pool knows them by the same index.
    let endpoints: [JudgeEndpoint]
    var capabilities: [EndpointCapabilities]
    /// By endpoint.
    var clockLeads: [ClockLead]
    /// By endpoint: requests of the calls that it was asked lately, those that are used often in front.
    var drafts: [[RequestDraft]]
    let prices: [TokenPrices]
    var pool: JudgePool
    /// Calls on their way to the pool.
    var gatherer: CallGatherer
    /// Calls that went to the pool as one.
    var batches = IdentifierTable<UInt64, LaneBatch>()
    /// By endpoint: how many calls it is asked at once, where it takes several.
    var batchLimits: [BatchLimit]
    /// By endpoint: whether a probe has told what it can do.
    private var probeStates: [ProbeState]
    var cache: VerdictCache<[ParsedVerdict]>?
    /// By judge: the part of a cache's key that all its calls share.
    let keyBeginnings: [SHA256]
    /// By judge: its name and models, as the audit log names it.
    private let judgeTitles: [String]
    let gate: PreGate
    let detector = InjectionDetector()

    var works = IdentifierTable<JudgeTicket, LaneWork>()
    var questions = IdentifierTable<UInt64, LaneQuestion>()
    var calls = IdentifierTable<UInt64, LaneCall>()
    /// The calls of attempts under way, and what came back of one that the pool has not been told to be the answer yet.
    var attempts = IdentifierTable<UInt64, LaneAttempt>()
    /// Works by deadline, earliest last; those that are done are skipped.
    var deadlines = DeadlineHeap()
    var lastQuestion: UInt64 = 0
    /// Questions behind this one, up to the last, wait to be begun.
    private var lastBegunQuestion: UInt64 = 0
    /// The latest instant that questions were begun at.
    private var begunNanoseconds: UInt64 = 0
    var lastCall: UInt64 = 0
    /// What the latest call began with.
    var lastPrefix: (text: String, hash: UInt64) = ("", 0)
    var counts = LaneCounters()
    var lastCanary: UInt64 = 0
    /// By task: what passes of what is known to be bad, and how far a second rubric disagrees.
    var canaryWatches: [DriftWatch]
    var shadowWatches: [DriftWatch]
    var shadowCounts: [ShadowCounts]
    var lastShadow: UInt64 = 0
    /// Rollouts that have their scores and that second rubrics have not been asked about, the latest last.
    var shadowed: [ShadowedAnswer] = []
    var shadowedByteCount = 0
    /// Since when some wait, as far as it was looked at.
    var shadowedSinceNanoseconds: UInt64?
    /// The same of canaries.
    var canaries: [WaitingCanary] = []
    /// Since when no rollout waits, as far as it was looked at.
    var idleSinceNanoseconds: UInt64?
    /// Questions without a score that the log has not been told of.
    private var untold: (count: Int, reason: String) = (0, "")
    private var toldNanoseconds: UInt64 = 0
    /// How many rollouts of each task a light judge has looked at, and how many of them were asked again.
    var lightCounts: [Int]
    var escalatedCounts: [Int]
    /// Makes the nonces that delimit what is judged: nobody outside can know them, and equal questions get equal ones.
    let nonceBeginning: SHA256
    var random: PoolRandom
    private(set) var isShuttingDown = false

    /// - Parameters:
    ///   - nonceSeed: unknown to whoever writes completions.
    ///   - seed: of everything that is left to chance.
    package init(catalog: JudgeCatalog, nonceSeed: UInt64, seed: UInt64) {
        precondition(!catalog.judges.isEmpty, "a lane has judges")
        self.catalog = catalog
        let all = catalog.judges.flatMap(\.endpoints)
        endpoints = all.map(\.endpoint)
        capabilities = all.map { $0.endpoint.capabilities ?? EndpointCapabilities.presumed(for: $0.endpoint) }
        // Whoever runs the lane begins with probing them.
        probeStates = all.map { $0.endpoint.capabilities == nil ? .underWay : .unwanted }
        clockLeads = all.map { _ in ClockLead() }
        drafts = all.map { _ in [] }
        batchLimits = all.map { _ in BatchLimit() }
        prices = all.map(\.limits.prices)
        var first = 0
        let routes = catalog.judges.map { judge in
            defer { first += judge.endpoints.count }
            return JudgeRoute(
                judge.endpoints.enumerated().map {
                    JudgeRoute.Member(endpoint: first + $0.offset, weight: $0.element.weight)
                })
        }
        pool = JudgePool(endpoints: all.map(\.limits), judges: routes, settings: catalog.lane.pool, seed: seed)
        gatherer = CallGatherer(windowNanoseconds: catalog.lane.batchWindowNanoseconds)
        if let settings = catalog.lane.cache {
            cache = VerdictCache(
                limits: CacheLimits(
                    entryCountMax: settings.entryCountMax,
                    lifeNanoseconds: UInt64(max(0, settings.lifeSeconds)) * 1_000_000_000))
        }
        keyBeginnings = catalog.judges.map(Self.keyBeginning)
        judgeTitles = catalog.judges.map { judge in
            "\(judge.name) (\(Set(judge.endpoints.map(\.endpoint.model)).sorted().joined(separator: ", ")))"
        }
        gate = PreGate(contentCountMin: catalog.lane.contentCountMin)
        lightCounts = Array(repeating: 0, count: catalog.tasks.count)
        canaryWatches = catalog.tasks.map { _ in DriftWatch(shareMax: catalog.lane.canaryPassedShareMax) }
        shadowWatches = catalog.tasks.map { _ in DriftWatch(shareMax: 1 - catalog.lane.shadowAgreementMin) }
        shadowCounts = Array(repeating: ShadowCounts(), count: catalog.tasks.count)
        escalatedCounts = lightCounts
        nonceBeginning = Self.nonceBeginning(seed: nonceSeed)
        random = PoolRandom(seed: seed &+ 1)
    }

    // MARK: Events

    /// Takes work. False when the lane is full or shuts down: then nothing more is heard of it.
    package mutating func submit(_ work: JudgeWork, _ instant: LaneInstant, _ actions: inout [LaneAction]) -> Bool {
        guard !isShuttingDown, questions.count + work.questions.count <= catalog.lane.questionCountMax else {
            counts.refusedWorkCount += 1
            return false
        }
        precondition(works[work.ticket] == nil, "a ticket stands for one piece of work")
        counts.questionCount += work.questions.count
        works.insert(LaneWork(work, begunNanoseconds: instant.monotonicNanoseconds), for: work.ticket)
        deadlines.insert(work.ticket, work.deadlineNanoseconds)
        for question in work.questions {
            lastQuestion += 1
            let identifier = lastQuestion
            works.change(work.ticket) { $0.openQuestions.insert(identifier) }
            questions.insert(LaneQuestion(question, ticket: work.ticket), for: identifier)
        }
        beginSome(instant, &actions)
        // Work without questions is done at once.
        answerIfDone(work.ticket, &actions)
        expire(instant, &actions)
        return true
    }

    /// Nobody waits for this work any more.
    package mutating func cancel(_ ticket: JudgeTicket, _ instant: LaneInstant, _ actions: inout [LaneAction]) {
        guard let work = works.removeValue(forKey: ticket) else { return }
        for identifier in work.openQuestions.sorted() { drop(identifier, instant, &actions) }
        expire(instant, &actions)
    }

    /// Answers all work with what there is, and takes no more.
    package mutating func shutDown(_ instant: LaneInstant, _ actions: inout [LaneAction]) {
        isShuttingDown = true
        skipShadows()
        canaries = []
        for ticket in works.identifiers {
            giveUp(ticket, JudgeFailure(PoolFailure.shuttingDown), instant, &actions)
        }
    }

    /// Takes the end of a request that was sent.
    package mutating func ended(
        _ attempt: UInt64, _ arrival: LaneArrival, _ instant: LaneInstant, _ actions: inout [LaneAction]
    ) {
        guard let sent = attempts[attempt] else { return }
        let outcome: AttemptOutcome
        switch arrival {
        case .failure(let failure):
            noteBatch(sent, failure, &actions)
            outcome = .failure(failure, nil)
        case .response(let response):
            let read = read(response, to: sent, instant)
            switch read.result {
            case .success(let reply):
                attempts.change(attempt) { $0.reply = reply }
                noteBatch(sent, answeredAt: instant)
                outcome = .success(reply.usage, read.rateHints)
                if probeStates[sent.endpoint] == .failed { askProbe(ofEndpoint: sent.endpoint, &actions) }
            case .failure(let failure):
                if learn(from: failure, of: sent, instant, &actions) { return }
                if correctClock(by: read, of: sent, instant, &actions) { return }
                if failure.kind == .timeout { noteBatch(sent, failure, &actions) }
                outcome = .failure(failure, read.rateHints)
            }
        }
        var poolActions: [PoolAction] = []
        pool.attemptEnded(sent.identifier, outcome, now: instant.monotonicNanoseconds, &poolActions)
        perform(poolActions, instant, &actions)
        attempts.removeValue(forKey: attempt)
        expire(instant, &actions)
        tell(instant, &actions)
    }

    /// Does what is due by now.
    package mutating func advance(_ instant: LaneInstant, _ actions: inout [LaneAction]) {
        expire(instant, &actions)
        beginSome(instant, &actions)
        releaseHeld(instant, &actions)
        var poolActions: [PoolAction] = []
        pool.advance(to: instant.monotonicNanoseconds, &poolActions)
        perform(poolActions, instant, &actions)
        beginOwn(instant, &actions)
        tell(instant, &actions)
    }

    /// Tells the log of questions without a score, at most every ten seconds.
    private mutating func tell(_ instant: LaneInstant, _ actions: inout [LaneAction]) {
        guard untold.count > 0 else { return }
        guard toldNanoseconds == 0 || instant.monotonicNanoseconds >= toldNanoseconds + 10_000_000_000 else { return }
        toldNanoseconds = instant.monotonicNanoseconds
        actions.append(.notice(.unscored(count: untold.count, reason: untold.reason)))
        untold = (0, "")
    }

    /// When `advance` is wanted next, in monotonic nanoseconds; nil when only an event can change anything.
    package var nextTimerNanoseconds: UInt64? {
        if lastBegunQuestion < lastQuestion { return begunNanoseconds }
        return [deadlines.earliest, gatherer.nextTimerNanoseconds, pool.nextTimerNanoseconds, ownNanoseconds]
            .compactMap(\.self).min()
    }

    /// Works and calls at hand; 0 when the lane is quiet.
    package var heldCount: Int {
        works.count + questions.count + calls.count + attempts.count + batches.count + gatherer.heldCount
            + pool.heldCount + shadowed.count + canaries.count + (cache?.statistics.flightCount ?? 0)
    }

    /// What the cache of verdicts holds at most; nil without one.
    package var cacheLimits: CacheLimits? { cache?.limits }

    /// Endpoints whose capabilities nobody has set by hand: what a probe may find out.
    package var unprobedEndpoints: (endpoints: [JudgeEndpoint], indices: [Int]) {
        (endpoints, endpoints.indices.filter { endpoints[$0].capabilities == nil })
    }

    /// Takes what a probe has proven of an endpoint; requests are built by it from now on.
    package mutating func setCapabilities(_ proven: EndpointCapabilities, ofEndpoint index: Int) {
        capabilities[index] = proven
        if probeStates[index] == .underWay { probeStates[index] = .proven }
    }

    /// A probe proved nothing. The endpoint is probed again once it has answered a call.
    package mutating func probeFailed(ofEndpoint index: Int) {
        if probeStates[index] == .underWay { probeStates[index] = .failed }
    }

    /// Has an endpoint probed anew, unless what it can do was set by hand or is being found out.
    mutating func askProbe(ofEndpoint index: Int, _ actions: inout [LaneAction]) {
        guard probeStates[index] == .proven || probeStates[index] == .failed else { return }
        probeStates[index] = .underWay
        actions.append(.probe(endpoint: index))
    }

    private enum ProbeState: Sendable {
        case unwanted, underWay, proven, failed
    }

    // MARK: Works and questions

    /// Whether no question waits to be begun.
    var hasBegunAll: Bool { lastBegunQuestion == lastQuestion }

    /// Begins a few of the questions that wait for it: wording all of a large request at once would hold up for a tenth of a
    /// second whoever's answers have come.
    private mutating func beginSome(_ instant: LaneInstant, _ actions: inout [LaneAction]) {
        begunNanoseconds = instant.monotonicNanoseconds
        var count = 0
        while lastBegunQuestion < lastQuestion, count < Self.beginCountMax {
            lastBegunQuestion += 1
            // Its work may have been given up.
            guard questions[lastBegunQuestion] != nil else { continue }
            begin(lastBegunQuestion, instant, &actions)
            count += 1
        }
    }

    /// Questions that one event begins: some milliseconds.
    private static let beginCountMax = 32

    /// Asks what a question needs first.
    private mutating func begin(_ identifier: UInt64, _ instant: LaneInstant, _ actions: inout [LaneAction]) {
        guard let question = questions[identifier] else { return }
        guard catalog.tasks.indices.contains(question.asked.task) else {
            return conclude(
                identifier, failing: JudgeFailure(.transport, "the configuration has no such judge task"), &actions)
        }
        switch catalog.tasks[question.asked.task].question {
        case .rubric(let rubric): beginRubric(identifier, rubric, instant, &actions)
        case .preference(let preference): beginPreference(identifier, preference, instant, &actions)
        }
    }

    /// Ends a question with an answer for each of its rollouts, in their order.
    ///
    /// - Parameters:
    ///   - judges: Who was asked; nil stands for all of the task's.
    ///   - findings: What was found of each criterion.
    mutating func conclude(
        _ identifier: UInt64, _ outcomes: [Result<(score: Double, rationale: String), JudgeFailure>],
        judges: [Int]? = nil, findings: [CriterionFinding] = [], _ actions: inout [LaneAction]
    ) {
        // Only the rollouts: the work, held here, would have its answers copied for each that is added.
        guard let question = questions.removeValue(forKey: identifier),
            let rollouts = works[question.ticket]?.work.rollouts
        else { return }
        precondition(outcomes.count == question.asked.rollouts.count, "every rollout of a question gets an answer")
        let tasks = catalog.tasks
        let asked = judges ?? (tasks.indices.contains(question.asked.task) ? tasks[question.asked.task].judges : [])
        let judge = asked.count == 1 ? judgeTitles[asked[0]] : asked.map { judgeTitles[$0] }.joined(separator: ", ")
        for (index, outcome) in zip(question.asked.rollouts, outcomes) {
            var answer = JudgeAnswer(
                row: rollouts[index].row, component: question.asked.component, score: 0, status: .scored,
                rationale: "")
            answer.judge = judge
            answer.findings = findings
            switch outcome {
            case .success(let scored):
                answer.score = scored.score
                answer.rationale = scored.rationale
                if !question.ticket.isShadow { counts.scoredCount += 1 }
                // A completion that failed without a call shows nothing of a rubric.
                if judges?.isEmpty != true { noteShadowed(question, rollouts[index], score: scored.score) }
            case .failure(let failure):
                answer.status = failure.status
                answer.rationale = failure.reason
                if !question.ticket.isShadow { note(failure) }
            }
            works.change(question.ticket) { $0.answers.append(answer) }
        }
        works.change(question.ticket) { $0.openQuestions.remove(identifier) }
        answerIfDone(question.ticket, &actions)
    }

    private mutating func note(_ failure: JudgeFailure) {
        counts.count(failure)
        switch failure.status {
        // What nobody did wrong, or everybody knows.
        case .abstained, .cancelled, .shuttingDown: return
        default: untold = (untold.count + 1, failure.reason)
        }
    }

    /// Ends a question without a score for any of its rollouts.
    mutating func conclude(_ identifier: UInt64, failing failure: JudgeFailure, _ actions: inout [LaneAction]) {
        let count = questions[identifier]?.asked.rollouts.count ?? 0
        conclude(identifier, Array(repeating: .failure(failure), count: count), &actions)
    }

    private mutating func answerIfDone(_ ticket: JudgeTicket, _ actions: inout [LaneAction]) {
        guard let work = works[ticket], work.openQuestions.isEmpty else { return }
        works.removeValue(forKey: ticket)
        if ticket.isCanary { return takeCanary(work, &actions) }
        if ticket.isShadow { return takeShadow(work, &actions) }
        // Questions end in any order; answers have one.
        let answers = work.answers.indices.sorted { left, right in
            let (first, second) = (work.answers[left], work.answers[right])
            return (first.component, first.row) < (second.component, second.row)
        }.map { work.answers[$0] }
        actions.append(
            .answer(
                JudgeWorkAnswer(ticket: ticket, answers: answers, usage: work.usage, pairs: work.pairs),
                work.work.mailbox))
    }

    private mutating func expire(_ instant: LaneInstant, _ actions: inout [LaneAction]) {
        beginOwn(instant, &actions)
        while let ticket = deadlines.popDue(instant.monotonicNanoseconds) {
            giveUp(ticket, JudgeFailure(PoolFailure.deadline), instant, &actions)
        }
        while let earliest = deadlines.earliestTicket, works[earliest] == nil { deadlines.popFirst() }
    }

    /// Ends what is open of a piece of work.
    private mutating func giveUp(
        _ ticket: JudgeTicket, _ failure: JudgeFailure, _ instant: LaneInstant, _ actions: inout [LaneAction]
    ) {
        guard let open = works[ticket]?.openQuestions else { return }
        for identifier in open.sorted() {
            dropCalls(of: identifier, instant, &actions)
            conclude(identifier, failing: failure, &actions)
        }
    }

    private mutating func drop(_ identifier: UInt64, _ instant: LaneInstant, _ actions: inout [LaneAction]) {
        dropCalls(of: identifier, instant, &actions)
        questions.removeValue(forKey: identifier)
    }
}
