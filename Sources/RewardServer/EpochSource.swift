internal import RewardMemory
internal import Synchronization

/// The configuration in force, handed from the control thread to the workers.
package final class EpochSource: Sendable {
    private struct State {
        var epoch: PlanEpoch
        /// Why the latest reload failed; nil when it did not.
        var failure: ByteView?
        /// Keeps the failure's text.
        var texts = OwnedStorage()
    }

    private let state: Mutex<State>

    package init(_ epoch: PlanEpoch) {
        state = Mutex(State(epoch: epoch))
    }

    package var current: PlanEpoch {
        state.withLock { $0.epoch }
    }

    /// Why the latest reload failed; nil when it did not. Valid as long as the server is.
    var failure: ByteView? {
        state.withLock { $0.failure }
    }

    func replace(by epoch: PlanEpoch) {
        state.withLock {
            $0.epoch = epoch
            $0.failure = nil
        }
    }

    func fail(_ message: String) {
        state.withLock {
            // Kept and never freed while workers may read it: a failed reload is rare, and its message short.
            $0.failure = $0.texts.makeText(message.utf8.prefix(Limits.reloadMessageByteCountMax))
        }
    }
}
