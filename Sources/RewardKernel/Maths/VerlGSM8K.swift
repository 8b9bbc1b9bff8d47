internal import RewardMemory

/// The answers of verl's `gsm8k` reward: what it cuts out of the last 300 characters and compares as text.
internal struct VerlGSM8K: BitwiseCopyable {
    private let text: ByteView

    static var characterCountMax: Int { @_noAllocation get { 300 } }

    @_noAllocation
    init(_ text: ByteView) {
        self.text = VerlWindow.last(Self.characterCountMax, of: text)
    }

    /// The last `#### ` with `-?[0-9.,]+` behind it, its commas still in it; empty without one.
    @_noAllocation
    func strictAnswer() -> ByteView {
        var end = text.count
        while true {
            let start = text.slice(0, end).lastIndex(of: ByteView("#### "))
            guard start >= 0 else { return .empty }
            var index = start &+ 5
            if index < text.count, text[index] == UInt8(ascii: "-") { index &+= 1 }
            let digits = index
            while index < text.count, isNumeric(text[index]) { index &+= 1 }
            if index > digits { return text.slice(start &+ 5, index) }
            end = start &+ 4
        }
    }

    /// The last match of `-?[0-9.,]+` that is no lone full stop, commas and all; empty without any match.
    @_noAllocation
    func flexibleAnswer() -> ByteView {
        var end = text.count
        var only = ByteView.empty
        while end > 0 {
            guard isNumeric(text[end &- 1]) else {
                end &-= 1
                continue
            }
            var start = end &- 1
            while start > 0, isNumeric(text[start &- 1]) { start &-= 1 }
            let hasSign = start > 0 && text[start &- 1] == UInt8(ascii: "-")
            let found = text.slice(hasSign ? start &- 1 : start, end)
            if !found.equals(ByteView(".")) { return found }
            only = found
            end = start
        }
        return only
    }

    @_noAllocation
    private func isNumeric(_ byte: UInt8) -> Bool {
        MathCleaner.isDigit(byte) || byte == UInt8(ascii: ".") || byte == UInt8(ascii: ",")
    }

    /// Whether an answer, its commas left out, is the reference byte for byte.
    @_noAllocation
    static func equals(_ answer: ByteView, withoutCommas isStripped: Bool, _ reference: ByteView) -> Bool {
        guard isStripped else { return answer.equals(reference) }
        var place = 0
        var index = 0
        while index < answer.count {
            if answer[index] != UInt8(ascii: ",") {
                guard place < reference.count, reference[place] == answer[index] else { return false }
                place &+= 1
            }
            index &+= 1
        }
        return place == reference.count
    }
}

/// verl looks at the end of a completion only.
internal enum VerlWindow {
    /// The last `count` characters (Unicode scalars) of valid UTF-8.
    @_noAllocation
    static func last(_ count: Int, of text: ByteView) -> ByteView {
        var start = text.count
        var rest = count
        while start > 0, rest > 0 {
            start &-= 1
            while start > 0, text[start] & 0xC0 == 0x80 { start &-= 1 }
            rest &-= 1
        }
        return text.slice(start, text.count)
    }
}
