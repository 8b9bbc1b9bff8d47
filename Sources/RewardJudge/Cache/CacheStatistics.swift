/// What a verdict cache did since it was made, and what it holds.
package struct CacheStatistics: Sendable, Equatable {
    package var hitCount = 0
    /// Callers that had to ask for a verdict.
    package var missCount = 0
    /// Callers that waited for what another was asking for already.
    package var joinCount = 0
    /// Callers that asked for themselves, because they wanted to or because too many were waiting.
    package var bypassCount = 0
    package var storeCount = 0
    /// Verdicts of earlier processes.
    package var restoredCount = 0
    /// Verdicts that made room for newer ones.
    package var evictionCount = 0
    /// Verdicts that had grown too old.
    package var expiryCount = 0
    package var entryCount = 0
    package var byteCount = 0
    package var flightCount = 0

    package init() {}
}
