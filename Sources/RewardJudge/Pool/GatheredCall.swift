/// A call on its way to the pool, as the gatherer sees it.
package struct GatheredCall: Sendable, Equatable {
    package var identifier: UInt64
    /// Calls with the same key can be one request: the same endpoints, rubric and parameters, and an adapter that takes several
    /// prompts at once. Nil for a call that goes by itself.
    package var batchKey: UInt64?
    /// Tells calls that begin with the same text; 0 is none.
    package var prefixHash: UInt64
    package var deadlineNanoseconds: UInt64

    package init(identifier: UInt64, batchKey: UInt64?, prefixHash: UInt64, deadlineNanoseconds: UInt64) {
        self.identifier = identifier
        self.batchKey = batchKey
        self.prefixHash = prefixHash
        self.deadlineNanoseconds = deadlineNanoseconds
    }
}
