/// What a component saw, in numbers: enough to render its rationale later without looking twice.
///
/// The meaning of `code`, `first`, `second` and the span is each component's own; its `explain` turns them into a sentence.
package struct Finding: BitwiseCopyable {
    package var code: UInt8
    package var first: Double
    package var second: Double
    /// Bytes of the completion that the finding is about; an empty span when there are none.
    package var spanStart: UInt32
    package var spanCount: UInt32

    @_noAllocation @inlinable
    package init(_ code: UInt8 = 0, first: Double = 0, second: Double = 0, spanStart: Int = 0, spanCount: Int = 0) {
        self.code = code
        self.first = first
        self.second = second
        self.spanStart = UInt32(truncatingIfNeeded: spanStart)
        self.spanCount = UInt32(truncatingIfNeeded: spanCount)
    }
}

/// A component's answer for one rollout. `score` means something only when `status` is `.scored`, and is finite then.
package struct ComponentOutcome: BitwiseCopyable {
    package var score: Double
    package var status: Status
    package var finding: Finding

    @_noAllocation @inlinable
    package init(score: Double, finding: Finding = Finding()) {
        self.score = score
        self.status = .scored
        self.finding = finding
    }

    /// No score, and why.
    @_noAllocation @inlinable
    package init(without status: Status, finding: Finding = Finding()) {
        self.score = 0
        self.status = status
        self.finding = finding
    }
}
