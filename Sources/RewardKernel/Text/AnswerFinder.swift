internal import RewardMemory

/// How the answer of a text was found.
internal enum AnswerKind: BitwiseCopyable {
    case none
    case afterHashes
    case inBox
    case afterAnswer
    case afterMarker
    case lastNumber
    /// The text is the number, with nothing but its units: references only.
    case whole
    /// A `\boxed{…}` whose content is no number.
    case otherBox

    /// The kind as a finding keeps it.
    var code: UInt8 {
        @_noAllocation get {
            switch self {
            case .none: 0
            case .afterHashes: 1
            case .inBox: 2
            case .afterAnswer: 3
            case .afterMarker: 4
            case .lastNumber: 5
            case .whole: 6
            case .otherBox: 7
            }
        }
    }
}

/// The answer of a text, or why there is none.
internal struct FoundAnswer: BitwiseCopyable {
    var kind: AnswerKind
    var number: FoundNumber?
}

/// Finds the number that a text gives as its answer.
internal struct AnswerFinder: BitwiseCopyable {
    private let scanner: NumberScanner

    /// Bytes between a marker and its number: signs of currency, emphasis and mathematics, no words.
    private static var gapByteCountMax: Int { @_noAllocation get { 64 } }

    @_noAllocation
    init(_ text: ByteView, decimalMark: DecimalMark) {
        scanner = NumberScanner(text, decimalMark: decimalMark)
    }

    /// The first number behind the last `marker`.
    @_noAllocation
    func answer(after marker: ByteView) -> FoundAnswer {
        let start = scanner.text.lastIndex(of: marker)
        guard start >= 0,
            let number = scanner.firstNumber(from: start &+ marker.count, to: scanner.text.count)
        else { return FoundAnswer(kind: .none) }
        return FoundAnswer(kind: .afterMarker, number: number)
    }

    /// The number directly behind the last `####`, `\boxed{`, `Answer:` or `A:` that has one; without such a marker the
    /// last number of the text.
    @_noAllocation
    func answer() -> FoundAnswer {
        let marked = markedAnswer()
        if marked.kind != .none { return marked }
        guard let number = scanner.lastNumber() else { return FoundAnswer(kind: .none) }
        return FoundAnswer(kind: .lastNumber, number: number)
    }

    /// The only number of a reference, or the number behind its last marker (a worked answer serves as a reference).
    @_noAllocation
    func reference() -> FoundAnswer {
        if let number = directNumber(from: 0),
            scanner.firstNumber(from: number.end, to: scanner.text.count) == nil
        {
            return FoundAnswer(kind: .whole, number: number)
        }
        return markedAnswer()
    }

    // MARK: Markers

    /// Looks for markers from the end on, by their last two bytes. One that no number follows directly is
    /// prose (`Answer: we see that …`) and passed over; only a box is an answer whatever it holds, unless it is empty.
    @_noAllocation
    private func markedAnswer() -> FoundAnswer {
        var end = scanner.text.count
        while true {
            let index = scanner.text.lastIndexOfAnswerMark(before: end)
            guard index >= 0 else { return FoundAnswer(kind: .none) }
            let kind = markerKind(endingAt: index)
            if kind == .inBox {
                let boxed = boxedAnswer(from: index &+ 1)
                if boxed.kind != .none { return boxed }
            } else if kind != .none, let number = directNumber(from: index &+ 1) {
                return FoundAnswer(kind: kind, number: number)
            }
            end = index
        }
    }

    /// The marker whose last byte stands at `index`.
    @_noAllocation
    private func markerKind(endingAt index: Int) -> AnswerKind {
        let text = scanner.text
        switch text[index] {
        case UInt8(ascii: "#"):
            return text.slice(0, index &+ 1).ends(with: ByteView("####")) ? .afterHashes : .none
        case UInt8(ascii: "{"):
            return text.slice(0, index).ends(with: ByteView("\\boxed")) ? .inBox : .none
        default:
            return isAnswerWord(endingBefore: index) ? .afterAnswer : .none
        }
    }

