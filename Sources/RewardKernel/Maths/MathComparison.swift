internal import RewardMemory

/// Whether two parsed answers are the same. Recursion follows the answers' nesting, which is bounded; lists without
/// order cost the product of their lengths.
internal struct MathComparison: BitwiseCopyable {
    let nodes: RigidPool<MathNode>
    let values: RigidPool<MathValue>
    /// The cleaned texts that the nodes point into.
    let reference: ByteView
    let answer: ByteView
    /// Decimals with so many places or more stand for what rounds to them.
    let decimalPlaces: Int

    @_noAllocation
    init(
        _ nodes: RigidPool<MathNode>, _ values: RigidPool<MathValue>, reference: ByteView, answer: ByteView,
        decimalPlaces: Int
    ) {
        self.nodes = nodes
        self.values = values
        self.reference = reference
        self.answer = answer
        self.decimalPlaces = decimalPlaces
    }

    /// Which sign a `\pm` stands for; while that is open, an expression with one is two.
    internal enum Choice: BitwiseCopyable { case open, upper, lower }

    /// One of two answers, or a part of it.
    internal struct Item: BitwiseCopyable {
        var node: Int16
        var choice: Choice

        @_noAllocation
        init(_ node: Int16, _ choice: Choice = .open) {
            self.node = node
            self.choice = choice
        }

        var isLower: Bool {
            @_noAllocation get {
                switch choice {
                case .lower: true
                case .open, .upper: false
                }
            }
        }

        var isOpen: Bool {
            @_noAllocation get {
                switch choice {
                case .open: true
                case .upper, .lower: false
                }
            }
        }
    }

    @_noAllocation
    func node(_ item: Item) -> MathNode { nodes[Int(item.node)] }

    @_noAllocation
    func value(_ item: Item, at point: Int) -> MathValue {
        MathEvaluation(nodes, values).value(item.node, at: point, isLower: item.isLower)
    }

    // MARK: Kinds

    /// - Parameter wanted: Of the reference.
    @_noAllocation
    func equal(_ wanted: Item, _ given: Item) -> Bool {
        guard wanted.node >= 0, given.node >= 0 else { return false }
        let isList = isUnordered(wanted) || isUnordered(given)
        if !isList, hasOpenChoice(wanted) || hasOpenChoice(given) { return haveSameItems(wanted, given) }
        switch (node(wanted).kind, node(given).kind) {
        case (.operand, _): return equal(child(wanted), given)
        case (_, .operand): return equal(wanted, child(given))
        case (.relation, .relation): return relationsEqual(wanted, given)
        case (_, .relation):
            guard isEquation(given) else { return boundsEqual(wanted, given) }
            return equal(wanted, last(given))
        case (.relation, _):
            guard isAssignment(wanted) else { return boundsEqual(wanted, given) }
            return equal(last(wanted), given)
        case (.tuple, .list), (.tuple, .set): return tupleEquals(wanted, given, tuple: wanted, list: given)
        case (.list, .tuple), (.set, .tuple): return tupleEquals(wanted, given, tuple: given, list: wanted)
        case (.list, _), (.set, _), (_, .list), (_, .set): return haveSameItems(wanted, given)
        case (.text, _), (_, .text): return textsEqual(wanted, given)
        case (.setSum, .setSum): return setSumsEqual(wanted, given)
        case (.matrix, .matrix), (.row, .row): return childrenEqual(wanted, given)
        case (.tuple, .tuple): return tuplesEqual(wanted, given)
        case (.setSum, _), (_, .setSum), (.matrix, _), (_, .matrix), (.row, _), (_, .row), (.tuple, _), (_, .tuple):
            return false
        default: return expressionsEqual(wanted, given)
        }
    }

    @_noAllocation
    func child(_ item: Item) -> Item { Item(node(item).firstChild, item.choice) }

    @_noAllocation
    func last(_ item: Item) -> Item { Item(node(item).lastChild, item.choice) }

    @_noAllocation
    private func next(_ item: Item) -> Item { Item(node(item).next, item.choice) }

    @_noAllocation
    private func hasOpenChoice(_ item: Item) -> Bool { node(item).hasChoice && item.isOpen }

    @_noAllocation
    private func isUnordered(_ item: Item) -> Bool {
        switch node(item).kind {
        case .list, .set: true
        default: false
        }
    }

    // MARK: Collections

