internal import RewardMemory

/// What was found in one text so far.
struct SafetyTally {
    /// Findings above it are not counted.
    private let countMax: Int
    private(set) var entryCount = 0
    /// Where the entry counted last ends, in the folded text: later ones that start before it overlap it.
    private var countedEnd = 0
    /// The first hit of an entry, in the folded text.
    private(set) var entry = 0
    private(set) var entryStart = 0
    private(set) var entryEnd = 0

    private(set) var patternCount = 0
    /// The first hit of a pattern, in the text itself.
    private(set) var pattern = 0
    private(set) var patternStart = 0
    private(set) var patternEnd = 0
    /// Hits of patterns that allowed phrases were held against.
    var excuseCount = 0

    @_noAllocation
    init(countMax: Int) {
        self.countMax = countMax
    }

    var isFull: Bool {
        @_noAllocation get { entryCount &+ patternCount >= countMax }
    }

    /// Takes a hit of an entry. Hits come by their end, then by their length; taking each that starts behind the one
    /// taken last gives the largest number that do not overlap.
    @_noAllocation
    mutating func add(entry id: Int, from start: Int, to end: Int) {
        if start >= countedEnd {
            entryCount &+= 1
            countedEnd = end
        } else if entryCount != 1 || end != entryEnd {
            return
        }
        // Of the first finding, the longest entry that ends there is told.
        if entryCount == 1 {
            entry = id
            entryStart = start
            entryEnd = end
        }
    }

    @_noAllocation
    mutating func add(pattern id: Int, from start: Int, to end: Int) {
        if patternCount == 0 || start < patternStart {
            pattern = id
            patternStart = start
            patternEnd = end
        }
        patternCount &+= 1
    }
}

/// A text that regular expressions are searched for in.
struct SafetyPatternSearch {
    /// The completion as it is, where the expressions are matched.
    let text: ByteView
    /// The same folded, where allowed phrases are matched; the completion itself when it is not folded.
    let folded: ByteView
    let isFolded: Bool

    @_noAllocation
    init(text: ByteView, folded: ByteView, isFolded: Bool) {
        self.text = text
        self.folded = folded
        self.isFolded = isFolded
    }
}

extension SafetyFilterPlan {
    /// Counts the hits of list entries in `text` (folded, or pure ASCII); false when a limit was hit before the end.
    ///
    /// One scan over the whole text, as nearly every text has few matches. One with more than there is room for is
    /// scanned in blocks, each with enough of the text before it for the longest entry; blocks shrink until their
    /// matches fit.
    @_noAllocation
    func countEntries(in text: ByteView, _ scratch: inout SafetyScratch, _ tally: inout SafetyTally) -> Bool {
        guard let literals, !text.isEmpty else { return true }
        if let index, !index.mayFind(in: text, &scratch.marks) { return true }
        let blockCountMin = 64
        var blockCount = text.count
        var start = 0
        while start < text.count && !tally.isFull {
            let end = min(text.count, start &+ blockCount)
            let scanStart = max(0, start &- (entryByteCountMax &- 1))
            guard scratch.scan(text.slice(scanStart, end), for: literals) else {
                if blockCount <= blockCountMin { return false }
                blockCount = max(blockCountMin, blockCount / 16)
                continue
            }
            scratch.sortMatches()
            for index in 0..<scratch.matchCount where !tally.isFull {
                let match = scratch[match: index]
                let id = Int(match & 0xFFFF_FFFF)
                let hitEnd = scanStart &+ Int(match &>> 32)
                let hitStart = hitEnd &- Int(entries[id].byteCount)
                guard hitEnd > start, TextBoundary.standsAlone(text, from: hitStart, to: hitEnd) else { continue }
                if isExcused(id, at: hitStart, in: text) { continue }
                tally.add(entry: id, from: hitStart, to: hitEnd)
            }
            start = end
        }
        return true
    }

    /// Whether the hit of an entry is part of an allowed phrase.
    @_noAllocation
    private func isExcused(_ id: Int, at start: Int, in text: ByteView) -> Bool {
        let first = Int(entries[id].excuseStart)
        for index in first..<first &+ Int(entries[id].excuseCount) {
            let excuse = excuses[index]
            if stands(phrases[Int(excuse.phrase)], at: start &- Int(excuse.offset), in: text) { return true }
        }
        return false
    }