    /// Whether `Answer` (in any case, also as `**Answer** :`) or a lone `A` stands before the colon at `colon`.
    @_noAllocation
    private func isAnswerWord(endingBefore colon: Int) -> Bool {
        let text = scanner.text
        var end = colon
        var spaceCount = 0
        while end > 0, spaceCount < 4, isEmphasis(text[end &- 1]) || text[end &- 1] == UInt8(ascii: " ") {
            end &-= 1
            spaceCount &+= 1
        }
        guard end > 0 else { return false }
        let start: Int
        if end >= 6, hasAnswer(at: end &- 6) {
            start = end &- 6
        } else if text[end &- 1] == UInt8(ascii: "A"), end == colon || isEmphasis(text[end]) {
            start = end &- 1
        } else {
            return false
        }
        guard start > 0 else { return true }
        return !NumberScanner.isAlphanumeric(text[start &- 1]) && text[start &- 1] < 0x80
    }

    @_noAllocation
    private func hasAnswer(at start: Int) -> Bool {
        let word = ByteView("answer")
        var index = 0
        while index < word.count {
            if scanner.text[start &+ index] | 0x20 != word[index] { return false }
            index &+= 1
        }
        return true
    }

    @_noAllocation
    private func isEmphasis(_ byte: UInt8) -> Bool {
        byte == UInt8(ascii: "*") || byte == UInt8(ascii: "_")
    }

    // MARK: Behind a marker

    /// The number that stands at `start` with nothing but signs of currency, emphasis and mathematics, or `x =`, before
    /// it.
    @_noAllocation
    private func directNumber(from start: Int) -> FoundNumber? {
        let text = scanner.text
        let end = text.count &- start < Self.gapByteCountMax ? text.count : start &+ Self.gapByteCountMax
        var index = start
        while index < end {
            if let number = scanner.number(at: index, notBefore: start) { return number }
            guard skipDecoration(&index) else { return nil }
        }
        return nil
    }

    /// Steps over one sign that may stand between a marker and its number; false when something else stands there.
    @_noAllocation
    private func skipDecoration(_ index: inout Int) -> Bool {
        let text = scanner.text
        let byte = text[index]
        switch byte {
        case UInt8(ascii: " "), 0x09...0x0D, UInt8(ascii: "*"), UInt8(ascii: "_"), UInt8(ascii: "`"), UInt8(ascii: "~"),
            UInt8(ascii: "$"), UInt8(ascii: "("), UInt8(ascii: "["), UInt8(ascii: "{"), UInt8(ascii: "="),
            UInt8(ascii: ":"),
            UInt8(ascii: "\""), UInt8(ascii: "'"), UInt8(ascii: "-"), UInt8(ascii: "+"):
            index &+= 1
            return true
        case UInt8(ascii: "\\"):
            return skipCommand(&index)
        case 0..<0x80:
            return NumberScanner.isAlphanumeric(byte) && skipAssignment(&index)
        default:
            var next = index
            let scalar = UTF8Scalar.decode(text, at: &next)
            // Minus, about equal, typographic quotation marks.
            let isSign =
                scalar == 0x2212 || scalar == 0x2248 || (scalar >= 0x2018 && scalar <= 0x201F) || scalar == 0xFF1A
            guard isSign || UTF8Scalar.isWhiteSpace(scalar) || UnicodeDigit.isCurrency(scalar) else { return false }
            index = next
            return true
        }
    }

    /// LaTeX that changes how a number looks and not what it is.
    @_noAllocation
    private func skipCommand(_ index: inout Int) -> Bool {
        let byteCount: Int
        if scanner.hasPrefix("\\boxed{", at: index) || scanner.hasPrefix("\\textbf{", at: index)
            || scanner.hasPrefix("\\mathbf{", at: index) || scanner.hasPrefix("\\mathrm{", at: index)
        {
            byteCount = scanner.hasPrefix("\\boxed{", at: index) ? 7 : 8
        } else if scanner.hasPrefix("\\text{", at: index) {
            byteCount = 6
        } else if scanner.hasPrefix("\\$", at: index) || scanner.hasPrefix("\\(", at: index)
            || scanner.hasPrefix("\\[", at: index) || scanner.hasPrefix("\\,", at: index)
            || scanner.hasPrefix("\\ ", at: index)
        {
            byteCount = 2
        } else {
            return false
        }
        index &+= byteCount
        return true
    }

