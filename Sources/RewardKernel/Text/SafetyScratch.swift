internal import CVectorscan
internal import RewardMemory

/// A compiled pattern set of Vectorscan, kept alive by the plan's storage.
@safe
package struct PatternSet: BitwiseCopyable {
    let handle: OpaquePointer

    @_noAllocation
    init(unsafe handle: OpaquePointer) {
        unsafe self.handle = unsafe handle
    }
}

/// What the safety filters of one worker work in: the folded text, the matches of a scan, and the libraries' own
/// memory.
@safe
package struct SafetyScratch: ~Copyable {
    package struct Requirements {
        /// Whether any reward has a safety filter.
        var isNeeded = false
        /// Sets that will be scanned with; alive until the scratch is made.
        var sets: [PatternSet] = []

        // Allocates: gathers sets while a configuration is compiled.
        package init() {}
    }

    /// Room for the folded completion.
    package var folded: FoldBuffer
    var marks = WordMarks()
    /// Matches of the last scan: end offset in the upper half, id in the lower.
    private let matches: UnsafeMutablePointer<UInt64>
    private let matchCountMax = Limits.safetyMatchCountMax
    package private(set) var matchCount = 0
    private let scan: OpaquePointer?

    // Allocates: once per worker and configuration.
    package init(_ requirements: Requirements) throws(PlanError) {
        let textCount = requirements.isNeeded ? Limits.completionByteCountMax : 0
        let folded = try FoldBuffer(reserving: TextFold.byteCountMax(folding: textCount))
        var scan: OpaquePointer?
        for set in requirements.sets {
            guard unsafe plaudit_scan_scratch_prepare(&scan, set.handle) == 0 else {
                unsafe plaudit_scan_scratch_free(scan)
                throw PlanError(key: [], "there is no memory for the safety filter's scratch")
            }
        }
        self.folded = folded
        unsafe self.scan = unsafe scan
        unsafe matches = .allocate(capacity: Limits.safetyMatchCountMax)
        unsafe matches.initialize(repeating: 0, count: Limits.safetyMatchCountMax)
    }

    deinit {
        unsafe matches.deallocate()
        unsafe plaudit_scan_scratch_free(scan)
    }

    package subscript(match index: Int) -> UInt64 {
        @_noAllocation get {
            precondition(
                UInt(bitPattern: index) < UInt(bitPattern: matchCount), "a match index lies inside the matches")
            return unsafe matches[index]
        }
    }

    /// Adds a match beside those of the scan.
    @_noAllocation
    mutating func append(match: UInt64) {
        precondition(matchCount < matchCountMax, "a match list holds every pattern")
        unsafe matches[matchCount] = match
        matchCount &+= 1
    }

    /// Forgets where the matches end and keeps their ids.
    @_noAllocation
    mutating func keepMatchIdentifiers() {
        for index in 0..<matchCount { unsafe matches[index] &= 0xFFFF_FFFF }
    }

    @_noAllocation
    mutating func removeAllMatches() {
        matchCount = 0
    }

    /// Collects the matches of `set` in `text`; false when they are more than there is room for.
    @_noAllocation
    mutating func scan(_ text: ByteView, for set: PatternSet) -> Bool {
        guard let scan = unsafe scan else { preconditionFailure("a set that is scanned was named in the requirements") }
        let count = unsafe plaudit_scan(set.handle, scan, text.base, text.count, matches, matchCountMax)
        precondition(count != Int(PLAUDIT_SCAN_ERROR), "a compiled set and its scratch fit each other")
        matchCount = max(0, count)
        return count >= 0
    }

    /// Sorts the matches ascending: by end, then by id. Heapsort, because hostile text decides about their order.
    @_noAllocation
    mutating func sortMatches() {
        guard matchCount > 1 else { return }
        var parent = matchCount / 2
        while parent > 0 {
            parent &-= 1
            sift(parent, matchCount)
        }
        var end = matchCount &- 1
        while end > 0 {
            unsafe (matches[0], matches[end]) = unsafe (matches[end], matches[0])
            sift(0, end)
            end &-= 1
        }
    }

    /// Lets the match at `start` sink to its place in the heap of the first `end` ones.
    @_noAllocation
    private func sift(_ start: Int, _ end: Int) {
        var parent = start
        while true {
            var child = 2 &* parent &+ 1
            guard child < end else { return }
            if child &+ 1 < end, unsafe matches[child] < matches[child &+ 1] { child &+= 1 }
            guard unsafe matches[parent] < matches[child] else { return }
            unsafe (matches[parent], matches[child]) = unsafe (matches[child], matches[parent])
            parent = child
        }
    }
}

/// A compiled set is read only; each worker scans with a scratch of its own.
extension PatternSet: @unchecked Sendable {}
