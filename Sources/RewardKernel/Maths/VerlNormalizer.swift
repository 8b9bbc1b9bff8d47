internal import CLinux
internal import RewardMemory

/// The normalisation of `math_dapo` (Lewkowycz et al., "Solving Quantitative Reasoning Problems with Language Models",
/// appendix D, as verl has it): replacements of fixed texts in a fixed order, then a few of LaTeX's short forms. Each is
/// one pass over a short text, in place.
internal enum VerlNormalizer {
    /// Normalises `text` in `buffer`; false when it does not fit.
    @_noAllocation
    static func normalize(_ text: ByteView, into buffer: inout RigidBytes) -> Bool {
        buffer.removeAll()
        let equals = text.lastIndex(of: UInt8(ascii: "="), before: text.count)
        let source = text.slice(equals &+ 1, text.count)
        guard source.count <= Limits.mathAnswerByteCountMax, buffer.append(source) else { return false }
        substitute(&buffer)
        removeUnits(&buffer)
        removeLaTeX(&buffer)
        keepFormula(&buffer)
        unwrap(&buffer, "\\text{", isGreedy: false)
        unwrap(&buffer, "\\textbf{", isGreedy: false)
        unwrap(&buffer, "\\overline{", isGreedy: false)
        unwrap(&buffer, "\\boxed{", isGreedy: true)
        guard brace(&buffer, "frac", argumentCount: 2), brace(&buffer, "sqrt", argumentCount: 1) else { return false }
        replace(&buffer, "$", "")
        removeCommasOfNumber(&buffer)
        return true
    }

    @_noAllocation
    private static func substitute(_ buffer: inout RigidBytes) {
        replace(&buffer, "an ", "")
        replace(&buffer, "a ", "")
        replace(&buffer, ".$", "$")
        replace(&buffer, "\\$", "")
        replace(&buffer, "\\ ", "")
        replace(&buffer, " ", "")
        replace(&buffer, "mbox", "text")
        replace(&buffer, ",\\text{and}", ",")
        replace(&buffer, "\\text{and}", ",")
        replace(&buffer, "\\text{m}", "\\text{}")
    }

    @_noAllocation
    private static func removeUnits(_ buffer: inout RigidBytes) {
        replace(&buffer, "square", "")
        replace(&buffer, "ways", "")
        replace(&buffer, "integers", "")
        replace(&buffer, "dollars", "")
        replace(&buffer, "mph", "")
        replace(&buffer, "inches", "")
        replace(&buffer, "hours", "")
        replace(&buffer, "km", "")
        replace(&buffer, "units", "")
        replace(&buffer, "\\ldots", "")
        replace(&buffer, "sue", "")
        replace(&buffer, "points", "")
        replace(&buffer, "feet", "")
        replace(&buffer, "minutes", "")
        replace(&buffer, "digits", "")
        replace(&buffer, "cents", "")
        replace(&buffer, "degrees", "")
        replace(&buffer, "cm", "")
        replace(&buffer, "gm", "")
        replace(&buffer, "pounds", "")
        replace(&buffer, "meters", "")
        replace(&buffer, "meals", "")
        replace(&buffer, "edges", "")
        replace(&buffer, "students", "")
        replace(&buffer, "childrentickets", "")
        replace(&buffer, "multiples", "")
    }

    @_noAllocation
    private static func removeLaTeX(_ buffer: inout RigidBytes) {
        replace(&buffer, "\\text{s}", "")
        replace(&buffer, "\\text{.}", "")
        replace(&buffer, "\\text{\ns}", "")
        replace(&buffer, "\\text{}^2", "")
        replace(&buffer, "\\text{}^3", "")
        replace(&buffer, "\\text{\n}", "")
        replace(&buffer, "\\text{}", "")
        replace(&buffer, "\\mathrm{th}", "")
        replace(&buffer, "^\\circ", "")
        replace(&buffer, "^{\\circ}", "")
        replace(&buffer, "\\;", "")
        replace(&buffer, ",\\!", "")
        replace(&buffer, "{,}", "")
        replace(&buffer, "\"", "")
        replace(&buffer, "\\dots", "")
    }

    // MARK: Steps

    /// Every occurrence from left to right, none overlapping; what replaces it is never longer.
    @_noAllocation
    private static func replace(_ buffer: inout RigidBytes, _ old: StaticString, _ new: StaticString) {
        let wanted = ByteView(old)
        let replacement = ByteView(new)
        precondition(replacement.count <= wanted.count, "a replacement in place does not grow")
        let text = buffer.view
        var from = text.firstIndex(of: wanted)
        guard from >= 0 else { return }
        var end = from
        while from >= 0 {
            end = move(&buffer, replacement, to: end)
            let rest = from &+ wanted.count
            from = text.firstIndex(of: wanted, from: rest)
            let stop = from < 0 ? text.count : from
            end = move(&buffer, text.slice(rest, stop), to: end)
        }
        buffer.truncate(to: end)
    }

    /// Writes `part` at `end`, which is no later than where it stands now; returns where it ends.
    @_noAllocation
    private static func move(_ buffer: inout RigidBytes, _ part: ByteView, to end: Int) -> Int {
        precondition(end &+ part.count <= buffer.count, "what is moved stays inside the buffer")
        unsafe plaudit_move(buffer.base + end, part.base, part.count)
        return end &+ part.count
    }

