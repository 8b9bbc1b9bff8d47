package import RewardMemory

/// Which part of a completion is taken for its JSON.
package enum JSONExtraction: String, CaseIterable, Sendable, BitwiseCopyable {
    /// All of it, white space around it aside.
    case whole
    /// The first fenced block that holds nothing but one JSON text and is marked `json` or not at all.
    case fenced
    /// As `fenced`; without such a block, the first `{` or `[` that starts a value which parses.
    case first
}

/// Where a completion's JSON stands and what it parsed to, or why there is none.
package struct JSONFinding: BitwiseCopyable {
    var fault: JSONFault
    /// The value's bytes in the completion; with a fault, `start` is where it stands.
    package var start: Int
    package var end: Int
    /// Valid until the scratch parses again; a tape of nothing when there is a fault.
    package var tape: JSONTape

    /// Whether there is a tape.
    package var isFound: Bool {
        @_noAllocation get { fault == .none }
    }

    @_noAllocation
    init(_ fault: JSONFault, at offset: Int) {
        self.fault = fault
        start = offset
        end = offset
        tape = JSONScratch.noTape
    }

    @_noAllocation
    init(_ tape: JSONTape, from start: Int, to end: Int) {
        fault = .none
        self.start = start
        self.end = end
        self.tape = tape
    }
}

extension JSONExtraction {
    /// Finds and parses the JSON of `text`. Linear work: `fenced` and `first` look at most `attemptCountMax`
    /// times each.
    ///
    /// A container that the text ends inside is a fault, wherever it begins: what it holds, though it may parse, is
    /// not what the text meant to say.
    @_noAllocation
    package func find(in text: ByteView, _ scratch: inout JSONScratch) -> JSONFinding {
        switch self {
        case .whole: return JSONExtraction.findWhole(in: text, &scratch)
        case .fenced: return JSONExtraction.findFenced(in: text, &scratch)
        case .first:
            let fenced = JSONExtraction.findFenced(in: text, &scratch)
            guard fenced.fault == .noFencedBlock else { return fenced }
            return JSONExtraction.findFirst(in: text, &scratch)
        }
    }

    @_noAllocation
    private static func findWhole(in text: ByteView, _ scratch: inout JSONScratch) -> JSONFinding {
        let start = JSONScanner.skipWhiteSpace(text, from: 0)
        var end = text.count
        while end > start && JSONScanner.isWhiteSpace(text[end &- 1]) { end &-= 1 }
        guard start < end else { return JSONFinding(.empty, at: 0) }
        if JSONScanner.beginsNumber(text[start]) { return findNumber(in: text, from: start, to: end, &scratch) }
        let parsed = scratch.parse(text.slice(start, end))
        if parsed.fault == .none { return JSONFinding(parsed.tape, from: start, to: end) }
        if parsed.fault == .capacity { return JSONFinding(.capacity, at: 0) }
        // Where and why is asked for seldom, and takes as long as the parse took.
        if parsed.fault == .malformed { return JSONFinding(.malformed, at: start) }
        // What the scanner finds nothing wrong with is beyond a limit.
        let scan = scan(text, from: start, to: end, &scratch)
        guard scan.fault == .none else { return JSONFinding(scan.fault, at: scan.offset) }
        return JSONExtraction.finish(parsed, of: text, from: start, to: end, &scratch)
    }

    /// Where and why `text`, which `whole` has found to be malformed, is no JSON text.
    @_noAllocation
    static func locate(in text: ByteView, _ scratch: inout JSONScratch) -> JSONScan {
        let start = JSONScanner.skipWhiteSpace(text, from: 0)
        var end = text.count
        while end > start && JSONScanner.isWhiteSpace(text[end &- 1]) { end &-= 1 }
        let scan = scan(text, from: start, to: end, &scratch)
        return scan.fault == .none ? JSONScan(fault: .other, offset: start) : scan
    }

    /// What the scanner has to say of the text from `start` to `end`, all of which should be one value.
    @_noAllocation
    private static func scan(
        _ text: ByteView, from start: Int, to end: Int, _ scratch: inout JSONScratch
    ) -> JSONScan {
        let scan = JSONScanner.scan(text.slice(0, end), from: start, &scratch.nesting)
        guard scan.fault == .none, scan.offset < end else { return scan }
        return JSONScan(fault: .trailingContent, offset: JSONScanner.skipWhiteSpace(text, from: scan.offset))
    }

    /// A text that begins like a number, which JSON may consist of. simdjson takes memory from the heap for such a text, whatever
    /// follows: the scanner looks first, and simdjson gets the number as the one item of an array.
    @_noAllocation
    private static func findNumber(
        in text: ByteView, from start: Int, to end: Int, _ scratch: inout JSONScratch
    ) -> JSONFinding {
        let scan = scan(text, from: start, to: end, &scratch)
        guard scan.fault == .none else { return JSONFinding(scan.fault, at: scan.offset) }
        let parsed = scratch.parse(number: text.slice(start, end))
        guard parsed.fault == .none else { return JSONFinding(parsed.fault, at: start) }
        return JSONFinding(parsed.tape, from: start, to: end)
    }

