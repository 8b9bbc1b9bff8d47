/// Limits that a configuration may tighten below what `Limits` allows at most.
public struct RequestLimits: Sendable, Equatable, BitwiseCopyable {
    public var frameByteCount: Int
    public var completionByteCount: Int
    public var rolloutCount: Int
    public var connectionCount: Int

    /// The widest limits.
    @_noAllocation
    public init() {
        frameByteCount = Limits.frameByteCountMax
        completionByteCount = Limits.completionByteCountMax
        rolloutCount = Limits.rolloutCountMax
        connectionCount = Limits.connectionCountMax
    }
}
