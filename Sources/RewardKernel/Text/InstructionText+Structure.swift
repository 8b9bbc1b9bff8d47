internal import RewardMemory

// Paragraphs, sections, lists and marks. Each check is the scan that the regular expression quoted beside it amounts to.
extension InstructionText {
    /// `My answer is yes.`, `My answer is no.` or `My answer is maybe.`, anywhere.
    @_noAllocation
    func isConstrained() -> Bool {
        text.firstIndex(of: ByteView("My answer is yes.")) >= 0
            || text.firstIndex(of: ByteView("My answer is no.")) >= 0
            || text.firstIndex(of: ByteView("My answer is maybe.")) >= 0
    }

    /// `\[.*?\]`: brackets that close on their line.
    @_noAllocation
    func placeholderCount() -> Int {
        var count = 0
        var index = text.firstIndex(of: UInt8(ascii: "["))
        while index >= 0 {
            var close = index &+ 1
            while close < text.count && text[close] != UInt8(ascii: "]") && text[close] != 0x0A { close &+= 1 }
            let isClosed = close < text.count && text[close] == UInt8(ascii: "]")
            if isClosed { count &+= 1 }
            // Without a closing bracket on this line, none of the line's other brackets has one either.
            guard close < text.count else { break }
            index = text.firstIndex(of: UInt8(ascii: "["), from: close &+ (isClosed ? 1 : 0))
        }
        return count
    }

    /// `^\s*\*[^\*].*$` and `^\s*-.*$`, line by line; a list item's white space may begin on lines before it.
    @_noAllocation
    func bulletCount() -> Int {
        lineCount(beginningWith: UInt8(ascii: "*"), notTwice: true)
            &+ lineCount(beginningWith: UInt8(ascii: "-"), notTwice: false)
    }

    @_noAllocation
    private func lineCount(beginningWith mark: UInt8, notTwice: Bool) -> Int {
        var count = 0
        var start = 0
        while start < text.count {
            var index = start
            while index < text.count {
                var next = index
                guard UTF8Scalar.isWhiteSpace(UTF8Scalar.decode(text, at: &next)) else { break }
                index = next
            }
            guard index < text.count else { break }
            var rest = index
            if text[index] == mark && (!notTwice || (index &+ 1 < text.count && text[index &+ 1] != mark)) {
                count &+= 1
                // What follows a star may be the line's end: then the item goes on to the end of the next line.
                rest = index &+ (notTwice ? 2 : 1)
            }
            let end = rest < text.count ? text.firstIndex(of: 0x0A, from: rest) : -1
            guard end >= 0 else { break }
            start = end &+ 1
        }
        return count
    }

    /// `\*[^\n\*]*\*` and `\*\*[^\n\*]*\*\*` with something between the stars.
    @_noAllocation
    func highlightCount() -> Int {
        highlightCount(starCount: 1) &+ highlightCount(starCount: 2)
    }

    @_noAllocation
    private func highlightCount(starCount: Int) -> Int {
        let star = UInt8(ascii: "*")
        var count = 0
        var index = text.firstIndex(of: star)
        while index >= 0 {
            let start = index &+ starCount
            guard start <= text.count else { break }
            guard starCount == 1 || text[index &+ 1] == star else {
                index = text.firstIndex(of: star, from: index &+ 1)
                continue
            }
            var end = start
            while end < text.count && text[end] != star && text[end] != 0x0A { end &+= 1 }
            let isClosed =
                end &+ starCount <= text.count && text[end] == star
                && text[end &+ starCount &- 1] == star
            if isClosed && !TextTrim.trimmed(text.slice(start, end)).isEmpty { count &+= 1 }
            index = text.firstIndex(of: star, from: isClosed ? end &+ starCount : index &+ 1)
        }
        return count
    }

    /// `<<[^\n]+>>` with more than angle brackets between.
    @_noAllocation
    func hasTitle() -> Bool {
        var index = text.firstIndex(of: ByteView("<<"))
        while index >= 0 {
            let lineEnd = text.firstIndex(of: 0x0A, from: index)
            let end = lineEnd < 0 ? text.count : lineEnd
            let close = text.slice(index, end).lastIndex(of: ByteView(">>"))
            guard close >= 3 else {
                index = text.firstIndex(of: ByteView("<<"), from: index &+ 1)
                continue
            }
            var first = index
            var last = index &+ close &+ 2
            while first < last && text[first] == UInt8(ascii: "<") { first &+= 1 }
            while last > first && text[last &- 1] == UInt8(ascii: ">") { last &-= 1 }
            if !TextTrim.trimmed(text.slice(first, last)).isEmpty { return true }
            index = end < text.count ? text.firstIndex(of: ByteView("<<"), from: end) : -1
        }
        return false
    }

