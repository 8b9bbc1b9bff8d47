internal import RewardMemory

/// Reads a cleaned answer into nodes, left to right, without going back:
///
///     list     = item { "," item }
///     item     = text | relation { text }                        texts behind mathematics are units
///     relation = sets { ("=" | "<" | …) sets }
///     sets     = sum { ("∪" | "∩" | "\") sum }
///     sum      = { sign } product { ("+" | "-" | "±" | "∓") { sign } product }
///     product  = power { ["*" | "/" | ":"] power }
///     power    = postfix [ "^" argument ]
///     postfix  = primary { "!" | "%" }
///
/// Nesting is bounded by `Limits.mathDepthMax`; past it, and at whatever does not fit, the answer cannot be read.
internal struct MathParser: ~Copyable {
    let text: ByteView
    let nodes: RigidPool<MathNode>
    private let values: RigidPool<MathValue>
    /// Nodes in use, and where this answer's own begin.
    private(set) var count: Int
    var index = 0
    private(set) var isFailed = false
    private var depth = 0
    /// Bars that are open: inside, a bar closes.
    var openBarCount = 0

    @_noAllocation
    init(_ text: ByteView, nodes: RigidPool<MathNode>, values: RigidPool<MathValue>, after count: Int) {
        self.text = text
        self.nodes = nodes
        self.values = values
        self.count = count
    }

    /// The root of the whole answer, or -1 when it cannot be read.
    @_noAllocation
    mutating func parse() -> Int16 {
        let root = list(until: 0)
        skipSpaces()
        return isFailed || root < 0 || index < text.count ? -1 : root
    }

    // MARK: Nodes

    @_noAllocation
    mutating func fail() -> Int16 {
        isFailed = true
        return -1
    }

    @_noAllocation
    mutating func make(_ kind: MathNode.Kind, from start: Int) -> Int16 {
        guard count < nodes.capacity, !isFailed else { return fail() }
        var node = MathNode(kind)
        node.start = Int32(truncatingIfNeeded: start)
        node.end = Int32(truncatingIfNeeded: index)
        nodes[count] = node
        var slot = 0
        while slot < MathScratch.valuesPerNode {
            values[count &* MathScratch.valuesPerNode &+ slot].isKnown = false
            slot &+= 1
        }
        count &+= 1
        return Int16(truncatingIfNeeded: count &- 1)
    }

    @_noAllocation
    func adopt(_ child: Int16, by parent: Int16) {
        guard child >= 0, parent >= 0 else { return }
        let last = nodes[Int(parent)].lastChild
        if last < 0 {
            nodes[Int(parent)].firstChild = child
        } else {
            nodes[Int(last)].next = child
        }
        nodes[Int(parent)].lastChild = child
        nodes[Int(parent)].childCount &+= 1
        nodes[Int(parent)].end = Int32(truncatingIfNeeded: index)
        if nodes[Int(child)].hasChoice || isChoice(child) { nodes[Int(parent)].hasChoice = true }
    }

    @_noAllocation
    private func isChoice(_ node: Int16) -> Bool {
        switch nodes[Int(node)].sign {
        case .plusMinus, .minusPlus: true
        case .plus, .minus: false
        }
    }

    /// A node over one child, or over two.
    @_noAllocation
    mutating func wrap(_ kind: MathNode.Kind, _ child: Int16, _ second: Int16 = -1, from start: Int) -> Int16 {
        let node = make(kind, from: start)
        adopt(child, by: node)
        adopt(second, by: node)
        return node
    }

    // MARK: Bytes

    @_noAllocation @inline(__always)
    func peek() -> UInt8 { index < text.count ? text[index] : 0 }

    @_noAllocation @inline(__always)
    mutating func skipSpaces() {
        while index < text.count, text[index] == UInt8(ascii: " ") { index &+= 1 }
    }

    /// The next byte that is no space.
    @_noAllocation @inline(__always)
    mutating func next() -> UInt8 {
        skipSpaces()
        return peek()
    }

    @_noAllocation
    mutating func take(_ byte: UInt8) -> Bool {
        guard next() == byte, index < text.count else { return false }
        index &+= 1
        return true
    }

