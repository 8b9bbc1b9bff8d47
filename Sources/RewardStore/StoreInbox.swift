import Dispatch
import GRDB
import RewardJudge
import RewardMemory
import RewardWire
import Synchronization

/// What other threads tell the store's thread, beside the rows of the audit log.
final class StoreInbox: Sendable {
    enum Message: Sendable {
        case keep(KeptVerdict)
        /// Done between two transactions, behind everything that was told before.
        case perform(@Sendable (Database) -> Void)
    }

    private struct State {
        var messages: [Message] = []
        var isClosed = false
        var verdictLimits: CacheLimits?
        var isTidyingWanted = false
    }

    private let state = Mutex(State())

    /// False when so many wait already, or the store is closed.
    func put(_ message: Message) -> Bool {
        state.withLock { state in
            guard !state.isClosed, state.messages.count < Limits.storeMessageCountMax else { return false }
            state.messages.append(message)
            return true
        }
    }

    /// Takes nothing more; what is there is still done.
    func close() {
        state.withLock { $0.isClosed = true }
    }

    var isClosed: Bool { state.withLock { $0.isClosed } }

    /// How many verdicts are kept for how long; nil as long as no cache has asked for them.
    var verdictLimits: CacheLimits? { state.withLock { $0.verdictLimits } }

    func setVerdictLimits(_ limits: CacheLimits) {
        state.withLock { $0.verdictLimits = limits }
    }

    func askForTidying() {
        state.withLock { $0.isTidyingWanted = true }
    }

    func takeTidyingWish() -> Bool {
        state.withLock { state in
            defer { state.isTidyingWanted = false }
            return state.isTidyingWanted
        }
    }

    var isEmpty: Bool { state.withLock { $0.messages.isEmpty } }

    func takeAll() -> [Message] {
        state.withLock { state in
            let messages = state.messages
            state.messages = []
            return messages
        }
    }
}

/// Carries what was found on the store's thread to the one that asked.
final class StoreReply<Outcome: Sendable>: Sendable {
    private let outcome = Mutex<Result<Outcome, any Error>?>(nil)
    private let semaphore = DispatchSemaphore(value: 0)

    func put(_ result: Result<Outcome, any Error>) {
        outcome.withLock { $0 = result }
        semaphore.signal()
    }

    func wait() throws -> Outcome {
        semaphore.wait()
        guard let result = outcome.withLock({ $0 }) else { preconditionFailure("a reply is put before it is told") }
        return try result.get()
    }
}
