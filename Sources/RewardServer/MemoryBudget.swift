internal import RewardKernel
internal import RewardMemory
internal import RewardWire

/// The most memory that the sidecar can come to use, as a sum over its limits; printed on the ready line.
///
/// Address space is reserved far beyond it; this counts pages that can be touched at the same time. The libraries' own
/// tables (language models, pattern databases) are part of `planByteCount` only as far as they report their size.
package struct MemoryBudget: Sendable {
    /// Tokens of two messages (16 bytes each), their prompt indices, and the group table, a worker.
    package let workerByteCount: Int
    /// What each connection keeps for small frames and their replies, and what all keep between large frames.
    package let connectionByteCount: Int
    /// Large frames and replies in flight.
    package let inFlightByteCount: Int
    package let planByteCount: Int
    package let total: Int

    init(workerCount: Int, planByteCount: Int) {
        let tapes = 2 * (Limits.tokenCountMax * 16 + Limits.rolloutCountMax * 4)
        let groups = Limits.rolloutCountMax * 2 * MemoryLayout<GroupTable.Entry>.stride
        let scratch = KernelScratch.byteCountMax
        workerByteCount = workerCount * (tapes + groups + scratch)
        connectionByteCount =
            Limits.connectionCountMax * (Limits.bufferByteCountKept * 2 + Limits.replyBacklogByteCountMax)
            + Limits.keptByteCountMax
        inFlightByteCount = Limits.byteCountInFlightMax
        self.planByteCount = planByteCount
        total = workerByteCount + connectionByteCount + inFlightByteCount + planByteCount
    }
}
