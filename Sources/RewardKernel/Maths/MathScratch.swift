internal import RewardMemory

/// An answer that was found, cleaned and, where it can be, parsed.
internal struct MathReading: BitwiseCopyable {
    var place = MathPlace.none
    /// The node of the whole answer; -1 when it cannot be read and only its text is there to compare.
    var root: Int16 = -1
    /// Whether it holds LaTeX.
    var hasCommands = false
    /// Where it stands in its text.
    var span = MathSpan(0, 0)
}

/// The working memory of one worker for comparing answers as mathematics.
@safe
package struct MathScratch: ~Copyable {
    package struct Requirements {
        /// Whether any component compares mathematics; without one there is no memory.
        package var isNeeded = false

        package init() {}
    }

    /// The reference and the answer, cleaned; or what verl's rules make of them.
    var reference: RigidBytes
    var answer: RigidBytes
    /// Nodes of both: the reference's first.
    private let nodes: RigidPool<MathNode>
    /// Values of nodes at the three points, for either choice of a `\pm`.
    private let values: RigidPool<MathValue>
    private var referenceNodeCount = 0
    private let words: MathWords
    private let storage = OwnedStorage()

    /// Values kept of one node.
    static var valuesPerNode: Int { @_noAllocation get { 6 } }

    // Allocates: once per worker and configuration.
    package init(_ requirements: Requirements) {
        // A byte of an answer becomes at most two, and for verl at most six.
        let byteCount = requirements.isNeeded ? 2 * Limits.mathAnswerByteCountMax : 0
        let nodeCount = requirements.isNeeded ? Limits.mathNodeCountMax : 0
        reference = RigidBytes(capacity: byteCount)
        answer = RigidBytes(capacity: byteCount)
        nodes = RigidPool(capacity: nodeCount) { _ in MathNode(.number) }
        values = RigidPool(capacity: nodeCount * Self.valuesPerNode) { _ in MathValue() }
        words = MathWords(in: storage)
    }

    deinit {
        nodes.destroy()
        values.destroy()
    }

    // MARK: Reading

    /// Reads the answer of a reference. What has neither mathematics nor LaTeX nor is a single word is none.
    @_noAllocation
    mutating func readReference(_ text: ByteView) -> MathReading {
        read(text, isReference: true)
    }

    /// Reads the answer of a completion; `readReference` came before.
    @_noAllocation
    mutating func readAnswer(_ text: ByteView) -> MathReading {
        read(text, isReference: false)
    }

    @_noAllocation
    private mutating func read(_ text: ByteView, isReference: Bool) -> MathReading {
        let finder = MathAnswerFinder(text)
        let boxes = finder.boxes()
        if boxes.count > 0 {
            let reading = attempt(boxes, .box, text, isReference)
            if isPresent(isReference) { return reading }
        }
        if let part = finder.markedPart() {
            let reading = readMarked(part, finder, isReference)
            if isPlaced(reading) { return reading }
        }
        var whole = MathReading()
        if text.count <= Limits.mathAnswerByteCountMax {
            whole = attempt(MathSpans(MathSpan(0, text.count)), .whole, text, isReference)
            if whole.root >= 0 { return whole }
        }
        let formula = finder.lastFormula()
        if let number = finder.lastNumber(), !isReference, number.start >= formula?.end ?? 0 {
            return attempt(MathSpans(number), .number, text, isReference)
        }
        if let formula {
            let reading = attempt(MathSpans(formula), .formula, text, isReference)
            if isPresent(isReference), reading.root >= 0 || reading.hasCommands { return reading }
        }
        guard whole.hasCommands else { return MathReading() }
        return attempt(MathSpans(MathSpan(0, text.count)), .whole, text, isReference)
    }

    /// Behind a marker: what the sentence says that something `is`, else the sentence.
    @_noAllocation
    private mutating func readMarked(_ part: MathSpan, _ finder: MathAnswerFinder, _ isReference: Bool) -> MathReading {
        let copula = finder.text.slice(0, part.end).firstIndex(of: ByteView(" is "), from: part.start)
        if copula >= 0 {
            let reading = readSentence(MathSpan(copula &+ 4, part.end), finder, isReference, takesWord: false)
            if isPlaced(reading) { return reading }
        }
        return readSentence(part, finder, isReference, takesWord: true)
    }

    /// The whole sentence when it is mathematics, else its first formula, else its first number.
    @_noAllocation
    private mutating func readSentence(
        _ part: MathSpan, _ finder: MathAnswerFinder, _ isReference: Bool, takesWord: Bool
    ) -> MathReading {
        if part.end &- part.start <= Limits.mathAnswerByteCountMax {
            let reading = attempt(MathSpans(part), .marker, finder.text, isReference)
            if reading.root >= 0, takesWord || !nodes[Int(reading.root)].isText { return reading }
        }
        if let formula = finder.firstFormula(from: part.start, to: part.end) {
            let reading = attempt(MathSpans(formula), .marker, finder.text, isReference)
            if isPresent(isReference) { return reading }
        }
        if let number = finder.firstNumber(from: part.start, to: part.end) {
            return attempt(MathSpans(number), .marker, finder.text, isReference)
        }
        return MathReading()
    }

    @_noAllocation
    private func isPlaced(_ reading: MathReading) -> Bool {
        switch reading.place {
        case .none: false
        case .box, .marker, .whole, .formula, .number: true
        }
    }

    /// Whether the last attempt left anything.
    @_noAllocation
    private func isPresent(_ isReference: Bool) -> Bool {
        isReference ? !reference.view.isEmpty : !answer.view.isEmpty
    }

    /// Cleans and parses those parts of `text`.
    @_noAllocation
    private mutating func attempt(
        _ spans: MathSpans, _ place: MathPlace, _ text: ByteView, _ isReference: Bool
    ) -> MathReading {
        var reading = MathReading()
        reading.place = place
        reading.span = MathSpan(spans[0].start, spans[spans.count &- 1].end)
        let isClean: Bool
        if isReference {
            isClean = Self.clean(spans, text, words, into: &reference, &reading)
        } else {
            isClean = Self.clean(spans, text, words, into: &answer, &reading)
        }
        guard isClean else { return reading }
        let base = isReference ? 0 : referenceNodeCount
        var parser = MathParser(isReference ? reference.view : answer.view, nodes: nodes, values: values, after: base)
        reading.root = parser.parse()
        if isReference { referenceNodeCount = reading.root < 0 ? 0 : parser.count }
        return reading
    }

    /// False when the answer is too long; what was cleaned of it then is void.
    @_noAllocation
    private static func clean(
        _ spans: MathSpans, _ text: ByteView, _ words: MathWords, into out: inout RigidBytes,
        _ reading: inout MathReading
    ) -> Bool {
        out.removeAll()
        var cleaner = MathCleaner(words)
        var index = 0
        while index < spans.count {
            let span = spans[index]
            cleaner.append(text.slice(span.start, span.end), to: &out)
            index &+= 1
        }
        reading.hasCommands = cleaner.hasCommands
        if cleaner.isFull { out.removeAll() }
        return !out.view.isEmpty
    }

    // MARK: Comparing

    /// Whether the two answers that were read last are the same: as written, or as mathematics.
    @_noAllocation
    func equal(_ wanted: MathReading, _ given: MathReading, decimalPlaces: Int) -> Bool {
        if isWrittenTheSame() { return true }
        guard wanted.root >= 0, given.root >= 0 else { return false }
        let comparison = MathComparison(
            nodes, values, reference: reference.view, answer: answer.view, decimalPlaces: decimalPlaces)
        return comparison.equal(.init(wanted.root), .init(given.root))
    }

    /// Whether both are the same once cleaned, spaces aside.
    @_noAllocation
    private func isWrittenTheSame() -> Bool {
        let left = reference.view
        let right = answer.view
        guard !left.isEmpty, !right.isEmpty else { return false }
        var leftIndex = 0
        var rightIndex = 0
        while true {
            while leftIndex < left.count, left[leftIndex] == UInt8(ascii: " ") { leftIndex &+= 1 }
            while rightIndex < right.count, right[rightIndex] == UInt8(ascii: " ") { rightIndex &+= 1 }
            if leftIndex == left.count || rightIndex == right.count {
                return leftIndex == left.count && rightIndex == right.count
            }
            guard left[leftIndex] == right[rightIndex] else { return false }
            leftIndex &+= 1
            rightIndex &+= 1
        }
    }
}