    /// `\s?SPLITER\s?\d+\s?`: how often the splitter stands before a number.
    @_noAllocation
    func sectionCount(_ splitter: ByteView) -> Int {
        guard !splitter.isEmpty else { return 0 }
        var count = 0
        var index = text.firstIndex(of: splitter)
        while index >= 0 {
            var digit = index &+ splitter.count
            if digit < text.count {
                var next = digit
                if UTF8Scalar.isWhiteSpace(UTF8Scalar.decode(text, at: &next)) { digit = next }
            }
            var isNumber = false
            if digit < text.count {
                var next = digit
                isNumber = UTF8Scalar.isDecimalDigit(UTF8Scalar.decode(text, at: &next))
            }
            if isNumber { count &+= 1 }
            index = text.firstIndex(of: splitter, from: isNumber ? digit : index &+ 1)
        }
        return count
    }

    /// Parts between `***`; an empty one counts as none at either end, and -1 is the count when one is between others.
    @_noAllocation
    func paragraphCount() -> Int {
        var count = 0
        var start = 0
        while true {
            let mark = text.firstIndex(of: ByteView("***"), from: start)
            let end = mark < 0 ? text.count : mark
            if !TextTrim.trimmed(text.slice(start, end)).isEmpty {
                count &+= 1
            } else if start > 0 && mark >= 0 {
                return -1
            }
            guard mark >= 0 else { return count }
            start = mark &+ 3
        }
    }

    /// Two parts between `******` that are not the same; none between them may be empty.
    @_noAllocation
    func hasTwoResponses() -> Bool {
        var count = 0
        var first = ByteView.empty
        var second = ByteView.empty
        var start = 0
        while true {
            let mark = text.firstIndex(of: ByteView("******"), from: start)
            let part = TextTrim.trimmed(text.slice(start, mark < 0 ? text.count : mark))
            if !part.isEmpty {
                count &+= 1
                if count == 1 { first = part } else { second = part }
            } else if start > 0 && mark >= 0 {
                return false
            }
            guard mark >= 0 else { break }
            start = mark &+ 6
        }
        return count == 2 && !first.equals(second)
    }

    /// `p.\s?p.\s?s` for `P.P.S`, `p.\s?s.` for `P.S.`, any other marker as it is.
    @_noAllocation
    func hasPostscript(_ marker: ByteView) -> Bool {
        if marker.equals(ByteView("p.p.s")) { return hasLetters(ByteView("p.p.s")) }
        if marker.equals(ByteView("p.s.")) { return hasLetters(ByteView("p.s.")) }
        return folded.firstIndex(of: marker) >= 0
    }

    /// Whether the pattern stands somewhere in the folded text, with at most one white space after each full stop that is
    /// not its last byte.
    @_noAllocation
    private func hasLetters(_ pattern: ByteView) -> Bool {
        var start = folded.firstIndex(of: pattern[0])
        while start >= 0 {
            var index = start
            var matchedCount = 0
            while matchedCount < pattern.count, index < folded.count, folded[index] == pattern[matchedCount] {
                index &+= 1
                matchedCount &+= 1
                guard pattern[matchedCount &- 1] == UInt8(ascii: "."), index < folded.count else { continue }
                var next = index
                if UTF8Scalar.isWhiteSpace(UTF8Scalar.decode(folded, at: &next)) { index = next }
            }
            if matchedCount == pattern.count { return true }
            start = folded.firstIndex(of: pattern[0], from: start &+ 1)
        }
        return false
    }

    /// Whether there are so many paragraphs, parted by an empty line, and the `nth` begins with that folded word.
    @_noAllocation
    func startsParagraph(with word: ByteView, nth: Int, count wanted: Int) -> Bool {
        var paragraphCount = 0
        var position = 0
        var start = 0
        var paragraph = ByteView.empty
        while true {
            let mark = folded.firstIndex(of: ByteView("\n\n"), from: start)
            let part = TextTrim.trimmed(folded.slice(start, mark < 0 ? folded.count : mark))
            position &+= 1
            if !part.isEmpty { paragraphCount &+= 1 }
            if position == nth { paragraph = part }
            guard mark >= 0 else { break }
            start = mark &+ 2
        }
        guard nth <= paragraphCount, !paragraph.isEmpty else { return false }
        return paragraphCount == wanted && Self.firstWord(of: paragraph).equals(word)
    }

    /// The first word of a trimmed text without quotation marks before it, up to a mark of punctuation.
    @_noAllocation
    private static func firstWord(of paragraph: ByteView) -> ByteView {
        var start = 0
        while start < paragraph.count && paragraph[start] == UInt8(ascii: "'") { start &+= 1 }
        while start < paragraph.count && paragraph[start] == UInt8(ascii: "\"") { start &+= 1 }
        var end = start
        while end < paragraph.count {
            switch paragraph[end] {
            case UInt8(ascii: "."), UInt8(ascii: ","), UInt8(ascii: "?"), UInt8(ascii: "!"), UInt8(ascii: "'"),
                UInt8(ascii: "\""):
                return paragraph.slice(start, end)
            default: break
            }
            var next = end
            if UTF8Scalar.isWhiteSpace(UTF8Scalar.decode(paragraph, at: &next)) { break }
            end = next
        }
        return paragraph.slice(start, end)
    }
}
