internal import RewardJudge
internal import RewardKernel
internal import RewardMemory
internal import RewardWire

/// What a reply tells of its judges' work.
struct ReplyUsage: BitwiseCopyable {
    var callCount = 0
    var cachedCount = 0
    var inputTokenCount = 0
    var outputTokenCount = 0
    var cost: Double = 0

    @_noAllocation init() {}

    // Allocates: never; for the judge lane.
    init(_ usage: JudgeUsage) {
        callCount = usage.callCount
        cachedCount = usage.cachedCount
        inputTokenCount = usage.inputTokenCount
        outputTokenCount = usage.outputTokenCount
        cost = usage.cost.isFinite ? usage.cost : 0
    }

    @_noAllocation
    func write(to writer: inout ReplyWriter) {
        writer.map(5)
        writer.string("judge_calls")
        writer.integer(callCount)
        writer.string("cached")
        writer.integer(cachedCount)
        writer.string("tokens_in")
        writer.integer(inputTokenCount)
        writer.string("tokens_out")
        writer.integer(outputTokenCount)
        writer.string("cost")
        writer.double(cost)
    }
}

/// The reply to a request of one rollout as far as it is known beforehand, made once for each reward of a configuration.
///
/// Such a reply is twenty keys and names around a few numbers. Writing them value by value costs more than everything else
/// that happens to a short completion, so they are copied, and the numbers are filled in.
struct ReplyForm: BitwiseCopyable {
    /// A whole frame: msgid, columns and time are zero.
    let frame: ByteView
    let columns: RigidPool<ColumnOffsets>
    let rewardsOffset: Int
    let statusOffset: Int
    let timeOffset: Int

    // Allocates: once per configuration.
    init(_ plan: RewardPlan, configurationHash: ByteView, storage: OwnedStorage) {
        let columns = RigidPool(capacity: plan.components.count) { _ in ColumnOffsets() }
        storage.onRelease { columns.destroy() }
        self.columns = columns
        var frame = RigidBytes(capacity: ScoreReply.byteCountMax(plan, rolloutCount: 1))
        var writer = unsafe ReplyWriter(unsafe: frame.base, capacity: frame.capacity)
        let head = ScoreReply.writeHead(
            to: &writer, plan, messageIdentifier: 0, rolloutCount: 1, wantsRationales: false, columns: columns)
        rewardsOffset = head.rewardsOffset
        statusOffset = head.statusOffset
        timeOffset = ScoreReply.writeTail(
            to: &writer, ReplyUsage(), configurationHash: configurationHash, degradedGroupCount: 0)
        writer.sealFrame(0)
        precondition(!writer.isOverfull, "a reply fits the bound computed for it")
        frame.setCount(writer.count)
        self.frame = storage.makeText(frame.view.makeArray())
    }
}

/// The parts of a score reply, each written in one place.
enum ScoreReply {
    /// An upper bound of the bytes of a reply without rationales and degraded groups.
    @_noAllocation @inline(__always)
    static func byteCountMax(_ plan: RewardPlan, rolloutCount: Int) -> Int {
        let columnByteCount = rolloutCount &* 9 &+ 16
        var byteCount = 512 &+ columnByteCount
        for component in 0..<plan.components.count {
            byteCount &+= columnByteCount &+ plan.components[component].name.count &+ 32
        }
        return byteCount
    }

    /// Everything up to and including the columns, which are left as zeroed space; where they stand.
    @_noAllocation
    static func writeHead(
        to writer: inout ReplyWriter, _ plan: RewardPlan, messageIdentifier: UInt32, rolloutCount: Int,
        wantsRationales: Bool, columns: RigidPool<ColumnOffsets>
    ) -> (rewardsOffset: Int, statusOffset: Int) {
        _ = writer.beginReply(messageIdentifier)
        writer.map(wantsRationales ? 8 : 7)
        writer.string("rewards")
        let rewardsOffset = writer.binarySpace(rolloutCount &* 8)
        writer.string("status")
        let statusOffset = writer.binarySpace(rolloutCount)
        writer.string("components")
        writer.map(plan.components.count)
        for component in 0..<plan.components.count {
            writer.string(plan.components[component].name)
            writer.map(2)
            writer.string("scores")
            columns[component].scores = writer.binarySpace(rolloutCount &* 8)
            writer.string("status")
            columns[component].status = writer.binarySpace(rolloutCount)
        }
        return (rewardsOffset, statusOffset)
    }

    /// The keys behind the columns and rationales, up to the array of degraded groups, whose elements follow; where the four
    /// bytes of the time stand.
    @_noAllocation
    static func writeTail(
        to writer: inout ReplyWriter, _ usage: ReplyUsage, configurationHash: ByteView, degradedGroupCount: Int
    ) -> Int {
        writer.string("usage")
        usage.write(to: &writer)
        writer.string("timing_us")
        writer.wide(0)
        let timeOffset = writer.count &- 4
        writer.string("config_hash")
        writer.string(configurationHash)
        writer.string("degraded_groups")
        writer.array(degradedGroupCount)
        return timeOffset
    }
}