    /// Whether an allowed phrase stands at `start`, as words of its own.
    @_noAllocation
    private func stands(_ phrase: ByteView, at start: Int, in text: ByteView) -> Bool {
        let end = start &+ phrase.count
        guard start >= 0, end <= text.count else { return false }
        var index = 0
        while index < phrase.count {
            if TextFold.asciiLowercased(text[start &+ index]) != phrase[index] { return false }
            index &+= 1
        }
        return TextBoundary.standsAlone(text, from: start, to: end)
    }

    /// Counts the hits of regular expressions; false when a limit was hit before the end.
    @_noAllocation
    func countPatterns(
        _ search: SafetyPatternSearch, _ scratch: inout SafetyScratch, _ regex: inout RegexScratch,
        _ tally: inout SafetyTally
    ) -> Bool {
        scratch.removeAllMatches()
        if let prefilter, !TextBoundary.hasRecentCharacter(search.text) {
            // Each pattern reports once, so the matches always fit.
            guard scratch.scan(search.text, for: prefilter) else { return false }
            scratch.keepMatchIdentifiers()
            for index in 0..<unfilteredPatterns.count {
                scratch.append(match: UInt64(unfilteredPatterns[index]))
            }
        } else {
            for id in 0..<patterns.count { scratch.append(match: UInt64(id)) }
        }
        scratch.sortMatches()
        var isComplete = true
        for index in 0..<scratch.matchCount where !tally.isFull {
            let id = Int(scratch[match: index])
            isComplete = countMatches(of: id, search, &scratch.folded, &regex, &tally) && isComplete
        }
        return isComplete
    }

    /// Counts the hits of one regular expression, which do not overlap; false when a limit was hit before the end.
    @_noAllocation
    private func countMatches(
        of id: Int, _ search: SafetyPatternSearch, _ foldBuffer: inout FoldBuffer, _ regex: inout RegexScratch,
        _ tally: inout SafetyTally
    ) -> Bool {
        let text = search.text
        let pattern = patterns[id].regex
        // The walk writes what the buffer holds already; the folded text stays what it is.
        var walk = FoldWalk()
        if search.isFolded { foldBuffer.removeAll() }
        var match = regex.firstMatch(of: pattern, in: text)
        while case .found(let start, var end) = match {
            if let checkedEnd = patterns[id].check.end(text, from: start, to: end) {
                end = checkedEnd
            } else {
                match = regex.nextMatch(of: pattern, in: text, from: end)
                continue
            }
            if phrases.isEmpty {
                tally.add(pattern: id, from: start, to: end)
            } else {
                tally.excuseCount &+= 1
                guard tally.excuseCount <= excuseCountMax else { return false }
                let foldedStart = search.isFolded ? walk.advance(toSource: start, in: text, &foldBuffer) : start
                let foldedEnd = search.isFolded ? walk.advance(toSource: end, in: text, &foldBuffer) : end
                if !isCovered(foldedStart, foldedEnd, in: search.folded) {
                    tally.add(pattern: id, from: start, to: end)
                }
            }
            // Behind a match of nothing the search goes on after the next character.
            let next = end > start ? end : indexAfterScalar(at: end, in: text)
            guard next <= text.count, !tally.isFull else { return true }
            match = regex.nextMatch(of: pattern, in: text, from: next)
        }
        if case .limitReached = match { return false }
        return true
    }

    @_noAllocation
    private func indexAfterScalar(at start: Int, in text: ByteView) -> Int {
        var index = start &+ 1
        while index < text.count && text[index] & 0xC0 == 0x80 { index &+= 1 }
        return index
    }

    /// Whether an allowed phrase lies around a hit.
    @_noAllocation
    private func isCovered(_ start: Int, _ end: Int, in text: ByteView) -> Bool {
        for index in 0..<phrases.count {
            let phrase = phrases[index]
            var phraseStart = max(0, end &- phrase.count)
            while phraseStart <= start {
                if stands(phrase, at: phraseStart, in: text) { return true }
                phraseStart &+= 1
            }
        }
        return false
    }
}
