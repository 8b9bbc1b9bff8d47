internal import RewardMemory

/// Where in a text its answer was found.
internal enum MathPlace: BitwiseCopyable {
    case none
    /// In one or several `\boxed{…}`.
    case box
    /// Behind `####`, `answer is`, `Answer:` or `A:`.
    case marker
    /// The whole text.
    case whole
    /// In the last `$…$`, `\(…\)` or `\[…\]`.
    case formula
    /// The last number that stands by itself.
    case number

    /// The place as a finding keeps it.
    var code: UInt8 {
        @_noAllocation get {
            switch self {
            case .none: 0
            case .box: 1
            case .marker: 2
            case .whole: 3
            case .formula: 4
            case .number: 5
            }
        }
    }

    @_noAllocation
    init(code: UInt8) {
        switch code {
        case 1: self = .box
        case 2: self = .marker
        case 3: self = .whole
        case 4: self = .formula
        case 5: self = .number
        default: self = .none
        }
    }
}

/// A part of a text.
internal struct MathSpan: BitwiseCopyable {
    var start: Int
    var end: Int

    @_noAllocation
    init(_ start: Int, _ end: Int) {
        self.start = start
        self.end = end
    }
}

/// Parts of a text in their order.
internal struct MathSpans: BitwiseCopyable {
    static var countMax: Int { @_noAllocation get { 8 } }
    private var spans = InlineArray<8, MathSpan>(repeating: MathSpan(0, 0))
    private(set) var count = 0

    @_noAllocation
    init() {}

    @_noAllocation
    init(_ span: MathSpan) {
        spans[0] = span
        count = 1
    }

    subscript(index: Int) -> MathSpan { @_noAllocation get { spans[index] } }

    /// Puts a span before the others; false when there is no room.
    @_noAllocation
    mutating func prepend(_ span: MathSpan) -> Bool {
        guard count < Self.countMax else { return false }
        var index = count
        while index > 0 {
            spans[index] = spans[index &- 1]
            index &-= 1
        }
        spans[0] = span
        count &+= 1
        return true
    }
}

/// Finds the parts of a text that give its answer. Every search is linear, and so many at most are made.
internal struct MathAnswerFinder: BitwiseCopyable {
    let text: ByteView

    @_noAllocation
    init(_ text: ByteView) {
        self.text = text
    }

    // MARK: Boxes

    /// What stands in the last `\boxed{…}`, and in those before that only `and`, `or` and commas part from it. An empty
    /// box, or one of dots, quotes the instruction.
    @_noAllocation
    func boxes() -> MathSpans {
        var spans = MathSpans()
        var end = text.count
        var firstStart = 0
        var attemptCount = 0
        while attemptCount < Limits.mathCandidateCountMax {
            attemptCount &+= 1
            let start = text.slice(0, end).lastIndex(of: ByteView("\\boxed{"))
            guard start >= 0 else { break }
            let close = closingBrace(from: start &+ 7)
            if close >= 0, !isPlaceholder(start &+ 7, close) {
                if spans.count > 0, !isConnector(close &+ 1, firstStart) { break }
                guard spans.prepend(MathSpan(start &+ 7, close)) else { break }
                firstStart = start
            } else if spans.count > 0 {
                break
            }
            end = start
        }
        return spans
    }

    /// The brace that closes the group from `start` on, or -1 when it is further away than an answer is long.
    @_noAllocation
    private func closingBrace(from start: Int) -> Int {
        var depth = 1
        var index = start
        let end = min(text.count, start &+ Limits.mathAnswerByteCountMax)
        while index < end {
            if text[index] == UInt8(ascii: "{") { depth &+= 1 }
            if text[index] == UInt8(ascii: "}") { depth &-= 1 }
            if depth == 0 { return index }
            index &+= 1
        }
        return -1
    }

    @_noAllocation
    private func isPlaceholder(_ start: Int, _ end: Int) -> Bool {
        var index = start
        while index < end {
            let byte = text[index]
            if byte != UInt8(ascii: " "), byte != UInt8(ascii: ".") { return false }
            index &+= 1
        }
        return true
    }