    /// `x =`, or the `US` of `US$`.
    @_noAllocation
    private func skipAssignment(_ index: inout Int) -> Bool {
        if scanner.hasPrefix("US$", at: index) {
            index &+= 2
            return true
        }
        var end = index &+ 1
        scanner.skipSpaces(&end, atMost: 2)
        guard end < scanner.text.count, scanner.text[end] == UInt8(ascii: "=") else { return false }
        index = end &+ 1
        return true
    }

    // MARK: Boxes

    /// The number of a box whose content begins at `start`; `.none` when the box is empty, `.otherBox` when it holds
    /// something that is not one number.
    @_noAllocation
    private func boxedAnswer(from start: Int) -> FoundAnswer {
        let text = scanner.text
        var first = start
        while first < text.count, text[first] == UInt8(ascii: " ") || text[first] == UInt8(ascii: ".") { first &+= 1 }
        // `\boxed{}` and `\boxed{...}` quote the instruction.
        if first >= text.count || text[first] == UInt8(ascii: "}") && text[start] != UInt8(ascii: "{") {
            return FoundAnswer(kind: .none)
        }
        guard let number = directNumber(from: start), isTermEnd(number.end) else { return FoundAnswer(kind: .otherBox) }
        return FoundAnswer(kind: .inBox, number: number)
    }

    /// Whether the number in a box ends its term at `end`: a root, a power, an operator or a variable behind it makes
    /// it a part of something else, a unit does not.
    @_noAllocation
    private func isTermEnd(_ end: Int) -> Bool {
        let text = scanner.text
        var index = end
        scanner.skipSpaces(&index, atMost: 4)
        guard index < text.count else { return true }
        switch text[index] {
        case UInt8(ascii: "^"):
            return scanner.hasPrefix("^\\circ", at: index) || scanner.hasPrefix("^{\\circ}", at: index)
        case UInt8(ascii: "+"), UInt8(ascii: "-"), UInt8(ascii: "*"), UInt8(ascii: "/"), UInt8(ascii: "("),
            UInt8(ascii: "="),
            UInt8(ascii: "_"), UInt8(ascii: "!"), UInt8(ascii: ","), UInt8(ascii: ";"):
            return false
        case UInt8(ascii: "\\"):
            return isUnitCommand(at: index)
        case UInt8(ascii: "x"), UInt8(ascii: "y"), UInt8(ascii: "z"), UInt8(ascii: "n"), UInt8(ascii: "k"),
            UInt8(ascii: "a"), UInt8(ascii: "b"), UInt8(ascii: "i"), UInt8(ascii: "t"), UInt8(ascii: "e"):
            // 2x is no number, 2 apples are two.
            return index &+ 1 < text.count && text[index &+ 1] | 0x20 >= UInt8(ascii: "a")
                && text[index &+ 1] | 0x20 <= UInt8(ascii: "z")
        default: return true
        }
    }

    @_noAllocation
    private func isUnitCommand(at index: Int) -> Bool {
        scanner.hasPrefix("\\text", at: index) || scanner.hasPrefix("\\mathrm", at: index)
            || scanner.hasPrefix("\\mbox", at: index) || scanner.hasPrefix("\\,", at: index)
            || scanner.hasPrefix("\\ ", at: index) || scanner.hasPrefix("\\;", at: index)
            || scanner.hasPrefix("\\!", at: index) || scanner.hasPrefix("\\$", at: index)
            || scanner.hasPrefix("\\)", at: index) || scanner.hasPrefix("\\]", at: index)
            || scanner.hasPrefix("\\circ", at: index) || scanner.hasPrefix("\\degree", at: index)
            || scanner.hasPrefix("\\quad", at: index)
    }
}
