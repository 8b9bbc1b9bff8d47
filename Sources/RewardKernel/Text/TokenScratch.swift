internal import RewardMemory

/// The working memory of one worker for merging the bytes of a piece into tokens.
///
/// The parts of a piece are a list, linked by where each begins; a heap holds the pairs that could be merged, of which
/// those that have changed meanwhile are passed over when their turn comes. So a piece of n bytes takes n log n steps.
@safe
package struct TokenScratch: ~Copyable {
    package struct Requirements {
        /// Whether any plan counts tokens; only that needs the memory.
        package var isNeeded = false

        package init() {}
    }

    /// Stands for a pair that is no token.
    static var noRank: UInt32 { @_noAllocation get { .max } }

    /// Where the part behind the one that begins here begins.
    private let next: ScratchTable<UInt32>
    /// Where the part before the one that begins here begins.
    private let previous: ScratchTable<UInt32>
    /// The rank of the part that begins here and the next one together.
    private let ranks: ScratchTable<UInt32>
    /// A binary heap of ranks, and in the lower half where the pair begins.
    private let heap: ScratchTable<UInt64>
    private var heapCount = 0
    private let memory: ReservedMemory

    // Allocates: address space, once per worker and configuration.
    package init(_ requirements: Requirements) throws(PlanError) {
        let count = requirements.isNeeded ? Limits.tokenPieceByteCountMax : 1
        let byteCount =
            3 * ScratchTable<UInt32>.byteCount(capacity: count) + ScratchTable<UInt64>.byteCount(capacity: 3 * count)
        guard let memory = ReservedMemory(byteCount: byteCount) else {
            throw PlanError(key: [], "the kernel refuses \(byteCount) bytes of address space")
        }
        var rest = unsafe memory.base
        next = unsafe ScratchTable(capacity: count, carvedFrom: &rest)
        previous = unsafe ScratchTable(capacity: count, carvedFrom: &rest)
        ranks = unsafe ScratchTable(capacity: count, carvedFrom: &rest)
        heap = unsafe ScratchTable(capacity: 3 * count, carvedFrom: &rest)
        self.memory = memory
    }

    /// The tokens of a piece that is none itself; -1 for a piece that is too long.
    @_noAllocation
    mutating func mergedCount(_ piece: ByteView, _ tokenizer: Tokenizer) -> Int {
        guard piece.count <= next.capacity else { return -1 }
        heapCount = 0
        for start in 0..<piece.count {
            next[start] = UInt32(truncatingIfNeeded: start &+ 1)
            previous[start] = UInt32(truncatingIfNeeded: start &- 1)
            let rank = start &+ 2 <= piece.count ? tokenizer.rank(piece, start, start &+ 2) : Self.noRank
            ranks[start] = rank
            if rank != Self.noRank { push(rank, start) }
        }
        var count = piece.count
        while heapCount > 0 {
            let pair = pop()
            let start = Int(pair & 0xFFFF_FFFF)
            let rank = UInt32(truncatingIfNeeded: pair &>> 32)
            guard ranks[start] == rank else { continue }
            let merged = Int(next[start])
            let end = Int(next[merged])
            ranks[merged] = Self.noRank
            next[start] = UInt32(truncatingIfNeeded: end)
            if end < piece.count { previous[end] = UInt32(truncatingIfNeeded: start) }
            count &-= 1
            rerank(start, to: end < piece.count ? Int(next[end]) : -1, piece, tokenizer)
            if start > 0 { rerank(Int(previous[start]), to: end, piece, tokenizer) }
        }
        return count
    }

    /// Notes the rank of the pair from `start` to `end`, which is negative where there is no second part.
    @_noAllocation
    private mutating func rerank(_ start: Int, to end: Int, _ piece: ByteView, _ tokenizer: Tokenizer) {
        let rank = end < 0 ? Self.noRank : tokenizer.rank(piece, start, end)
        ranks[start] = rank
        if rank != Self.noRank { push(rank, start) }
    }

    // MARK: The heap

    @_noAllocation
    private mutating func push(_ rank: UInt32, _ start: Int) {
        let entry = UInt64(rank) &<< 32 | UInt64(truncatingIfNeeded: start)
        var child = heapCount
        heapCount &+= 1
        while child > 0 {
            let parent = (child &- 1) / 2
            guard entry < heap[parent] else { break }
            heap[child] = heap[parent]
            child = parent
        }
        heap[child] = entry
    }

    /// Takes the least entry.
    @_noAllocation
    private mutating func pop() -> UInt64 {
        let least = heap[0]
        heapCount &-= 1
        let last = heap[heapCount]
        var parent = 0
        while true {
            var child = 2 &* parent &+ 1
            guard child < heapCount else { break }
            if child &+ 1 < heapCount, heap[child &+ 1] < heap[child] { child &+= 1 }
            guard heap[child] < last else { break }
            heap[parent] = heap[child]
            parent = child
        }
        heap[parent] = last
        return least
    }
}