    @_noAllocation
    mutating func enter() -> Bool {
        depth &+= 1
        if depth > Limits.mathDepthMax { isFailed = true }
        return !isFailed
    }

    @_noAllocation
    mutating func leave() { depth &-= 1 }

    // MARK: Lists

    /// Items up to one of the closing brackets or the end, which stays; a single item stands for itself.
    @_noAllocation
    mutating func list(until closing: UInt8, _ otherClosing: UInt8 = 0) -> Int16 {
        guard enter() else { return -1 }
        defer { leave() }
        let start = index
        let first = nextItem(closing, otherClosing)
        guard first >= 0 else { return -1 }
        var list: Int16 = -1
        while !isFailed {
            let item = nextItem(closing, otherClosing)
            if item < 0 { break }
            if list < 0 { list = wrap(.list, first, from: start) }
            adopt(item, by: list)
        }
        return isFailed ? -1 : (list < 0 ? first : list)
    }

    /// The next item behind any commas, or -1 at the end.
    @_noAllocation
    private mutating func nextItem(_ closing: UInt8, _ otherClosing: UInt8) -> Int16 {
        while take(UInt8(ascii: ",")) {}
        let byte = next()
        if index >= text.count || byte == closing || byte == otherClosing { return -1 }
        let item = readItem()
        guard !isFailed else { return -1 }
        let end = next()
        guard index >= text.count || end == UInt8(ascii: ",") || end == closing || end == otherClosing else {
            return fail()
        }
        return item
    }

    @_noAllocation
    private mutating func readItem() -> Int16 {
        let start = index
        if peek() == MathCode.text || peek() == MathCode.word { return texts(from: start) }
        let item = relation()
        guard item >= 0 else { return -1 }
        nodes[Int(item)].end = Int32(truncatingIfNeeded: index)
        skipUnits()
        return item
    }

    /// Texts that make an item alone: any number of `\text{…}`, or one word.
    @_noAllocation
    private mutating func texts(from start: Int) -> Int16 {
        let isWord = peek() == MathCode.word
        repeat {
            skipText()
        } while !isWord && next() == MathCode.text
        return make(.text, from: start)
    }

    @_noAllocation
    private mutating func skipText() {
        while index < text.count, text[index] != MathCode.end { index &+= 1 }
        if index < text.count { index &+= 1 }
    }

    /// `5 \text{ cm}^2`
    @_noAllocation
    private mutating func skipUnits() {
        while next() == MathCode.text || peek() == MathCode.word {
            skipText()
            if take(UInt8(ascii: "^")) { _ = argument(isExponent: true) }
            if peek() == UInt8(ascii: "/") { index &+= 1 }
        }
    }

    // MARK: Relations and sets

    @_noAllocation
    private mutating func relation() -> Int16 {
        let start = index
        let first = sets()
        var relation: Int16 = -1
        while !isFailed, isRelation(next()), index < text.count {
            let sign = peek()
            index &+= 1
            if relation < 0 { relation = wrap(.relation, operand(first, 0), from: start) }
            adopt(operand(sets(), sign), by: relation)
        }
        return relation < 0 ? first : relation
    }

    @_noAllocation
    private mutating func operand(_ child: Int16, _ sign: UInt8) -> Int16 {
        guard child >= 0 else { return fail() }
        let operand = wrap(.operand, child, from: Int(nodes[Int(child)].start))
        if operand >= 0 { nodes[Int(operand)].code = sign }
        return operand
    }

