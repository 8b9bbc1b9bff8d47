internal import CLinux
package import RewardJudge
internal import RewardMemory
internal import Synchronization

/// The judge lane at work: one thread that waits for sockets, and a `JudgeLane` that decides.
///
/// Work comes in from any thread over a bounded queue. The thread ends when the last reference to the service is gone.
package final class JudgeService: JudgeDesk {
    package let deadlineMilliseconds: UInt64
    private let inbox: JudgeInbox
    private let thread: JudgeThread.Handle

    /// - Parameters:
    ///   - journal: Verdicts of earlier processes, which the cache begins with; new ones go there.
    ///   - takeShadow: Called on the judge thread with what second rubrics found.
    ///   - notify: Called on the judge thread with what is for the log.
    /// - Throws: `HTTPDriverError` when the library or the descriptors cannot be had.
    package init(
        catalog: JudgeCatalog, settings: HTTPDriverSettings = HTTPDriverSettings(),
        journal: (any VerdictJournal)? = nil, takeShadow: @escaping @Sendable (ShadowVerdict) -> Void = { _ in },
        notify: @escaping @Sendable (LaneNotice) -> Void = { _ in }
    ) throws(HTTPDriverError) {
        let driver = try HTTPDriver(settings: settings)
        deadlineMilliseconds = catalog.lane.deadlineMilliseconds
        inbox = JudgeInbox(waker: driver.waker, workCountMax: Self.workCountMax)
        thread = try JudgeThread.start(
            catalog: catalog, driver: driver, inbox: inbox, journal: journal, takeShadow: takeShadow, notify: notify)
    }

    /// Pieces of work that wait to be taken up: the thread takes them up at every turn, so that more than a burst of all workers
    /// means that it is stuck.
    private static let workCountMax = 65_536

    deinit {
        inbox.end()
        thread.join()
    }

    package func submit(_ work: JudgeWork) -> Bool { inbox.put(.work(work)) }

    package func cancel(_ ticket: JudgeTicket) { _ = inbox.put(.cancel(ticket)) }

    package func shutDown() { _ = inbox.put(.shutDown) }

    package var statistics: JudgeStatistics { inbox.statistics }
}

/// What other threads tell the judge thread.
final class JudgeInbox: Sendable {
    enum Message: Sendable {
        case work(JudgeWork)
        case cancel(JudgeTicket)
        case shutDown
    }

    private struct State {
        var messages: [Message] = []
        var statistics = JudgeStatistics()
        var hasEnded = false
    }

    private let state = Mutex(State())
    private let waker: HTTPWaker
    private let workCountMax: Int

    init(waker: HTTPWaker, workCountMax: Int) {
        self.waker = waker
        self.workCountMax = workCountMax
    }

    /// False when the queue is full; what takes work away is always taken.
    func put(_ message: Message) -> Bool {
        let isTaken = state.withLock { state in
            if case .work = message, state.messages.count >= workCountMax || state.hasEnded { return false }
            state.messages.append(message)
            return true
        }
        if isTaken { waker.wake() }
        return isTaken
    }

    func end() {
        state.withLock { $0.hasEnded = true }
        waker.wake()
    }

    /// Everything that was put since the last time; nil when the service is gone.
    func takeAll() -> [Message]? {
        state.withLock { state in
            guard !state.hasEnded else { return nil }
            let messages = state.messages
            state.messages = []
            return messages
        }
    }

    var statistics: JudgeStatistics { state.withLock { $0.statistics } }

    func publish(_ statistics: JudgeStatistics) {
        state.withLock { $0.statistics = statistics }
    }
}
