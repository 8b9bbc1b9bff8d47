internal import CLinux
internal import Glibc
internal import RewardJudge
internal import RewardMemory

/// The judge thread: carries the lane's requests, tells it what comes of them, and delivers its answers.
final class JudgeThread {
    private var lane: JudgeLane
    private let driver: HTTPDriver
    private let inbox: JudgeInbox
    private let journal: (any VerdictJournal)?
    private let takeShadow: @Sendable (ShadowVerdict) -> Void
    private let notify: @Sendable (LaneNotice) -> Void
    private var completions: [HTTPCompletion] = []
    /// How many of them the lane has been told of.
    private var takenCount = 0
    private var probes = EndpointProbes([], indices: [])
    /// When `stats` was last renewed.
    private var publishedNanoseconds: UInt64 = 0
    /// Whether anything has happened since.
    private var hasNews = false

    /// Counters that `stats` shows are at most that old.
    private static let publishNanoseconds: UInt64 = 20_000_000

    private init(
        catalog: JudgeCatalog, driver: HTTPDriver, inbox: JudgeInbox, journal: (any VerdictJournal)?,
        takeShadow: @escaping @Sendable (ShadowVerdict) -> Void, notify: @escaping @Sendable (LaneNotice) -> Void
    ) {
        self.journal = journal
        self.takeShadow = takeShadow
        self.notify = notify
        lane = JudgeLane(
            catalog: catalog, nonceSeed: journal?.nonceSeed ?? UInt64.random(in: 0...UInt64.max),
            seed: UInt64.random(in: 0...UInt64.max))
        // All at once, before the first question: the cache in memory has room for as many as the journal keeps, and a look-up
        // on disk for each miss would make the lane wait, or a second kind of waiting for it.
        if let journal, let cache = lane.cacheLimits { lane.restore(journal.load(cache), Self.now) }
        self.driver = driver
        self.inbox = inbox
    }

    /// A running thread.
    struct Handle: Sendable {
        fileprivate let identifier: UInt64

        /// Waits until it has ended.
        func join() {
            plaudit_thread_join(identifier)
        }
    }

    static func start(
        catalog: JudgeCatalog, driver: HTTPDriver, inbox: JudgeInbox, journal: (any VerdictJournal)?,
        takeShadow: @escaping @Sendable (ShadowVerdict) -> Void, notify: @escaping @Sendable (LaneNotice) -> Void
    ) throws(HTTPDriverError) -> Handle {
        let thread = JudgeThread(
            catalog: catalog, driver: driver, inbox: inbox, journal: journal, takeShadow: takeShadow, notify: notify)
        // Before anybody can ask.
        thread.lane.statistics.publish(to: inbox)
        let box = Unmanaged.passRetained(thread)
        var identifier: UInt64 = 0
        let outcome = plaudit_thread_start(
            "judges",
            { context in
                guard let context else { return }
                Unmanaged<JudgeThread>.fromOpaque(context).takeRetainedValue().run()
            }, box.toOpaque(), &identifier)
        guard outcome == 0 else {
            box.release()
            throw .noDescriptors
        }
        return Handle(identifier: identifier)
    }

    private func run() {
        beginProbes()
        while let messages = inbox.takeAll() {
            if !messages.isEmpty { hasNews = true }
            for message in messages {
                var actions: [LaneAction] = []
                switch message {
                case .work(let work): submit(work, Self.now, &actions)
                case .cancel(let ticket): lane.cancel(ticket, Self.now, &actions)
                case .shutDown: lane.shutDown(Self.now, &actions)
                }
                perform(actions)
            }
            publishIfDue()
            let isBehind = takenCount < completions.count
            let timer = lane.nextTimerNanoseconds
            _ = driver.wait(untilNanoseconds: isBehind ? 0 : wakeTime(timer), into: &completions)
            if !completions.isEmpty { hasNews = true }
            takeCompletions()
            let now = Self.now
            if let timer, timer <= now.monotonicNanoseconds { hasNews = true }
            var actions: [LaneAction] = []
            lane.advance(now, &actions)
            perform(actions)
        }
    }