    /// The same items in any order, however often each stands there. What is no list is its only item.
    @_noAllocation
    private func haveSameItems(_ wanted: Item, _ given: Item) -> Bool {
        guard node(wanted).childCount <= Limits.mathItemCountMax, node(given).childCount <= Limits.mathItemCountMax
        else { return childrenEqual(wanted, given) }
        return includes(wanted, given, isSwapped: false) && includes(given, wanted, isSwapped: true)
    }

    /// Whether each item of `other` stands in `whole`.
    @_noAllocation
    private func includes(_ whole: Item, _ other: Item, isSwapped: Bool) -> Bool {
        guard isUnordered(other) else { return holds(whole, other, isSwapped) }
        var item = child(other)
        while item.node >= 0 {
            guard holds(whole, item, isSwapped) else { return false }
            item = next(item)
        }
        return true
    }

    /// Whether an item, in either choice of its `\pm`, stands in `whole`.
    @_noAllocation
    private func holds(_ whole: Item, _ item: Item, _ isSwapped: Bool) -> Bool {
        guard hasOpenChoice(item) else { return stands(item, in: whole, isSwapped) }
        return stands(Item(item.node, .upper), in: whole, isSwapped)
            && stands(Item(item.node, .lower), in: whole, isSwapped)
    }

    @_noAllocation
    private func stands(_ item: Item, in whole: Item, _ isSwapped: Bool) -> Bool {
        let isList = isUnordered(whole)
        var other = isList ? child(whole) : whole
        while other.node >= 0 {
            if hasOpenChoice(other) {
                if pairEqual(item, Item(other.node, .upper), isSwapped) { return true }
                if pairEqual(item, Item(other.node, .lower), isSwapped) { return true }
            } else if pairEqual(item, other, isSwapped) {
                return true
            }
            guard isList else { return false }
            other = next(other)
        }
        return false
    }

    /// `item` is of the given answer, or of the reference when the two lists are swapped.
    @_noAllocation
    private func pairEqual(_ item: Item, _ other: Item, _ isSwapped: Bool) -> Bool {
        isSwapped ? equal(item, other) : equal(other, item)
    }

    /// The same children in the same order.
    @_noAllocation
    private func childrenEqual(_ wanted: Item, _ given: Item) -> Bool {
        guard node(wanted).childCount == node(given).childCount else { return false }
        var left = child(wanted)
        var right = child(given)
        while left.node >= 0, right.node >= 0 {
            guard equal(left, right) else { return false }
            left = next(left)
            right = next(right)
        }
        return left.node < 0 && right.node < 0
    }

    /// Two items may be an interval, where each bracket says something; more are a tuple in whatever brackets.
    @_noAllocation
    private func tuplesEqual(_ wanted: Item, _ given: Item) -> Bool {
        let left = node(wanted)
        let right = node(given)
        let isPair = left.childCount == 2
        guard !isPair || (left.opening == right.opening && left.closing == right.closing) else { return false }
        return childrenEqual(wanted, given)
    }

    /// A point whose brackets were left out, or a set of one point.
    @_noAllocation
    private func tupleEquals(_ wanted: Item, _ given: Item, tuple: Item, list: Item) -> Bool {
        if node(list).childCount == 1 { return haveSameItems(wanted, given) }
        return node(tuple).opening == UInt8(ascii: "(") && node(tuple).closing == UInt8(ascii: ")")
            && childrenEqual(wanted, given)
    }

    @_noAllocation
    private func setSumsEqual(_ wanted: Item, _ given: Item) -> Bool {
        let union = MathCode.union
        guard joins(wanted, only: union), joins(given, only: union) else {
            return signsEqual(wanted, given) && childrenEqual(wanted, given)
        }
        return joinIncludes(wanted, given, isSwapped: false) && joinIncludes(given, wanted, isSwapped: true)
    }

    @_noAllocation
    private func joinIncludes(_ whole: Item, _ other: Item, isSwapped: Bool) -> Bool {
        var part = child(other)
        while part.node >= 0 {
            var candidate = child(whole)
            while candidate.node >= 0, !pairEqual(part, candidate, isSwapped) { candidate = next(candidate) }
            if candidate.node < 0 { return false }
            part = next(part)
        }
        return true
    }

    @_noAllocation
    private func joins(_ item: Item, only sign: UInt8) -> Bool {
        var part = next(child(item))
        while part.node >= 0 {
            if node(part).code != sign { return false }
            part = next(part)
        }
        return true
    }

