/// Keeps verdicts beyond the process, for a cache that begins with them. Implemented by the store.
package protocol VerdictJournal: AnyObject, Sendable {
    /// What the lane's nonces are made with. The same for as long as the journal lasts: prompts, and with them the keys of the
    /// cache, would differ from one process to the next otherwise. Unknown to whoever writes completions.
    var nonceSeed: UInt64 { get }
    /// The latest verdicts that are not too old, the oldest of them first. From now on the journal keeps as many for as long.
    func load(_ limits: CacheLimits) -> [KeptVerdict]
    /// Takes a verdict from any thread, and never waits: one that the journal has no room for is not kept.
    func keep(_ verdict: KeptVerdict)
}

/// A verdict as the cache holds it: the answers to one call.
package struct KeptVerdict: Sendable, Equatable {
    package var key: CacheKey
    package var verdicts: [ParsedVerdict]
    /// When it was given, since 1970.
    package var wallClockMicroseconds: Int64

    package init(key: CacheKey, verdicts: [ParsedVerdict], wallClockMicroseconds: Int64) {
        self.key = key
        self.verdicts = verdicts
        self.wallClockMicroseconds = wallClockMicroseconds
    }

    /// What it counts for in the cache: an answer with its reasons has a few hundred bytes.
    package var byteCount: Int { 256 + verdicts.count * 512 }
}
