/// A call on its way to the pool, as the gatherer sees it.
package struct GatheredCall: Sendable, Equatable {
    package var identifier: UInt64
    /// Calls with the same key can be one request: the same endpoints, rubric and parameters, and an adapter that takes several
    /// prompts at once. Nil for a call that goes by itself.
    package var batchKey: BatchKey?
    /// Tells calls that begin with the same text; 0 is none.
    package var prefixHash: UInt64
    package var deadlineNanoseconds: UInt64

    package init(identifier: UInt64, batchKey: BatchKey?, prefixHash: UInt64, deadlineNanoseconds: UInt64) {
        self.identifier = identifier
        self.batchKey = batchKey
        self.prefixHash = prefixHash
        self.deadlineNanoseconds = deadlineNanoseconds
    }

    /// What tells calls that can be one request, and how many of them can.
    package struct BatchKey: Sendable, Hashable {
        package var hash: UInt64
        /// At least 1.
        package var countMax: Int

        package init(hash: UInt64, countMax: Int) {
            self.hash = hash
            self.countMax = countMax
        }
    }
}
