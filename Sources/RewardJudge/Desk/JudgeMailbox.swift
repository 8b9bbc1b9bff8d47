internal import Synchronization

/// Where a worker of the server finds the answers of the judge lane. Bounded by the work that was taken.
package final class JudgeMailbox: Sendable {
    private struct State {
        var answers: [JudgeWorkAnswer] = []
        var isClosed = false
    }

    private let state = Mutex(State())
    /// Read without the lock: a worker looks at every turn of its loop.
    private let waitingCount = Atomic<Int>(0)
    private let onArrival: @Sendable () -> Void

    /// - Parameter onArrival: Wakes the owner; called on the judge thread.
    package init(onArrival: @escaping @Sendable () -> Void) {
        self.onArrival = onArrival
    }

    package func put(_ answer: JudgeWorkAnswer) {
        state.withLock { state in
            guard !state.isClosed else { return }
            state.answers.append(answer)
            waitingCount.add(1, ordering: .releasing)
            onArrival()
        }
    }

    /// The owner goes: what arrives from now on is dropped, and nobody is woken.
    package func close() {
        state.withLock { $0.isClosed = true }
    }

    /// Whether something is there; costs one load.
    package var isEmpty: Bool {
        waitingCount.load(ordering: .acquiring) == 0
    }

    /// Everything that has arrived, in the order of its arrival.
    package func takeAll() -> [JudgeWorkAnswer] {
        let taken = state.withLock { state in
            let taken = state.answers
            state.answers = []
            return taken
        }
        waitingCount.subtract(taken.count, ordering: .relaxed)
        return taken
    }
}