    /// What a parse comes to when the scanner has found nothing wrong with the text.
    @_noAllocation
    private static func finish(
        _ parsed: (fault: JSONFault, tape: JSONTape), of text: ByteView, from start: Int, to end: Int,
        _ scratch: inout JSONScratch
    ) -> JSONFinding {
        if parsed.fault == .none { return JSONFinding(parsed.tape, from: start, to: end) }
        guard parsed.fault == .numberRange else { return JSONFinding(parsed.fault, at: start) }
        let second = scratch.parseWithNumbersInRange(text.slice(start, end))
        guard second.fault == .none else { return JSONFinding(second.fault, at: start) }
        return JSONFinding(second.tape, from: start, to: end)
    }

    /// Parses the value from `start` to `end`, which the scanner has found to be one.
    @_noAllocation
    private static func parse(
        _ text: ByteView, from start: Int, to end: Int, _ scratch: inout JSONScratch
    ) -> JSONFinding {
        let parsed = scratch.parse(text.slice(start, end))
        return finish(parsed, of: text, from: start, to: end, &scratch)
    }

    /// A block is a run of three or more backticks at the start of a line, `json` or nothing, one JSON text, and
    /// another such run, with white space between as wanted. Where the block ends follows from its JSON and not from
    /// the next backticks, which may be inside a string; and since no string of a JSON text has a raw line end in it,
    /// none has such a start.
    @_noAllocation
    private static func findFenced(in text: ByteView, _ scratch: inout JSONScratch) -> JSONFinding {
        var index = 0
        var attemptCount = 0
        while attemptCount < scratch.limits.attemptCountMax {
            index = text.firstIndex(of: ByteView("```"), from: index)
            guard index >= 0 else { break }
            let isAtLineStart = startsLine(text, index)
            while index < text.count && text[index] == UInt8(ascii: "`") { index &+= 1 }
            guard isAtLineStart else { continue }
            attemptCount &+= 1
            let start = JSONScanner.skipWhiteSpace(text, from: skipMark(text, from: index))
            guard start < text.count else { break }
            let scan = JSONScanner.scan(text, from: start, &scratch.nesting)
            if scan.fault == .truncated && isBracket(text[start]) { return JSONFinding(.truncated, at: text.count) }
            guard scan.fault == .none else { continue }
            let close = JSONScanner.skipWhiteSpace(text, from: scan.offset)
            guard close &+ 3 <= text.count, text.slice(close, close &+ 3).equals(ByteView("```")) else { continue }
            return parse(text, from: start, to: scan.offset, &scratch)
        }
        return JSONFinding(.noFencedBlock, at: 0)
    }

    /// Whether nothing but spaces and tabs stands between the last line end and `index`.
    @_noAllocation
    private static func startsLine(_ text: ByteView, _ index: Int) -> Bool {
        var start = index
        while start > 0 && (text[start &- 1] == 0x20 || text[start &- 1] == 0x09) { start &-= 1 }
        return start == 0 || text[start &- 1] == 0x0A || text[start &- 1] == 0x0D
    }

    /// Behind the word `json` in any case, when it stands alone at `start`.
    @_noAllocation
    private static func skipMark(_ text: ByteView, from start: Int) -> Int {
        guard start &+ 4 < text.count, JSONScanner.isWhiteSpace(text[start &+ 4]) else { return start }
        let isMark =
            text[start] | 0x20 == UInt8(ascii: "j") && text[start &+ 1] | 0x20 == UInt8(ascii: "s")
            && text[start &+ 2] | 0x20 == UInt8(ascii: "o") && text[start &+ 3] | 0x20 == UInt8(ascii: "n")
        return isMark ? start &+ 4 : start
    }

    @_noAllocation
    private static func findFirst(in text: ByteView, _ scratch: inout JSONScratch) -> JSONFinding {
        var start = 0
        for _ in 0..<scratch.limits.attemptCountMax {
            while start < text.count && !isBracket(text[start]) { start &+= 1 }
            guard start < text.count else { break }
            let scan = JSONScanner.scan(text, from: start, &scratch.nesting)
            if scan.fault == .none { return parse(text, from: start, to: scan.offset, &scratch) }
            if scan.fault == .truncated { return JSONFinding(.truncated, at: text.count) }
            start &+= 1
        }
        return JSONFinding(.noValue, at: 0)
    }

    @_noAllocation
    private static func isBracket(_ byte: UInt8) -> Bool {
        byte == UInt8(ascii: "{") || byte == UInt8(ascii: "[")
    }
}