    @_noAllocation
    private func isRelation(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "="), UInt8(ascii: "<"), UInt8(ascii: ">"), MathCode.lessEqual,
            MathCode.greaterEqual, MathCode.notEqual, MathCode.elementOf:
            true
        default: false
        }
    }

    @_noAllocation
    private mutating func sets() -> Int16 {
        let start = index
        let first = sum()
        var joined: Int16 = -1
        while !isFailed {
            let sign = next()
            guard
                sign == MathCode.union || sign == MathCode.intersection
                    || sign == MathCode.difference
            else { break }
            index &+= 1
            if joined < 0 { joined = wrap(.setSum, operand(first, 0), from: start) }
            adopt(operand(sum(), sign), by: joined)
        }
        return joined < 0 ? first : joined
    }

    // MARK: Sums and products

    @_noAllocation
    mutating func sum() -> Int16 {
        let start = index
        var sign = MathNode.Sign.plus
        _ = readSign(&sign)
        let first = product()
        guard first >= 0 else { return fail() }
        var sum: Int16 = -1
        if sign.isPlus {
            sum = -1
        } else {
            sum = addend(first, sign, to: wrap(.sum, -1, from: start))
        }
        while !isFailed {
            sign = .plus
            guard readSign(&sign) else { break }
            if sum < 0 { sum = addend(first, .plus, to: wrap(.sum, -1, from: start)) }
            let next = product()
            guard next >= 0 else { return fail() }
            _ = addend(next, sign, to: sum)
        }
        return sum < 0 ? first : sum
    }

    @_noAllocation
    private mutating func addend(_ part: Int16, _ sign: MathNode.Sign, to sum: Int16) -> Int16 {
        guard part >= 0, sum >= 0 else { return fail() }
        nodes[Int(part)].sign = sign
        adopt(part, by: sum)
        return sum
    }

    /// Signs before a part: `--` is plus. False when there is none.
    @_noAllocation
    private mutating func readSign(_ sign: inout MathNode.Sign) -> Bool {
        var isFound = false
        while true {
            let byte = next()
            switch byte {
            case UInt8(ascii: "+"): break
            case UInt8(ascii: "-"): sign = sign.negated
            case MathCode.plusMinus: sign = .plusMinus
            case MathCode.minusPlus: sign = .minusPlus
            default: return isFound
            }
            index &+= 1
            isFound = true
        }
    }

    @_noAllocation
    private mutating func product() -> Int16 {
        let start = index
        let first = power()
        guard first >= 0 else { return fail() }
        var product: Int16 = -1
        var last = first
        while !isFailed {
            let byte = next()
            var isInverse = false
            var isWritten = true
            if byte == UInt8(ascii: "*") {
                index &+= 1
            } else if byte == UInt8(ascii: "/") || byte == UInt8(ascii: ":") {
                index &+= 1
                isInverse = true
            } else if beginsFactor(byte) {
                isWritten = false
            } else {
                break
            }
            if !isWritten, isMixed(last, byte) {
                guard product < 0, let mixed = mixedNumber(first, from: start) else { return fail() }
                product = wrap(.product, mixed, from: start)
                last = product
                continue
            }
            var isNegative = false
            while isWritten, next() == UInt8(ascii: "-") || peek() == UInt8(ascii: "+") {
                if peek() == UInt8(ascii: "-") { isNegative.toggle() }
                index &+= 1
            }
            var factor = power()
            guard factor >= 0 else { return fail() }
            if isNegative { factor = addend(factor, .minus, to: wrap(.sum, -1, from: index)) }
            if product < 0 { product = wrap(.product, first, from: start) }
            guard factor >= 0, product >= 0 else { return fail() }
            nodes[Int(factor)].isInverse = isInverse
            adopt(factor, by: product)
            last = factor
        }
        return product < 0 ? first : product
    }

    /// Whether a factor may begin here without a sign of multiplication.
    @_noAllocation
    private func beginsFactor(_ byte: UInt8) -> Bool {
        guard index < text.count else { return false }
        if MathCleaner.isDigit(byte) || MathCleaner.isLetter(byte) { return true }
        switch byte {
        case UInt8(ascii: "("), UInt8(ascii: "["), UInt8(ascii: "{"), UInt8(ascii: "."),
            MathCode.fraction, MathCode.binomial, MathCode.root,
            MathCode.function, MathCode.greek, MathCode.pi, MathCode.infinity,
            MathCode.openFloor, MathCode.openCeiling, MathCode.numberSet,
            MathCode.openMatrix:
            return true
        case UInt8(ascii: "|"): return openBarCount == 0
        default: return false
        }
    }

    /// Whether a whole number and a fraction make a mixed number: `1\frac{1}{2}`, `1 1/2`.
    @_noAllocation
    private func isMixed(_ last: Int16, _ byte: UInt8) -> Bool {
        let node = nodes[Int(last)]
        guard node.isNumber, !node.isDecimal else { return false }
        if MathCleaner.isDigit(byte) { return true }
        guard byte == MathCode.fraction else { return false }
        // Both parts begin with digits: `2\frac{x}{3}` is a product.
        var probe = index &+ 1
        while probe < text.count, text[probe] == UInt8(ascii: "{") || text[probe] == UInt8(ascii: " ") { probe &+= 1 }
        guard probe < text.count, MathCleaner.isDigit(text[probe]) else { return false }
        while probe < text.count, MathCleaner.isDigit(text[probe]) { probe &+= 1 }
        while probe < text.count, text[probe] == UInt8(ascii: "}") || text[probe] == UInt8(ascii: "{") { probe &+= 1 }
        guard probe < text.count else { return false }
        if MathCleaner.isDigit(text[probe]) { return true }
        return MathCleaner.isDigit(text[probe &- 1])
    }

    /// The sum of a whole number and the fraction that stands here; nil when two numbers only stand beside each other.
    @_noAllocation
    private mutating func mixedNumber(_ whole: Int16, from start: Int) -> Int16? {
        var fraction: Int16
        if peek() == MathCode.fraction {
            fraction = power()
        } else {
            let numeratorStart = index
            let numerator = power()
            guard numerator >= 0, peek() == UInt8(ascii: "/") else { return nil }
            index &+= 1
            let denominator = power()
            guard denominator >= 0, nodes[Int(denominator)].isNumber else { return nil }
            nodes[Int(denominator)].isInverse = true
            fraction = wrap(.product, numerator, denominator, from: numeratorStart)
        }
        guard fraction >= 0 else { return nil }
        let sum = addend(whole, .plus, to: wrap(.sum, -1, from: start))
        return addend(fraction, .plus, to: sum)
    }

    // MARK: Powers

    @_noAllocation
    mutating func power() -> Int16 {
        guard enter() else { return -1 }
        defer { leave() }
        let start = index
        var base = postfix()
        while !isFailed, base >= 0, take(UInt8(ascii: "^")) {
            // `90^{\circ}` has lost its sign of degrees.
            if next() == UInt8(ascii: "{"), isEmptyGroup() { continue }
            base = wrap(.power, base, exponent(), from: start)
        }
        return base
    }

    /// What stands behind a `^`; another one behind it belongs to it.
    @_noAllocation
    private mutating func exponent() -> Int16 {
        guard enter() else { return -1 }
        defer { leave() }
        let start = index
        let exponent = argument(isExponent: true)
        guard exponent >= 0, take(UInt8(ascii: "^")) else { return exponent }
        return wrap(.power, exponent, self.exponent(), from: start)
    }

    /// Steps over `{}`.
    @_noAllocation
    private mutating func isEmptyGroup() -> Bool {
        var probe = index &+ 1
        while probe < text.count, text[probe] == UInt8(ascii: " ") { probe &+= 1 }
        guard probe < text.count, text[probe] == UInt8(ascii: "}") else { return false }
        index = probe &+ 1
        return true
    }

    @_noAllocation
    private mutating func postfix() -> Int16 {
        skipSpaces()
        let start = index
        var operand = primary()
        var postfixCount = 0
        while !isFailed, operand >= 0 {
            let byte = next()
            guard byte == UInt8(ascii: "!") || byte == UInt8(ascii: "%"), postfixCount < Limits.mathDepthMax else {
                break
            }
            index &+= 1
            postfixCount &+= 1
            operand = wrap(byte == UInt8(ascii: "!") ? .factorial : .percent, operand, from: start)
        }
        return operand
    }
}

extension MathNode.Sign {
    var isPlus: Bool {
        @_noAllocation get {
            switch self {
            case .plus: true
            case .minus, .plusMinus, .minusPlus: false
            }
        }
    }

    var negated: MathNode.Sign {
        @_noAllocation get {
            switch self {
            case .plus: .minus
            case .minus: .plus
            case .plusMinus: .minusPlus
            case .minusPlus: .plusMinus
            }
        }
    }
}