    /// Tells the lane some of what has ended. When hundreds end at once, the calls that take their places leave while the rest is
    /// being read.
    private func takeCompletions() {
        var actions: [LaneAction] = []
        for completion in completions[takenCount...].prefix(Self.completionCountMax) {
            let arrival: LaneArrival =
                switch completion.outcome {
                case .response(let response): .response(response)
                case .failure(let failure): .failure(failure.providerFailure)
                }
            if let endpoint = Self.endpoint(ofProbe: completion.identifier) {
                take(probes.ended(endpoint, arrival, wallClockSeconds: Self.now.wallClockSeconds))
            } else {
                lane.ended(completion.identifier, arrival, Self.now, &actions)
            }
        }
        takenCount = min(takenCount + Self.completionCountMax, completions.count)
        if takenCount == completions.count {
            completions.removeAll(keepingCapacity: true)
            takenCount = 0
        }
        perform(actions)
    }

    /// What the lane is told of between two looks at the sockets: a few milliseconds.
    private static let completionCountMax = 32

    // MARK: Probes

    /// Finds out what the endpoints can do, beside the first calls: until then they are taken to do what their API promises.
    private func beginProbes() {
        let unprobed = lane.unprobedEndpoints
        probes = EndpointProbes(unprobed.endpoints, indices: unprobed.indices)
        take(probes.begin(wallClockSeconds: Self.now.wallClockSeconds))
    }

    private func take(_ step: (questions: [EndpointProbes.Question], outcomes: [EndpointProbes.Outcome])) {
        for question in step.questions {
            driver.start(
                UInt64.max - UInt64(question.endpoint), question.request,
                timeoutNanoseconds: Self.probeTimeoutNanoseconds)
        }
        // A probe that failed leaves what was presumed, until a call succeeds: the calls themselves show what is wrong.
        for outcome in step.outcomes {
            switch outcome.result {
            case .success(let capabilities): lane.setCapabilities(capabilities, ofEndpoint: outcome.endpoint)
            case .failure: lane.probeFailed(ofEndpoint: outcome.endpoint)
            }
        }
    }

    /// Servers compile grammars and load models on their first call.
    private static let probeTimeoutNanoseconds: UInt64 = 60_000_000_000

    /// Probes count down from the largest identifier, which no attempt reaches.
    private static func endpoint(ofProbe identifier: UInt64) -> Int? {
        let index = UInt64.max - identifier
        return index < UInt64(JudgePool.endpointCountMax) ? Int(index) : nil
    }

    private func submit(_ work: JudgeWork, _ instant: LaneInstant, _ actions: inout [LaneAction]) {
        guard !lane.submit(work, instant, &actions) else { return }
        // The desk took it, so it must be answered.
        let failure = JudgeFailure(PoolFailure.queueFull)
        let answers = work.questions.flatMap { question in
            question.rollouts.map { index in
                JudgeAnswer(
                    row: work.rollouts[index].row, component: question.component, score: 0, status: failure.status,
                    rationale: failure.reason)
            }
        }
        actions.append(
            .answer(JudgeWorkAnswer(ticket: work.ticket, answers: answers, usage: JudgeUsage()), work.mailbox))
    }

    private func perform(_ actions: [LaneAction]) {
        for action in actions {
            switch action {
            case .send(let attempt, let request, let timeoutNanoseconds):
                driver.start(attempt, request, timeoutNanoseconds: timeoutNanoseconds)
            case .abort(let attempt): driver.abort(attempt)
            case .answer(let answer, let mailbox): mailbox.put(answer)
            case .keep(let verdict): journal?.keep(verdict)
            case .shadow(let verdict): takeShadow(verdict)
            case .notice(let notice): notify(notice)
            case .probe(let endpoint):
                take(probes.begin(again: endpoint, wallClockSeconds: Self.now.wallClockSeconds))
            }
        }
    }

    /// Until when to wait: the lane's next timer, or sooner while counters have changed that nobody was told. A thread that only
    /// waits for replies sleeps.
    private func wakeTime(_ timer: UInt64?) -> UInt64? {
        guard hasNews else { return timer }
        let due = publishedNanoseconds + Self.publishNanoseconds
        return min(timer ?? due, due)
    }

    private func publishIfDue() {
        guard hasNews else { return }
        let now = MonotonicClock.nanoseconds
        guard now - publishedNanoseconds >= Self.publishNanoseconds else { return }
        lane.statistics.publish(to: inbox)
        publishedNanoseconds = now
        hasNews = false
    }

    private static var now: LaneInstant {
        LaneInstant(monotonicNanoseconds: MonotonicClock.nanoseconds, wallClockSeconds: Int64(time(nil)))
    }
}

extension JudgeStatistics {
    fileprivate func publish(to inbox: JudgeInbox) {
        inbox.publish(self)
    }
}
