package import RewardMemory

/// A byte-pair vocabulary as the files of `tiktoken` hold it, and how texts are split before it is applied.
package struct TokenizerSettings: Sendable, Equatable {
    /// The bytes of all tokens, one behind the other, in the order of their ranks.
    package var bytes: [UInt8]
    /// Where each token begins in `bytes`, and behind the last one their count.
    package var starts: [UInt32]
    /// Ranks in rising order; a merge with a lower one comes first.
    package var ranks: [UInt32]
    /// Splits a text into the pieces within which bytes are merged; what it leaves out is no token.
    package var pattern: String

    package init(bytes: [UInt8], starts: [UInt32], ranks: [UInt32], pattern: String) {
        self.bytes = bytes
        self.starts = starts
        self.ranks = ranks
        self.pattern = pattern
    }
}

/// Counts the tokens of texts as `tiktoken` does with special tokens taken for ordinary text.
///
/// Each piece that the pattern finds is one token if the vocabulary has it; otherwise its bytes are merged, the pair
/// with the lowest rank first and of equal ones the leftmost, until no pair is a token (Sennrich et al., arXiv
/// 1508.07909). A byte that is no token counts as one.
package struct Tokenizer: BitwiseCopyable {
    private let pattern: RegexPattern
    private let bytes: ByteView
    private let starts: FixedTable<UInt32>
    private let ranks: FixedTable<UInt32>
    /// By hash: one more than the index of a token; 0 for a free slot.
    private let slots: FixedTable<UInt32>
    /// By two bytes: the rank of the token that they are, or `TokenScratch.noRank`.
    private let pairRanks: FixedTable<UInt32>

    // Allocates: while a plan is compiled.
    package init(_ settings: TokenizerSettings, _ builder: PlanBuilder) throws(PlanError) {
        precondition(settings.starts.count == settings.ranks.count + 1, "every token has a beginning and an end")
        pattern = try RegexPattern(
            settings.pattern, options: RegexOptions(), builder, key: ["tokenizer", "pattern"])
        builder.requirements.tokens.isNeeded = true
        bytes = builder.storage.makeText(settings.bytes)
        starts = builder.storage.makeTable(settings.starts)
        ranks = builder.storage.makeTable(settings.ranks)
        var slotCount = 16
        while slotCount < 2 * settings.ranks.count { slotCount *= 2 }
        var slots = [UInt32](repeating: 0, count: slotCount)
        var pairRanks = [UInt32](repeating: TokenScratch.noRank, count: 1 << 16)
        for token in settings.ranks.indices {
            let text = bytes.slice(Int(settings.starts[token]), Int(settings.starts[token + 1]))
            if text.count == 2 { pairRanks[Int(text[0]) << 8 | Int(text[1])] = settings.ranks[token] }
            var slot = Int(truncatingIfNeeded: Self.hash(text)) & (slotCount - 1)
            while slots[slot] != 0 { slot = (slot + 1) & (slotCount - 1) }
            slots[slot] = UInt32(token + 1)
        }
        self.slots = builder.storage.makeTable(slots)
        self.pairRanks = builder.storage.makeTable(pairRanks)
    }

    /// How many tokens `text` has, which is valid UTF-8; -1 when a limit on the work was reached.
    @_noAllocation
    package func count(_ text: ByteView, _ regex: inout RegexScratch, _ scratch: inout TokenScratch) -> Int {
        var count = 0
        var search = regex.firstMatch(of: pattern, in: text)
        while true {
            guard case .found(let start, let end) = search else {
                if case .none = search { return count }
                return -1
            }
            let piece = text.slice(start, end)
            let pieceCount = tokenCount(ofPiece: piece, &scratch)
            guard pieceCount >= 0 else { return -1 }
            count &+= pieceCount
            var next = end
            // A pattern may match nothing; what stands there is passed over.
            if start == end {
                guard next < text.count else { return count }
                _ = UTF8Scalar.decode(text, at: &next)
            }
            search = regex.nextMatch(of: pattern, in: text, from: next)
        }
    }

    @_noAllocation
    private func tokenCount(ofPiece piece: ByteView, _ scratch: inout TokenScratch) -> Int {
        if piece.count <= 1 { return piece.count }
        if rank(piece, 0, piece.count) != TokenScratch.noRank { return 1 }
        return scratch.mergedCount(piece, self)
    }

    /// The rank of the token that stands from `start` to `end` of `text`, at least two bytes; `noRank` when they are none.
    @_noAllocation
    func rank(_ text: ByteView, _ start: Int, _ end: Int) -> UInt32 {
        if end &- start == 2 { return pairRanks[Int(text[start]) &<< 8 | Int(text[start &+ 1])] }
        let part = text.slice(start, end)
        var slot = Int(truncatingIfNeeded: Self.hash(part)) & (slots.count &- 1)
        while true {
            let entry = slots[slot]
            guard entry != 0 else { return TokenScratch.noRank }
            let token = Int(entry) &- 1
            let tokenStart = Int(starts[token])
            let tokenEnd = Int(starts[token &+ 1])
            if bytes.slice(tokenStart, tokenEnd).equals(part) { return ranks[token] }
            slot = (slot &+ 1) & (slots.count &- 1)
        }
    }

    /// FNV-1a by words of eight bytes, and the rest by bytes.
    @_noAllocation
    private static func hash(_ text: ByteView) -> UInt64 {
        var hash: UInt64 = 0xCBF2_9CE4_8422_2325
        var index = 0
        while index &+ 8 <= text.count {
            hash = (hash ^ text.word(at: index)) &* 0x100_0000_01B3
            hash ^= hash &>> 32
            index &+= 8
        }
        while index < text.count {
            hash = (hash ^ UInt64(text[index])) &* 0x100_0000_01B3
            index &+= 1
        }
        return hash ^ hash &>> 29
    }
}
