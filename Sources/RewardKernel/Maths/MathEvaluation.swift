internal import CLinux
internal import RewardMemory

/// Values of nodes at three fixed points: what a variable stands for follows from its name and the point.
///
/// At the first two points variables are positive, at the third negative, so that `|x|` and `x` differ. Each value is
/// computed once and kept, whatever it is compared with.
internal struct MathEvaluation: BitwiseCopyable {
    let nodes: RigidPool<MathNode>
    let values: RigidPool<MathValue>

    @_noAllocation
    init(_ nodes: RigidPool<MathNode>, _ values: RigidPool<MathValue>) {
        self.nodes = nodes
        self.values = values
    }

    static var pointCount: Int { @_noAllocation get { 3 } }

    /// - Parameter isLower: which choice a `\pm` makes: its lower sign.
    @_noAllocation
    func value(_ node: Int16, at point: Int, isLower: Bool) -> MathValue {
        guard node >= 0 else { return .undefined }
        let slot = Int(node) &* MathScratch.valuesPerNode &+ point &* 2 &+ (isLower ? 1 : 0)
        if values[slot].isKnown { return values[slot] }
        var value = compute(nodes[Int(node)], point, isLower)
        value.isKnown = true
        values[slot] = value
        return value
    }

    @_noAllocation
    private func compute(_ node: MathNode, _ point: Int, _ isLower: Bool) -> MathValue {
        let child = node.firstChild
        switch node.kind {
        case .number: return MathValue(node.number, residue: node.bits)
        case .variable: return variable(node.bits, point)
        case .constant: return constant(node.code)
        case .sum: return sum(child, point, isLower)
        case .product: return product(child, point, isLower)
        case .power:
            return value(child, at: point, isLower: isLower).raised(to: second(of: node, point, isLower))
        case .root:
            guard node.childCount > 1 else { return value(child, at: point, isLower: isLower).root(2) }
            let degree = second(of: node, point, isLower)
            guard let whole = degree.smallWhole, whole > 0 else {
                return value(child, at: point, isLower: isLower).raised(to: degree.inverted())
            }
            return value(child, at: point, isLower: isLower).root(whole)
        case .function: return function(node, point, isLower)
        case .factorial: return factorial(value(child, at: point, isLower: isLower))
        case .absolute: return absolute(value(child, at: point, isLower: isLower))
        case .floor: return rounded(value(child, at: point, isLower: isLower), isUp: false)
        case .ceiling: return rounded(value(child, at: point, isLower: isLower), isUp: true)
        case .binomial:
            return binomial(value(child, at: point, isLower: isLower), second(of: node, point, isLower))
        case .percent:
            let hundredth = MathValue(0.01, residue: MathResidue.powerOfTen(-2))
            return value(child, at: point, isLower: isLower).multiplied(by: hundredth)
        case .operand: return value(child, at: point, isLower: isLower)
        case .list, .set, .tuple, .setSum, .relation, .matrix, .row, .text: return .undefined
        }
    }

    @_noAllocation
    private func second(of node: MathNode, _ point: Int, _ isLower: Bool) -> MathValue {
        guard node.firstChild >= 0 else { return .undefined }
        return value(nodes[Int(node.firstChild)].next, at: point, isLower: isLower)
    }

    /// Between 0.4 and 2.8 in size, away from 1, so that powers neither vanish nor explode.
    @_noAllocation
    private func variable(_ name: UInt64, _ point: Int) -> MathValue {
        let residue = MathResidue.scatter(name &+ UInt64(truncatingIfNeeded: point) &* 0x5851_F42D_4C95_7F2D)
        let fraction = Double(residue &>> 8) * 0x1p-53
        switch point {
        case 0: return MathValue(1.3 + 1.5 * fraction, residue: residue)
        case 1: return MathValue(0.4 + 0.5 * fraction, residue: residue)
        default: return MathValue(-1.2 - 1.5 * fraction, residue: residue)
        }
    }

    @_noAllocation
    private func constant(_ code: UInt8) -> MathValue {
        let residue = MathResidue.scatter(UInt64(code))
        switch code {
        case MathCode.pi: return MathValue(.pi, residue: residue)
        case MathCode.infinity: return MathValue(.infinity, residue: residue)
        case UInt8(ascii: "e"): return MathValue(2.718_281_828_459_045_2, residue: residue)
        default: return MathValue(0, 1, error: 0)
        }
    }

