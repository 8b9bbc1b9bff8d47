internal import RewardJudge
internal import RewardKernel
internal import RewardMemory
internal import RewardWire

/// A request whose deterministic part is done and whose judges have not answered: everything that its reply still needs,
/// so that its connection, its frame's buffer and the worker are free meanwhile.
// Allocates: the judge lane; bounded by `Limits.parkedRequestCountMax` and by the bytes charged to the server.
@safe
final class ParkedRequest {
    let ticket: JudgeTicket
    let slot: Int
    let generation: UInt32
    let messageIdentifier: UInt32
    /// Keeps the plans that the rows were scored by, whatever is loaded meanwhile.
    let epoch: PlanEpoch
    let rewardIndex: Int
    /// The request's body, read a second time when the reply is finished; its rollouts' completions lie there meanwhile.
    let body: RequestBytes
    /// The reply up to and including its columns; what follows is written behind.
    let reply: UnsafeMutablePointer<UInt8>
    let replyCapacity: Int
    let replyCount: Int
    let rewardsOffset: Int
    let statusOffset: Int
    let columns: [ColumnOffsets]
    let arrivalNanoseconds: UInt64
    let deadlineNanoseconds: UInt64
    /// Rows that wait for judges.
    let pendingCount: Int
    /// What the deterministic components had to say, a list of rows for each component; empty when nobody asked.
    var rationales: [[String?]] = []
    /// Bytes charged to the server's budget.
    let chargedByteCount: Int

    init(_ task: BatchTask, ticket: JudgeTicket, origin: ParkedOrigin, pendingCount: Int) {
        self.ticket = ticket
        slot = origin.slot
        generation = origin.generation
        epoch = origin.epoch
        rewardIndex = origin.rewardIndex
        chargedByteCount = origin.chargedByteCount
        messageIdentifier = task.messageIdentifier
        body = RequestBytes(task.request.message.body.makeArray())
        unsafe reply = .allocate(capacity: task.replyCapacity)
        unsafe reply.initialize(from: task.reply, count: task.replyCount)
        replyCapacity = task.replyCapacity
        replyCount = task.replyCount
        rewardsOffset = task.rewardsOffset
        statusOffset = task.statusOffset
        let tables = task.tables
        columns = (0..<task.plan.components.count).map { tables.columns[$0] }
        arrivalNanoseconds = task.arrivalNanoseconds
        deadlineNanoseconds = task.deadlineNanoseconds
        self.pendingCount = pendingCount
    }

    deinit {
        unsafe reply.deallocate()
    }
}

/// Where a parked request came from.
struct ParkedOrigin {
    let slot: Int
    let generation: UInt32
    let epoch: PlanEpoch
    let rewardIndex: Int
    let chargedByteCount: Int
}
