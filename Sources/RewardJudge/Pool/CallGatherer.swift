/// Holds calls back for a moment, so that those which can be one request become one, and those which share a prefix follow
/// each other and find it in the server's cache.
///
/// The first call held opens a window; when it closes, everything held is let go, in groups. A group that is full goes at once,
/// and so does everything when a call's deadline lies inside the window, or when too many are held.
package struct CallGatherer: Sendable {
    /// Calls held at once: a generation batch's; more gain nothing by waiting.
    package static let heldCountMax = 4_096

    private let windowNanoseconds: UInt64
    /// What is held, by key, in the order in which the keys came; nil is the key of calls that go by themselves.
    private var batches: [Batch] = []
    private var batchOfKey: [GatheredCall.BatchKey?: Int] = [:]
    /// The key of every call held.
    private var keyOfCall: [UInt64: GatheredCall.BatchKey?] = [:]
    private var closesAt: UInt64?
    private var counts = Statistics()

    private struct Batch {
        var key: GatheredCall.BatchKey?
        var calls: [GatheredCall] = []
    }

    package struct Statistics: Sendable, Equatable {
        package var callCount = 0
        package var requestCount = 0
        /// Calls that came along in another's request.
        package var savedCount: Int { callCount - requestCount }

        package init() {}
    }

    /// - Parameter windowNanoseconds: how long a call is held at most: too short to be noticed beside a judge's latency, and
    ///   long enough for the rest of a request to be read. 0 holds nothing.
    package init(windowNanoseconds: UInt64 = 2_000_000) {
        self.windowNanoseconds = windowNanoseconds
    }

    package var statistics: Statistics { counts }
    package var heldCount: Int { keyOfCall.count }
    /// When `advance` is wanted; nil while nothing is held.
    package var nextTimerNanoseconds: UInt64? { closesAt }

    /// Takes a call. Its identifier is its own among those held.
    package mutating func add(_ call: GatheredCall, now: UInt64, _ groups: inout [CallGroup]) {
        advance(to: now, &groups)
        let former = keyOfCall.updateValue(call.batchKey, forKey: call.identifier)
        precondition(former == nil, "a call is held once")
        let index = batchOfKey[call.batchKey] ?? batches.count
        if index == batches.count {
            batches.append(Batch(key: call.batchKey))
            batchOfKey[call.batchKey] = index
        }
        batches[index].calls.append(call)
        if closesAt == nil { closesAt = now + windowNanoseconds }
        if call.deadlineNanoseconds <= closesAt ?? 0 || windowNanoseconds == 0 || heldCount >= Self.heldCountMax {
            releaseAll(&groups)
        } else if let key = call.batchKey, batches[index].calls.count >= key.countMax {
            release(index, &groups)
            if keyOfCall.isEmpty { reset() }
        }
    }

    /// Lets go what was held for long enough.
    package mutating func advance(to now: UInt64, _ groups: inout [CallGroup]) {
        if let closesAt, closesAt <= now { releaseAll(&groups) }
    }

    /// Forgets a call. Returns whether it was held.
    package mutating func cancel(_ identifier: UInt64) -> Bool {
        guard let key = keyOfCall.removeValue(forKey: identifier) else { return false }
        if let index = batchOfKey[key] { batches[index].calls.removeAll { $0.identifier == identifier } }
        if keyOfCall.isEmpty { reset() }
        return true
    }

    private mutating func releaseAll(_ groups: inout [CallGroup]) {
        for index in batches.indices { release(index, &groups) }
        reset()
    }

    private mutating func release(_ index: Int, _ groups: inout [CallGroup]) {
        let batch = batches[index]
        batches[index].calls = []
        for call in batch.calls { keyOfCall[call.identifier] = nil }
        let identifiers = Self.besideTheirPrefix(batch.calls)
        counts.callCount += identifiers.count
        let size = max(1, batch.key?.countMax ?? 1)
        for start in stride(from: 0, to: identifiers.count, by: size) {
            let end = min(start + size, identifiers.count)
            groups.append(CallGroup(batchKey: batch.key, identifiers: Array(identifiers[start..<end])))
            counts.requestCount += 1
        }
    }

    /// Calls with the same prefix next to each other, where the first of them came.
    private static func besideTheirPrefix(_ calls: [GatheredCall]) -> [UInt64] {
        var placeOfPrefix: [UInt64: Int] = [:]
        var runs: [[UInt64]] = []
        for call in calls {
            if call.prefixHash != 0, let place = placeOfPrefix[call.prefixHash] {
                runs[place].append(call.identifier)
            } else {
                placeOfPrefix[call.prefixHash] = runs.count
                runs.append([call.identifier])
            }
        }
        return runs.flatMap { $0 }
    }

    private mutating func reset() {
        batches = []
        batchOfKey = [:]
        closesAt = nil
    }
}
