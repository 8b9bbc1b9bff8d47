package import RewardJudge
package import RewardKernel
package import RewardMemory
internal import Synchronization

/// One configuration in force: its plans, its hash, and every worker's counters for it.
///
/// A reload makes a new epoch. Each worker takes it up between requests; a batch is scored from first to last row with the
/// epoch it began with, and the old one goes when its last holder has moved on.
@safe
package final class PlanEpoch: @unchecked Sendable {
    package let plans: RewardPlans
    /// Where judged components are asked; nil when the configuration has none.
    package let desk: (any JudgeDesk)?
    package let version: Int
    /// Hex digits over everything that the configuration says.
    package let configurationHash: ByteView
    private let texts = OwnedStorage()
    package let totals: CounterTotals
    /// By reward.
    let replyForms: FixedTable<ReplyForm>
    private let cells: RigidPool<Atomic<UInt64>>

    // Allocates: once per configuration.
    package init(_ loaded: LoadedPlans, version: Int, workerCount: Int) {
        let plans = loaded.plans
        self.plans = plans
        desk = loaded.desk
        self.version = version
        let configurationHash = texts.makeText(loaded.configurationHash.utf8)
        self.configurationHash = configurationHash
        replyForms = texts.makeTable(
            (0..<plans.rewards.count).map { [texts] index in
                ReplyForm(plans.rewards[index], configurationHash: configurationHash, storage: texts)
            })
        cells = RigidPool(capacity: max(1, plans.counterCount * workerCount)) { _ in Atomic(0) }
        totals = unsafe CounterTotals(
            unsafe: UnsafeMutablePointer(mutating: cells.address(0)), counterCount: plans.counterCount,
            workerCount: workerCount)
    }

    deinit {
        cells.destroy()
    }
}

/// The counters of all workers for one configuration; kept alive by its epoch.
@safe
package struct CounterTotals: BitwiseCopyable {
    private let base: UnsafeMutablePointer<Atomic<UInt64>>
    private let counterCount: Int
    private let workerCount: Int

    init(unsafe base: UnsafeMutablePointer<Atomic<UInt64>>, counterCount: Int, workerCount: Int) {
        unsafe self.base = unsafe base
        self.counterCount = counterCount
        self.workerCount = workerCount
    }

    /// The counters of one worker, written by it alone.
    @_noAllocation
    func counters(ofWorker worker: Int) -> CounterBlock {
        precondition(worker >= 0 && worker < workerCount, "a worker is one of the server's")
        return unsafe CounterBlock(unsafe: base + worker &* counterCount, count: counterCount)
    }

    /// A counter summed over all workers.
    @_noAllocation
    package func total(_ counter: Int) -> UInt64 {
        var sum: UInt64 = 0
        for worker in 0..<workerCount { sum &+= counters(ofWorker: worker).load(counter) }
        return sum
    }
}

/// Counters with one writer and any number of readers: plain loads and stores to the processor, never torn.
@safe
package struct CounterBlock: BitwiseCopyable {
    private let base: UnsafeMutablePointer<Atomic<UInt64>>
    private let count: Int

    @_noAllocation
    init(unsafe base: UnsafeMutablePointer<Atomic<UInt64>>, count: Int) {
        unsafe self.base = unsafe base
        self.count = count
    }

    @_noAllocation
    package func add(_ amount: UInt64, to index: Int) {
        precondition(index >= 0 && index < count, "a counter lies inside its block")
        let value = unsafe base[index].load(ordering: .relaxed)
        unsafe base[index].store(value &+ amount, ordering: .relaxed)
    }

    @_noAllocation
    package func load(_ index: Int) -> UInt64 {
        precondition(index >= 0 && index < count, "a counter lies inside its block")
        return unsafe base[index].load(ordering: .relaxed)
    }
}