    /// Whether `start..<end` only joins two boxes: `$ and $`, `, \quad \text{or} \quad`.
    @_noAllocation
    private func isConnector(_ start: Int, _ end: Int) -> Bool {
        guard end &- start <= 64 else { return false }
        var index = start
        var depth = 0
        while index < end {
            let byte = text[index]
            if MathCleaner.isLetter(byte) {
                let wordStart = index
                while index < end, MathCleaner.isLetter(text[index]) { index &+= 1 }
                let word = text.slice(wordStart, index)
                let joins =
                    word.equals(ByteView("and")) || word.equals(ByteView("or")) || word.equals(ByteView("quad"))
                    || word.equals(ByteView("qquad")) || word.equals(ByteView("text"))
                if depth == 0, !joins { return false }
                continue
            }
            switch byte {
            case UInt8(ascii: "{"): depth &+= 1
            case UInt8(ascii: "}"): depth &-= 1
            case UInt8(ascii: " "), UInt8(ascii: ","), UInt8(ascii: "$"), UInt8(ascii: "\\"), UInt8(ascii: "("),
                UInt8(ascii: ")"), UInt8(ascii: "["), UInt8(ascii: "]"), UInt8(ascii: "\n"):
                break
            default: return false
            }
            index &+= 1
        }
        return true
    }

    // MARK: Markers

    /// The rest of the sentence behind the last marker, or of the next line that has any.
    @_noAllocation
    func markedPart() -> MathSpan? {
        var start = -1
        let hashes = text.lastIndex(of: ByteView("####"))
        if hashes >= 0 { start = hashes &+ 4 }
        let word = answerWordEnd()
        if word > start { start = word }
        let letter = answerLetterEnd()
        if letter > start { start = letter }
        guard start >= 0 else { return nil }
        while start < text.count, isBlank(text[start]) || text[start] == UInt8(ascii: "*") { start &+= 1 }
        guard start < text.count else { return nil }
        var end = sentenceEnd(from: start)
        if let formula = firstFormula(from: start, to: end), formula.end > end { end = formula.end }
        return MathSpan(start, end)
    }

    @_noAllocation
    private func isBlank(_ byte: UInt8) -> Bool { byte == UInt8(ascii: " ") || byte &- 0x09 < 5 }

    /// Behind the last `A:`, with no letter or digit before it; or -1.
    @_noAllocation
    private func answerLetterEnd() -> Int {
        var end = text.count
        var attemptCount = 0
        while attemptCount < Limits.mathCandidateCountMax {
            attemptCount &+= 1
            let start = text.slice(0, end).lastIndex(of: ByteView("A:"))
            guard start >= 0 else { return -1 }
            if start == 0 || !NumberScanner.isAlphanumeric(text[start &- 1]) && text[start &- 1] < 0x80 {
                return start &+ 2
            }
            end = start
        }
        return -1
    }

    /// Behind the colon or the `is` that follows the last `answer`, in any case; or -1.
    @_noAllocation
    private func answerWordEnd() -> Int {
        var end = text.count
        var attemptCount = 0
        while attemptCount < Limits.mathCandidateCountMax {
            let last = text.lastIndex(ofEither: UInt8(ascii: "r"), UInt8(ascii: "R"), UInt8(ascii: "r"), before: end)
            guard last >= 5 else { return -1 }
            end = last
            guard isAnswer(endingAt: last) else { continue }
            attemptCount &+= 1
            if let marked = saying(from: last &+ 1) { return marked }
        }
        return -1
    }

    @_noAllocation
    private func isAnswer(endingAt last: Int) -> Bool {
        let word = ByteView("answer")
        var index = 0
        while index < word.count {
            if text[last &- 5 &+ index] | 0x20 != word[index] { return false }
            index &+= 1
        }
        return true
    }

    /// Behind the first colon or lone `is` of the next hundred bytes of the line.
    @_noAllocation
    private func saying(from start: Int) -> Int? {
        let end = min(text.count, start &+ 100)
        var index = start
        while index < end, text[index] != UInt8(ascii: "\n") {
            if text[index] == UInt8(ascii: ":") { return index &+ 1 }
            if text[index] == UInt8(ascii: "i"), index > start, text[index &- 1] == UInt8(ascii: " "),
                index &+ 1 < text.count, text[index &+ 1] == UInt8(ascii: "s")
            {
                let next = index &+ 2 < text.count ? text[index &+ 2] : UInt8(ascii: " ")
                if next == UInt8(ascii: ":") { return index &+ 3 }
                if isBlank(next) || next == UInt8(ascii: "$") { return index &+ 2 }
            }
            index &+= 1
        }
        return nil
    }