    /// Of a line with two dollar signs, what stands between the first two, with them: `(.*?)(\$)(.*?)(\$)(.*)`.
    @_noAllocation
    private static func keepFormula(_ buffer: inout RigidBytes) {
        let text = buffer.view
        var end = 0
        var line = 0
        while line <= text.count {
            let newline = text.firstIndex(of: UInt8(ascii: "\n"), from: line)
            let lineEnd = newline < 0 ? text.count : newline
            let first = text.slice(0, lineEnd).firstIndex(of: UInt8(ascii: "$"), from: line)
            let second = first < 0 ? -1 : text.slice(0, lineEnd).firstIndex(of: UInt8(ascii: "$"), from: first &+ 1)
            let part = second < 0 ? text.slice(line, lineEnd) : text.slice(first, second &+ 1)
            end = move(&buffer, part, to: end)
            guard newline >= 0 else { break }
            end = move(&buffer, ByteView("\n"), to: end)
            line = lineEnd &+ 1
        }
        buffer.truncate(to: end)
    }

    /// Leaves `command` and its closing brace out, which is the next of the line, or with `isGreedy` the last.
    @_noAllocation
    private static func unwrap(_ buffer: inout RigidBytes, _ command: StaticString, isGreedy: Bool) {
        let wanted = ByteView(command)
        let text = buffer.view
        var end = 0
        var index = 0
        while index < text.count {
            let start = text.firstIndex(of: wanted, from: index)
            guard start >= 0 else { break }
            let content = start &+ wanted.count
            let newline = text.firstIndex(of: UInt8(ascii: "\n"), from: content)
            let line = text.slice(0, newline < 0 ? text.count : newline)
            let close =
                isGreedy
                ? line.lastIndex(of: UInt8(ascii: "}"), before: line.count)
                : line.firstIndex(of: UInt8(ascii: "}"), from: content)
            guard close >= content else {
                end = move(&buffer, text.slice(index, content), to: end)
                index = content
                continue
            }
            end = move(&buffer, text.slice(index, start), to: end)
            end = move(&buffer, text.slice(content, close), to: end)
            index = close &+ 1
        }
        end = move(&buffer, text.slice(index, text.count), to: end)
        buffer.truncate(to: end)
    }

    /// `frac12` becomes `frac{1}{2}`, `sqrt3` becomes `sqrt{3}`: characters that are no opening brace get braces. False
    /// when there is no room for them.
    @_noAllocation
    private static func brace(_ buffer: inout RigidBytes, _ command: StaticString, argumentCount: Int) -> Bool {
        let wanted = ByteView(command)
        var index = 0
        while true {
            let start = buffer.view.firstIndex(of: wanted, from: index)
            guard start >= 0 else { return true }
            let first = start &+ wanted.count
            let text = buffer.view
            index = first
            guard first < text.count, text[first] != UInt8(ascii: "{") else { continue }
            var second = first
            _ = UTF8Scalar.decode(text, at: &second)
            var end = second
            if argumentCount == 2 {
                guard second < text.count, text[second] != UInt8(ascii: "\n") else { continue }
                _ = UTF8Scalar.decode(text, at: &end)
            }
            guard insert(&buffer, "{", at: first) else { return false }
            let isTwo = argumentCount == 2
            guard insert(&buffer, isTwo ? "}{" : "}", at: second &+ 1) else { return false }
            if isTwo, !insert(&buffer, "}", at: end &+ 3) { return false }
            index = end &+ (isTwo ? 4 : 2)
        }
    }

    @_noAllocation
    private static func insert(_ buffer: inout RigidBytes, _ literal: StaticString, at index: Int) -> Bool {
        let part = ByteView(literal)
        let count = buffer.count
        guard buffer.freeCount >= part.count else { return false }
        buffer.setCount(count &+ part.count)
        unsafe plaudit_move(buffer.base + index + part.count, buffer.base + index, count &- index)
        unsafe plaudit_copy(buffer.base + index, part.base, part.count)
        return true
    }

    /// A text of digits and commas loses the commas.
    @_noAllocation
    private static func removeCommasOfNumber(_ buffer: inout RigidBytes) {
        let text = buffer.view
        var digitCount = 0
        var index = 0
        while index < text.count {
            if text[index] == UInt8(ascii: ",") {
                index &+= 1
                continue
            }
            guard isDigit(UTF8Scalar.decode(text, at: &index)) else { return }
            digitCount &+= 1
        }
        if digitCount > 0 { replace(&buffer, ",", "") }
    }

    /// Python's `str.isdigit`, for the scripts that language models write numbers in.
    @_noAllocation
    private static func isDigit(_ scalar: UInt32) -> Bool {
        switch scalar {
        case 0x30...0x39, 0xB2, 0xB3, 0xB9, 0x2070, 0x2074...0x2079, 0x2080...0x2089: true
        default: UnicodeDigit.value(scalar) >= 0
        }
    }

    // MARK: White space

    /// Python's `str.isspace`: Unicode's white space and four control characters.
    @_noAllocation
    static func isSpace(_ scalar: UInt32) -> Bool {
        UTF8Scalar.isWhiteSpace(scalar) || (scalar >= 0x1C && scalar <= 0x1F)
    }

    /// The four control characters, which are one byte each; other bytes may be parts of characters.
    @_noAllocation
    private static func isControlSpace(_ byte: UInt8) -> Bool { byte >= 0x1C && byte <= 0x1F }

    /// Python's `str.strip`.
    @_noAllocation
    static func trimmed(_ text: ByteView) -> ByteView {
        var view = text
        while true {
            let shorter = TextTrim.trimmed(view)
            let first = !shorter.isEmpty && isControlSpace(shorter[0]) ? 1 : 0
            let last = shorter.count > first && isControlSpace(shorter[shorter.count &- 1]) ? 1 : 0
            if first &+ last == 0 { return shorter }
            view = shorter.slice(first, shorter.count &- last)
        }
    }
}
