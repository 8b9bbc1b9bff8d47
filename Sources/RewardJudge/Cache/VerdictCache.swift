/// Verdicts that were given before, and the callers that wait for one being given now: equal questions asked side by side make
/// one call.
///
/// A caller looks a key up under an identifier of its own. `leads` obliges it to end the flight with `fill`, `fail` or `leave`;
/// `joins` to wait until one of these names it, or to `leave`. Only verdicts that are complete are kept. Every step is O(1) in
/// the verdicts and O(n) at most in the callers that wait for the key; the least recently used verdict makes room.
package struct VerdictCache<Value: Sendable>: Sendable {
    package let limits: CacheLimits
    private var nodes: [Node] = []
    private var free: [Int] = []
    private var nodeOfKey: [CacheKey: Int] = [:]
    /// Most and least recently used; -1 for none.
    private var newest = -1
    private var oldest = -1
    private var byteCount = 0
    private var flights: [CacheKey: Flight] = [:]
    private var counts = CacheStatistics()

    private struct Node {
        var key: CacheKey
        var value: Value?
        var byteCount: Int
        var storedAt: UInt64
        var newer: Int
        var older: Int
    }

    private struct Flight {
        var leader: UInt64
        /// In the order in which they came.
        var waiters: [UInt64] = []
    }

    package enum Answer {
        case hit(Value)
        /// The caller asks, and others wait for it.
        case leads
        /// Somebody else is asking.
        case joins
        /// The caller asks for itself; nothing is shared or kept, and there is no flight to end.
        case asksAlone
    }

    package init(limits: CacheLimits = CacheLimits()) {
        self.limits = limits
    }

    /// - Parameters:
    ///   - caller: its own identifier, told by `fill`, `fail` and `leave`.
    ///   - bypasses: the caller wants a verdict of its own: repeats that measure a judge's consistency, and canaries.
    package mutating func lookup(
        _ key: CacheKey, caller: UInt64, bypasses: Bool = false, now: UInt64
    ) -> Answer {
        if bypasses {
            counts.bypassCount += 1
            return .asksAlone
        }
        if let value = fresh(key, now: now) {
            counts.hitCount += 1
            return .hit(value)
        }
        if let flight = flights[key] {
            guard flight.waiters.count < limits.waiterCountMax else {
                counts.bypassCount += 1
                return .asksAlone
            }
            flights[key]?.waiters.append(caller)
            counts.joinCount += 1
            return .joins
        }
        guard flights.count < limits.flightCountMax else {
            counts.bypassCount += 1
            return .asksAlone
        }
        flights[key] = Flight(leader: caller)
        counts.missCount += 1
        return .leads
    }

    /// Ends a flight with a verdict. Returns the callers that waited for it, in the order in which they came.
    ///
    /// - Parameters:
    ///   - byteCount: what the verdict takes, its rationale included. One larger than the whole cache is not kept.
    ///   - isComplete: whether the verdict is kept for later, too. One that lacks a part serves those that wait, since their
    ///     own call would be the same, but not whoever comes later.
    package mutating func fill(
        _ key: CacheKey, _ value: Value, byteCount: Int, isComplete: Bool = true, now: UInt64
    ) -> [UInt64] {
        let waiters = flights.removeValue(forKey: key)?.waiters ?? []
        if isComplete, store(key, value, byteCount: max(0, byteCount), storedAt: now) { counts.storeCount += 1 }
        return waiters
    }

    /// Takes a verdict that was given by an earlier process, so long ago. One that is too old by now is not kept.
    package mutating func restore(
        _ key: CacheKey, _ value: Value, byteCount: Int, ageNanoseconds: UInt64, now: UInt64
    ) {
        guard ageNanoseconds < limits.lifeNanoseconds else { return }
        // May lie before the clock's beginning, which is the machine's; ages are differences that wrap around.
        if store(key, value, byteCount: max(0, byteCount), storedAt: now &- ageNanoseconds) {
            counts.restoredCount += 1
        }
    }

    /// Ends a flight with a failure. Returns the callers that waited, who share it; the next to look the key up leads.
    package mutating func fail(_ key: CacheKey) -> [UInt64] {
        flights.removeValue(forKey: key)?.waiters ?? []
    }

    /// A caller no longer wants the verdict: it was cancelled or its deadline came, which says nothing of the verdict. Returns
    /// the caller that leads now instead, having waited longest; nil when nobody needs to.
    package mutating func leave(_ key: CacheKey, caller: UInt64) -> UInt64? {
        guard let flight = flights[key] else { return nil }
        guard flight.leader == caller else {
            if let index = flight.waiters.firstIndex(of: caller) { flights[key]?.waiters.remove(at: index) }
            return nil
        }
        guard let next = flight.waiters.first else {
            flights[key] = nil
            return nil
        }
        flights[key] = Flight(leader: next, waiters: Array(flight.waiters.dropFirst()))
        return next
    }

    /// Forgets every verdict; flights go on.
    package mutating func removeAll() {
        nodes = []
        free = []
        nodeOfKey = [:]
        newest = -1
        oldest = -1
        byteCount = 0
    }

    package var statistics: CacheStatistics {
        var statistics = counts
        statistics.entryCount = nodeOfKey.count
        statistics.byteCount = byteCount
        statistics.flightCount = flights.count
        return statistics
    }

    // MARK: The list of entries

    private mutating func fresh(_ key: CacheKey, now: UInt64) -> Value? {
        guard let index = nodeOfKey[key] else { return nil }
        guard Int64(bitPattern: now &- nodes[index].storedAt) < Int64(clamping: limits.lifeNanoseconds) else {
            counts.expiryCount += 1
            remove(index)
            return nil
        }
        unlink(index)
        link(index)
        return nodes[index].value
    }

    /// False for a verdict that is larger than the whole cache.
    private mutating func store(_ key: CacheKey, _ value: Value, byteCount added: Int, storedAt: UInt64) -> Bool {
        if let former = nodeOfKey[key] { remove(former) }
        guard added <= limits.byteCountMax, limits.entryCountMax > 0 else { return false }
        while nodeOfKey.count >= limits.entryCountMax || byteCount > limits.byteCountMax - added {
            counts.evictionCount += 1
            remove(oldest)
        }
        let node = Node(key: key, value: value, byteCount: added, storedAt: storedAt, newer: -1, older: -1)
        let index = free.popLast() ?? nodes.count
        if index == nodes.count {
            nodes.append(node)
        } else {
            nodes[index] = node
        }
        nodeOfKey[key] = index
        byteCount += added
        link(index)
        return true
    }

    private mutating func remove(_ index: Int) {
        unlink(index)
        nodeOfKey[nodes[index].key] = nil
        byteCount -= nodes[index].byteCount
        nodes[index].value = nil
        free.append(index)
    }

    private mutating func link(_ index: Int) {
        nodes[index].newer = -1
        nodes[index].older = newest
        if newest >= 0 { nodes[newest].newer = index }
        newest = index
        if oldest < 0 { oldest = index }
    }

    private mutating func unlink(_ index: Int) {
        let (newer, older) = (nodes[index].newer, nodes[index].older)
        if newer >= 0 { nodes[newer].older = older } else { newest = older }
        if older >= 0 { nodes[older].newer = newer } else { oldest = newer }
    }
}