    @_noAllocation
    func signsEqual(_ wanted: Item, _ given: Item) -> Bool {
        var left = child(wanted)
        var right = child(given)
        while left.node >= 0, right.node >= 0 {
            if node(left).code != node(right).code { return false }
            left = next(left)
            right = next(right)
        }
        return left.node < 0 && right.node < 0
    }

    // MARK: Expressions

    /// The same value at every point at which both have one; a percent sign on one side only may have been left out on
    /// the other.
    @_noAllocation
    private func expressionsEqual(_ wanted: Item, _ given: Item) -> Bool {
        if valuesEqual(wanted, given) || roundsEqual(wanted, given) { return true }
        let left = withoutPercent(wanted)
        let right = withoutPercent(given)
        guard (left.node != wanted.node) != (right.node != given.node) else { return false }
        return valuesEqual(left, right) || roundsEqual(left, right)
    }

    @_noAllocation
    private func valuesEqual(_ wanted: Item, _ given: Item) -> Bool {
        var comparedCount = 0
        var point = 0
        while point < MathEvaluation.pointCount {
            let left = value(wanted, at: point)
            let right = value(given, at: point)
            // Where variables are negative, `\sqrt{x}\sqrt{y}` and `\sqrt{xy}` lie on different branches.
            if point == 2, comparedCount == 2, left.crossedBranch || right.crossedBranch { break }
            if left.isDefined || right.isDefined {
                guard left.equals(right) else { return false }
                comparedCount &+= 1
            }
            point &+= 1
        }
        return comparedCount >= 2
    }

    @_noAllocation
    private func withoutPercent(_ item: Item) -> Item {
        switch node(item).kind {
        case .percent: child(item)
        default: item
        }
    }

    /// Whether one is a decimal with enough places and the other no written number but one that rounds to it.
    @_noAllocation
    private func roundsEqual(_ wanted: Item, _ given: Item) -> Bool {
        let left = literal(wanted)
        let right = literal(given)
        guard (left.node >= 0) != (right.node >= 0) else { return false }
        let decimal = node(left.node >= 0 ? left : right)
        guard decimal.isDecimal, Int(decimal.places) >= decimalPlaces else { return false }
        let distance = value(wanted, at: 0).added(to: value(given, at: 0).negated())
        let other = value(left.node >= 0 ? given : wanted, at: 1)
        guard distance.isFinite, other.equals(value(left.node >= 0 ? given : wanted, at: 0)) else { return false }
        return distance.size <= 0.5 * MathValue.powerOfTen(-Int(decimal.places)) + 4 * distance.error
    }

    /// The number that an item is, with a sign and a percent sign at most; no node when it is more.
    @_noAllocation
    private func literal(_ item: Item) -> Item {
        var item = item
        while item.node >= 0 {
            let node = node(item)
            switch node.kind {
            case .number: return item
            case .percent: item = child(item)
            case .sum where node.childCount == 1: item = child(item)
            default: item.node = -1
            }
        }
        return item
    }

    // MARK: Texts

    /// Letters and digits, whatever the case, the spaces and the brackets.
    @_noAllocation
    private func textsEqual(_ wanted: Item, _ given: Item) -> Bool {
        var left = MathTextCursor(reference, node(wanted))
        var right = MathTextCursor(answer, node(given))
        var count = 0
        while true {
            let byte = left.next()
            guard byte == right.next() else { return false }
            if byte == 0 { return count > 0 }
            count &+= 1
        }
    }
}

/// Walks over the letters and digits of a part of a cleaned answer; ASCII in small letters.
internal struct MathTextCursor: BitwiseCopyable {
    private let text: ByteView
    private var index: Int
    private let end: Int

    @_noAllocation
    init(_ text: ByteView, _ node: MathNode) {
        self.text = text
        end = min(Int(node.end), text.count)
        index = Int(node.start)
    }

    /// The next byte that counts, or 0 at the end.
    @_noAllocation
    mutating func next() -> UInt8 {
        while index < end {
            let byte = text[index]
            index &+= 1
            if MathCleaner.isLetter(byte) { return byte | 0x20 }
            if MathCleaner.isDigit(byte) { return byte }
            guard byte >= 0x80 else { continue }
            if byte != MathCode.text, byte != MathCode.word, byte != MathCode.end {
                return byte
            }
        }
        return 0
    }
}
