internal import RewardMemory

/// Equations and inequalities.
extension MathComparison {
    @_noAllocation
    func isEquation(_ item: Item) -> Bool {
        var part = child(item)
        var isFirst = true
        while part.node >= 0 {
            let sign = node(part).code
            if !isFirst, sign != UInt8(ascii: "="), sign != MathCode.elementOf { return false }
            isFirst = false
            part = Item(node(part).next, item.choice)
        }
        return true
    }

    /// An equation whose left side is only letters: `x = 5`, `f(x) = 2x`, `x \in A`. What it says is its right side.
    @_noAllocation
    func isAssignment(_ item: Item) -> Bool {
        isEquation(item) && isOnlyLetters(node(child(item)).firstChild)
    }

    @_noAllocation
    private func isOnlyLetters(_ index: Int16) -> Bool {
        guard index >= 0 else { return false }
        let node = nodes[Int(index)]
        switch node.kind {
        case .variable: return true
        case .constant: return node.code < 0x80
        case .product, .tuple, .list:
            var part = node.firstChild
            while part >= 0 {
                guard isOnlyLetters(part), !nodes[Int(part)].isInverse else { return false }
                part = nodes[Int(part)].next
            }
            return true
        default: return false
        }
    }

    // MARK: Relations

    @_noAllocation
    func relationsEqual(_ wanted: Item, _ given: Item) -> Bool {
        if isEquation(wanted), isEquation(given) {
            return equationsEqual(wanted, given)
        }
        guard node(wanted).childCount == node(given).childCount else { return false }
        if node(wanted).childCount == 2 {
            let left = Pair(child(wanted), last(wanted), node(last(wanted)).code)
            let right = Pair(child(given), last(given), node(last(given)).code)
            return pairsEqual(left, right)
        }
        return chainsEqual(wanted, given, isReversed: false) || chainsEqual(wanted, given, isReversed: true)
    }

    /// Chains of equations say that their ends are equal.
    @_noAllocation
    private func equationsEqual(_ wanted: Item, _ given: Item) -> Bool {
        let sign = node(last(wanted)).code
        guard sign == node(last(given)).code else {
            // `x = 5` and `x \in \{5\}`.
            return isAssignment(wanted) && isAssignment(given) && equal(last(wanted), last(given))
        }
        if sign == MathCode.elementOf { return equal(last(wanted), last(given)) }
        return pairsEqual(Pair(child(wanted), last(wanted), sign), Pair(child(given), last(given), sign))
    }

    /// Two sides and the sign between them.
    private struct Pair: BitwiseCopyable {
        var left: Item
        var right: Item
        var sign: UInt8

        @_noAllocation
        init(_ left: Item, _ right: Item, _ sign: UInt8) {
            self.left = left
            self.right = right
            self.sign = sign
        }
    }

    /// The same sides, or differences of the sides that are multiples of each other: by a positive factor when the signs
    /// are the same, by a negative one when they are mirrored, by either when they have no direction.
    @_noAllocation
    private func pairsEqual(_ wanted: Pair, _ given: Pair) -> Bool {
        let mirrored = Self.mirrored(given.sign)
        let isSame = wanted.sign == given.sign
        guard isSame || wanted.sign == mirrored else { return false }
        if isSame, equal(wanted.left, given.left), equal(wanted.right, given.right) { return true }
        if !isSame || given.sign == mirrored, equal(wanted.left, given.right), equal(wanted.right, given.left) {
            return true
        }
        let left = difference(wanted, 0)
        let right = difference(given, 0)
        guard left.isDefined, right.isDefined, !left.isZero, !right.isZero else { return false }
        var point = 1
        while point < MathEvaluation.pointCount {
            let otherLeft = difference(wanted, point)
            let otherRight = difference(given, point)
            guard point < 2 || !(otherLeft.crossedBranch || otherRight.crossedBranch) else { break }
            // Numbers alone are no statement about anything.
            if point == 1, left.equals(otherLeft) || right.equals(otherRight) { return false }
            guard left.multiplied(by: otherRight).equals(right.multiplied(by: otherLeft)) else { return false }
            point &+= 1
        }
        if given.sign == mirrored { return true }
        let factor = left.multiplied(by: right.inverted())
        return factor.isReal && (factor.real > 0) == isSame
    }

    @_noAllocation
    private func difference(_ pair: Pair, _ point: Int) -> MathValue {
        value(pair.left, at: point).added(to: value(pair.right, at: point).negated())
    }

