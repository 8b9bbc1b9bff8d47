import RewardMemory
import RewardStore
import RewardWire

/// A rollout as a test has it, written into the audit log as a worker does it.
struct PlayedRollout {
    var prompt: String? = "What is 2 + 2?"
    var completion: String? = "4"
    var at: Int64 = 0
    var reward = 1.0
    var status: UInt8 = 0
    var components: [Component] = []

    struct Component {
        var name: String
        var score = 1.0
        var status: UInt8 = 0
        /// Nil for a deterministic component.
        var judge: String?
        var verdict: String?
        var rationale: String?
    }
}

extension RewardStore {
    /// Writes the rollouts and waits until they are on disk.
    func play(_ rollouts: [PlayedRollout], reward: String = "r", configurationHash: String = "0") {
        let storage = OwnedStorage()
        func view(_ text: String?) -> ByteView? { text.map { storage.makeText($0.utf8) } }
        for rollout in rollouts {
            let capacity = 1 << 16
            var room = board[0].rings[0].reserve(capacity)
            while room == nil {
                flush()
                room = board[0].rings[0].reserve(capacity)
            }
            guard let room else { continue }
            var writer = AuditRowWriter(unsafe: room, capacity: capacity)
            writer.text(view(configurationHash))
            writer.text(view(reward))
            writer.name(nil)
            writer.name(nil)
            for component in rollout.components {
                writer.component(
                    view(component.name) ?? .empty, score: component.score, status: component.status)
                writer.text(view(component.judge))
                writer.text(view(component.verdict))
                writer.text(view(component.rationale))
            }
            writer.text(view(rollout.prompt))
            writer.text(view(rollout.completion))
            writer.text(nil)
            writer.text(nil)
            var head = AuditHead()
            head.wallClockMicroseconds = rollout.at
            head.reward = rollout.reward
            head.status = rollout.status
            head.componentCount = UInt8(rollout.components.count)
            head.completionByteCount = UInt32(rollout.completion?.utf8.count ?? 0)
            board[0].rings[0].commit(writer.finish(head))
            board[0].wakeIfSleeping()
        }
        flush()
        withExtendedLifetime(storage) {}
    }
}