    /// Where the line ends, or the sentence: at a full stop before white space and a capital letter.
    @_noAllocation
    private func sentenceEnd(from start: Int) -> Int {
        var index = start
        while index < text.count, text[index] != UInt8(ascii: "\n") {
            if text[index] == UInt8(ascii: "."), index &+ 2 < text.count, isBlank(text[index &+ 1]) {
                let next = text[index &+ 2]
                if next >= UInt8(ascii: "A") && next <= UInt8(ascii: "Z") || next == UInt8(ascii: "<") { return index }
            }
            index &+= 1
        }
        return index
    }

    // MARK: Formulas

    /// What stands in the first pair of signs of mathematics that begins in `start..<end`; it may end later.
    @_noAllocation
    func firstFormula(from start: Int, to end: Int) -> MathSpan? {
        var index = start
        while index < end {
            if text[index] == UInt8(ascii: "$") {
                let isDouble = index &+ 1 < text.count && text[index &+ 1] == UInt8(ascii: "$")
                let content = index &+ (isDouble ? 2 : 1)
                let close = text.firstIndex(of: isDouble ? ByteView("$$") : ByteView("$"), from: content)
                return close > content ? MathSpan(content, close) : nil
            }
            if text[index] == UInt8(ascii: "\\"), index &+ 1 < text.count {
                let opening = text[index &+ 1]
                if opening == UInt8(ascii: "(") || opening == UInt8(ascii: "[") {
                    let closing = opening == UInt8(ascii: "(") ? ByteView("\\)") : ByteView("\\]")
                    let close = text.firstIndex(of: closing, from: index &+ 2)
                    return close > index &+ 2 ? MathSpan(index &+ 2, close) : nil
                }
                index &+= 1
            }
            index &+= 1
        }
        return nil
    }

    /// What stands in the last pair of signs of mathematics.
    @_noAllocation
    func lastFormula() -> MathSpan? {
        var last: MathSpan?
        let dollar = lastDollar(before: text.count)
        if dollar > 0 {
            let isDouble = text[dollar &- 1] == UInt8(ascii: "$")
            let close = isDouble ? dollar &- 1 : dollar
            let open = lastDollar(before: close)
            if open >= 0, open &+ 1 < close { last = MathSpan(open &+ 1, close) }
        }
        later(&last, ByteView("\\("), ByteView("\\)"))
        later(&last, ByteView("\\["), ByteView("\\]"))
        return last
    }

    /// The last dollar sign that no backslash makes a currency's, or -1.
    @_noAllocation
    private func lastDollar(before end: Int) -> Int {
        var end = end
        while true {
            let index = text.lastIndex(of: UInt8(ascii: "$"), before: end)
            if index <= 0 || text[index &- 1] != UInt8(ascii: "\\") { return index }
            end = index
        }
    }

    @_noAllocation
    private func later(_ span: inout MathSpan?, _ opening: ByteView, _ closing: ByteView) {
        let close = text.lastIndex(of: closing)
        guard close >= 0, close > span?.end ?? -1 else { return }
        let open = text.slice(0, close).lastIndex(of: opening)
        guard open >= 0, open &+ 2 < close else { return }
        span = MathSpan(open &+ 2, close)
    }

    // MARK: Numbers

    /// The first number of `start..<end`.
    @_noAllocation
    func firstNumber(from start: Int, to end: Int) -> MathSpan? {
        guard let found = NumberScanner(text, decimalMark: .point).firstNumber(from: start, to: end) else { return nil }
        return MathSpan(found.start, found.end)
    }

    /// The last number that is no part of a name or of a power, in the last bytes of the text.
    @_noAllocation
    func lastNumber() -> MathSpan? {
        var end = text.count
        var first = end > Limits.mathAnswerByteCountMax ? end &- Limits.mathAnswerByteCountMax : 0
        // Not in the middle of a number, or of a character.
        if first > 0 {
            while first < end, !isBlank(text[first]) { first &+= 1 }
        }
        var attemptCount = 0
        while attemptCount < Limits.mathCandidateCountMax {
            attemptCount &+= 1
            guard let found = NumberScanner(text.slice(first, end), decimalMark: .point).lastNumber() else {
                return nil
            }
            let start = first &+ found.start
            if start == 0 || standsAlone(after: text[start &- 1]) {
                return MathSpan(start, first &+ found.end)
            }
            end = start
        }
        return nil
    }

    @_noAllocation
    private func standsAlone(after byte: UInt8) -> Bool {
        !NumberScanner.isAlphanumeric(byte) && byte != UInt8(ascii: "_") && byte != UInt8(ascii: "^")
            && byte != UInt8(ascii: "\\") && byte != UInt8(ascii: "{")
    }
}