    @_noAllocation
    private func sum(_ first: Int16, _ point: Int, _ isLower: Bool) -> MathValue {
        var total = MathValue(0, residue: 0)
        var part = first
        while part >= 0 {
            let node = nodes[Int(part)]
            let value = value(part, at: point, isLower: isLower)
            let isNegative: Bool
            switch node.sign {
            case .plus: isNegative = false
            case .minus: isNegative = true
            case .plusMinus: isNegative = isLower
            case .minusPlus: isNegative = !isLower
            }
            total = total.added(to: isNegative ? value.negated() : value)
            part = node.next
        }
        return total
    }

    @_noAllocation
    private func product(_ first: Int16, _ point: Int, _ isLower: Bool) -> MathValue {
        var total = MathValue(1, residue: 1)
        var factor = first
        while factor >= 0 {
            let node = nodes[Int(factor)]
            let value = value(factor, at: point, isLower: isLower)
            total = total.multiplied(by: node.isInverse ? value.inverted() : value)
            factor = node.next
        }
        return total
    }

    @_noAllocation
    private func function(_ node: MathNode, _ point: Int, _ isLower: Bool) -> MathValue {
        let argument = value(node.firstChild, at: point, isLower: isLower)
        guard node.childCount > 1 else {
            // e^x, however it is written.
            guard node.code == MathFunction.exponential else { return argument.applying(node.code) }
            return constant(UInt8(ascii: "e")).raised(to: argument)
        }
        return argument.logarithm().multiplied(by: second(of: node, point, isLower).logarithm().inverted())
    }

    // MARK: Whole numbers

    @_noAllocation
    private func factorial(_ operand: MathValue) -> MathValue {
        guard let count = operand.smallWhole, count >= 0, count <= Limits.mathFactorialMax else {
            return operand.withoutValue()
        }
        var residue: UInt64 = 1
        var value: Double = 1
        var factor = 2
        while factor <= count {
            residue = MathResidue.multiply(residue, UInt64(factor))
            value *= Double(factor)
            factor &+= 1
        }
        var product = MathValue(value, residue: residue)
        product.error *= Double(count &+ 1)
        return product
    }

    @_noAllocation
    private func binomial(_ top: MathValue, _ bottom: MathValue) -> MathValue {
        guard let count = top.smallWhole, var chosen = bottom.smallWhole, chosen >= 0, count >= chosen else {
            return top.withoutValue()
        }
        if chosen > count &- chosen { chosen = count &- chosen }
        guard chosen <= Limits.mathFactorialMax else { return top.withoutValue() }
        var above: UInt64 = 1
        var below: UInt64 = 1
        var value: Double = 1
        var step = 1
        while step <= chosen {
            above = MathResidue.multiply(above, UInt64(count &- chosen &+ step))
            below = MathResidue.multiply(below, UInt64(step))
            value = value * Double(count &- chosen &+ step) / Double(step)
            step &+= 1
        }
        var product = MathValue(value, residue: MathResidue.multiply(above, MathResidue.invert(below)))
        product.error *= Double(2 &* chosen &+ 1)
        return product
    }

    @_noAllocation
    private func absolute(_ operand: MathValue) -> MathValue {
        guard operand.imaginary == 0 else {
            return MathValue(operand.absolute, 0, error: operand.error)
        }
        return operand.real < 0 ? operand.negated() : operand
    }

    /// The next whole number below or above; unknown right beside one that was not met exactly.
    @_noAllocation
    private func rounded(_ operand: MathValue, isUp: Bool) -> MathValue {
        guard operand.isFinite, operand.isReal, MathValue.magnitude(operand.real) < 1e15 else {
            return operand.withoutValue()
        }
        if operand.smallWhole != nil { return operand }
        let value = isUp ? plaudit_ceil(operand.real) : plaudit_floor(operand.real)
        let distance = MathValue.magnitude(operand.real - value)
        guard distance > 64 * operand.error, 1 - distance > 64 * operand.error else { return operand.withoutValue() }
        let residue = MathResidue.reduce(UInt64(MathValue.magnitude(value)))
        return MathValue(value, residue: value < 0 ? MathResidue.negate(residue) : residue)
    }
}
