/// Calls that make one request.
package struct CallGroup: Sendable, Equatable {
    /// Nil for a call that goes by itself.
    package var batchKey: GatheredCall.BatchKey?
    /// At least one, those with the same prefix next to each other.
    package var identifiers: [UInt64]
}
