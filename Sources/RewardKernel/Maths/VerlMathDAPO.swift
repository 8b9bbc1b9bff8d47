internal import RewardMemory

/// verl's `math_dapo`: the last `Answer:` of the last 300 characters, both sides normalised as for Minerva; without one,
/// the last `\boxed{}` of the last 100 characters, as it is.
internal enum VerlMathDAPO {
    static var characterCountMax: Int { @_noAllocation get { 300 } }
    static var boxCharacterCountMax: Int { @_noAllocation get { 100 } }

    /// What stands behind the last `(?i)Answer\s*:\s*([^\n]+)`, matched from left to right.
    @_noAllocation
    static func markedAnswer(_ text: ByteView) -> ByteView? {
        var answer: ByteView?
        var index = 0
        while index &+ 7 <= text.count {
            guard isWord(text, at: index), let content = contentStart(text, from: index &+ 6) else {
                index &+= 1
                continue
            }
            var end = content
            while end < text.count, text[end] != UInt8(ascii: "\n") { end &+= 1 }
            answer = text.slice(content, end)
            index = end
        }
        return answer
    }

    @_noAllocation
    private static func isWord(_ text: ByteView, at start: Int) -> Bool {
        let word = ByteView("answer")
        var index = 0
        while index < word.count {
            if text[start &+ index] | 0x20 != word[index] { return false }
            index &+= 1
        }
        return true
    }

    /// Where the group begins that follows `\s*:\s*`: `\s*` takes all it can, and gives back what `[^\n]+` needs.
    @_noAllocation
    private static func contentStart(_ text: ByteView, from start: Int) -> Int? {
        var index = start
        skipSpace(text, &index)
        guard index < text.count, text[index] == UInt8(ascii: ":") else { return nil }
        index &+= 1
        var last = -1
        while index < text.count {
            var next = index
            guard VerlNormalizer.isSpace(UTF8Scalar.decode(text, at: &next)) else { return index }
            if text[index] != UInt8(ascii: "\n") { last = index }
            index = next
        }
        return last >= 0 ? last : nil
    }

    @_noAllocation
    private static func skipSpace(_ text: ByteView, _ index: inout Int) {
        while index < text.count {
            var next = index
            guard VerlNormalizer.isSpace(UTF8Scalar.decode(text, at: &next)) else { return }
            index = next
        }
    }

    /// What the last `\boxed{` holds; nil without one that is closed.
    @_noAllocation
    static func boxedAnswer(_ text: ByteView) -> ByteView? {
        let start = text.lastIndex(of: ByteView("\\boxed{"))
        guard start >= 0 else { return nil }
        var depth = 0
        var index = start
        while index < text.count {
            if text[index] == UInt8(ascii: "{") { depth &+= 1 }
            if text[index] == UInt8(ascii: "}") {
                depth &-= 1
                if depth == 0 { return text.slice(start &+ 7, index) }
            }
            index &+= 1
        }
        return nil
    }
}

extension MathScratch {
    /// Whether `completion` is right by `math_dapo`; nil when the reference is too long to be normalised.
    @_noAllocation
    mutating func isCorrectByMathDAPO(_ completion: ByteView, _ wanted: ByteView) -> (place: MathPlace, isEqual: Bool)?
    {
        let window = VerlWindow.last(VerlMathDAPO.characterCountMax, of: completion)
        guard let marked = VerlMathDAPO.markedAnswer(window) else {
            let end = VerlWindow.last(VerlMathDAPO.boxCharacterCountMax, of: window)
            guard let boxed = VerlMathDAPO.boxedAnswer(end) else { return (.none, false) }
            return (.box, boxed.equals(wanted))
        }
        guard VerlNormalizer.normalize(wanted, into: &reference) else { return nil }
        guard VerlNormalizer.normalize(marked, into: &answer) else { return (.marker, false) }
        let left = VerlNormalizer.trimmed(reference.view)
        let right = VerlNormalizer.trimmed(answer.view)
        return (.marker, left.equals(right))
    }
}