    /// The sign that says the same with the sides exchanged.
    @_noAllocation
    private static func mirrored(_ sign: UInt8) -> UInt8 {
        switch sign {
        case UInt8(ascii: "<"): UInt8(ascii: ">")
        case UInt8(ascii: ">"): UInt8(ascii: "<")
        case MathCode.lessEqual: MathCode.greaterEqual
        case MathCode.greaterEqual: MathCode.lessEqual
        default: sign
        }
    }

    /// `1 < x < 2` and the same, or `2 > x > 1`.
    @_noAllocation
    private func chainsEqual(_ wanted: Item, _ given: Item, isReversed: Bool) -> Bool {
        var left = child(wanted)
        var position = 0
        let count = Int(node(given).childCount)
        while left.node >= 0 {
            let place = isReversed ? count &- 1 &- position : position
            let right = part(place, of: given)
            guard equal(left, right) else { return false }
            if position > 0 {
                // Read backwards, the sign before a part is that of the part behind it.
                let sign = isReversed ? Self.mirrored(node(part(place &+ 1, of: given)).code) : node(right).code
                guard node(left).code == sign else { return false }
            }
            left = Item(node(left).next, left.choice)
            position &+= 1
        }
        return true
    }

    @_noAllocation
    private func part(_ position: Int, of item: Item) -> Item {
        var part = child(item)
        var rest = position
        while rest > 0, part.node >= 0 {
            part = Item(node(part).next, part.choice)
            rest &-= 1
        }
        return part
    }

    // MARK: Bounds

    /// What an inequality for one variable and an interval both say; an end that is infinite has no node.
    private struct Bounds: BitwiseCopyable {
        var low = Item(-1)
        var high = Item(-1)
        var isLowClosed = false
        var isHighClosed = false
    }

    /// `x \geq 5` and `[5, \infty)`, `1 < x \leq 2` and `(1, 2]`.
    @_noAllocation
    func boundsEqual(_ wanted: Item, _ given: Item) -> Bool {
        guard let left = bounds(wanted), let right = bounds(given) else { return false }
        return left.isLowClosed == right.isLowClosed && left.isHighClosed == right.isHighClosed
            && endsEqual(left.low, right.low) && endsEqual(left.high, right.high)
    }

    @_noAllocation
    private func endsEqual(_ wanted: Item, _ given: Item) -> Bool {
        if wanted.node < 0 || given.node < 0 { return wanted.node < 0 && given.node < 0 }
        return equal(wanted, given)
    }

    @_noAllocation
    private func bounds(_ item: Item) -> Bounds? {
        let whole = node(item)
        var bounds = Bounds()
        switch whole.kind {
        case .tuple:
            guard whole.childCount == 2 else { return nil }
            bounds.low = child(item)
            bounds.high = last(item)
            bounds.isLowClosed = whole.opening == UInt8(ascii: "[")
            bounds.isHighClosed = whole.closing == UInt8(ascii: "]")
        case .relation:
            let first = child(item)
            let final = last(item)
            let isChain = whole.childCount == 3
            guard isChain || whole.childCount == 2 else { return nil }
            let middle = isChain ? Item(node(first).next, item.choice) : first
            if isChain {
                guard isVariable(middle), set(&bounds, first, Self.mirrored(node(middle).code)),
                    set(&bounds, final, node(final).code)
                else { return nil }
            } else if isVariable(first) {
                guard set(&bounds, final, node(final).code) else { return nil }
            } else {
                guard isVariable(final), set(&bounds, first, Self.mirrored(node(final).code)) else { return nil }
            }
            if isChain, bounds.low.node < 0 || bounds.high.node < 0 { return nil }
        default: return nil
        }
        dropInfinity(&bounds.low)
        dropInfinity(&bounds.high)
        return bounds
    }

    @_noAllocation
    private func isVariable(_ operand: Item) -> Bool {
        let child = node(operand).firstChild
        guard child >= 0 else { return false }
        switch nodes[Int(child)].kind {
        case .variable: return true
        default: return false
        }
    }

    /// What `variable sign end` says about the variable.
    @_noAllocation
    private func set(_ bounds: inout Bounds, _ end: Item, _ sign: UInt8) -> Bool {
        switch sign {
        case UInt8(ascii: "<"), MathCode.lessEqual:
            bounds.high = end
            bounds.isHighClosed = sign == MathCode.lessEqual
        case UInt8(ascii: ">"), MathCode.greaterEqual:
            bounds.low = end
            bounds.isLowClosed = sign == MathCode.greaterEqual
        default: return false
        }
        return true
    }

    @_noAllocation
    private func dropInfinity(_ end: inout Item) {
        guard end.node >= 0 else { return }
        let value = value(end, at: 0)
        if value.hasResidue, value.real.isInfinite { end.node = -1 }
    }
}
