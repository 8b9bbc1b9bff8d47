internal import RewardMemory

/// A number as people write it: a sign, a decimal number, a fraction beside it or alone, a percent sign.
internal struct Quantity: BitwiseCopyable {
    var isNegative = false
    /// The decimal number, or the whole part of a mixed one.
    var decimal = DecimalNumber()
    /// The fraction's parts; no fraction when the denominator is 0.
    var numerator: UInt64 = 0
    var denominator: UInt64 = 0
    var isPercent = false
    /// Written like a number and none: a division by zero, a power of ten beyond all bounds. Equals nothing.
    var isUndefined = false
    /// Whether it came as a double, which stands for everything that rounds to it.
    var isDouble = false
    private var double: Double = 0

    @_noAllocation
    init() {}

    @_noAllocation
    init(_ integer: Int64) {
        isNegative = integer < 0
        decimal = DecimalNumber(integer.magnitude)
    }

    /// A finite double. A whole one stands for exactly itself, any other for everything that rounds to it.
    @_noAllocation
    init(_ value: Double) {
        isNegative = value < 0
        let magnitude = isNegative ? -value : value
        // Below 2^63 the conversion is exact, and whole when it comes back the same.
        if magnitude < 9_223_372_036_854_775_808, Double(UInt64(magnitude)) == magnitude {
            decimal = DecimalNumber(UInt64(magnitude))
        } else {
            isDouble = true
            double = magnitude
        }
    }

    /// The nearest double, a percent sign left out of account.
    var doubleValue: Double {
        @_noAllocation get {
            var magnitude = isDouble ? double : decimal.doubleValue
            if denominator != 0 { magnitude += Double(numerator) / Double(denominator) }
            return isNegative ? -magnitude : magnitude
        }
    }

    // MARK: Comparing

    /// Whether both are the same number. A percent sign on one side only may mean a hundredth or have been left out on
    /// the other: both readings count.
    @_noAllocation
    func equals(_ other: Quantity) -> Bool {
        if isUndefined || other.isUndefined { return false }
        if isSame(as: other, isHundredth: false, otherIsHundredth: false) { return true }
        guard isPercent != other.isPercent else { return false }
        return isSame(as: other, isHundredth: isPercent, otherIsHundredth: other.isPercent)
    }

    /// Whether this lies within `tolerance`, or within `relativeTolerance` times the other's magnitude, of the other;
    /// with the same two readings of a percent sign.
    @_noAllocation
    func lies(within tolerance: Double, orRelatively relativeTolerance: Double, of other: Quantity) -> Bool {
        if isUndefined || other.isUndefined { return false }
        let value = doubleValue
        let target = other.doubleValue
        if Self.isNear(value, target, tolerance, relativeTolerance) { return true }
        guard isPercent != other.isPercent else { return false }
        return Self.isNear(
            isPercent ? value / 100 : value, other.isPercent ? target / 100 : target, tolerance, relativeTolerance)
    }

    @_noAllocation
    private static func isNear(_ value: Double, _ target: Double, _ tolerance: Double, _ relative: Double) -> Bool {
        guard value.isFinite && target.isFinite else { return false }
        let distance = value < target ? target - value : value - target
        return distance <= tolerance || distance <= relative * (target < 0 ? -target : target)
    }

    @_noAllocation
    private func isSame(as other: Quantity, isHundredth: Bool, otherIsHundredth: Bool) -> Bool {
        if denominator == 0, other.denominator == 0, !isDouble, !other.isDouble {
            let hasSameSign = isNegative == other.isNegative || decimal.isZero
            let shift = (otherIsHundredth ? 2 : 0) &- (isHundredth ? 2 : 0)
            return hasSameSign && decimal.equals(other.decimal, shift: shift)
        }
        if !isDouble, !other.isDouble,
            let own = ratio(isHundredth: isHundredth), let others = other.ratio(isHundredth: otherIsHundredth)
        {
            let hasSameSign = isNegative == other.isNegative || own.numerator == 0
            let left = own.numerator.multipliedFullWidth(by: others.denominator)
            let right = others.numerator.multipliedFullWidth(by: own.denominator)
            return hasSameSign && left.high == right.high && left.low == right.low
        }
        // A double, or a fraction of parts beyond 64 bits: equal when both round to the same double.
        let value = isHundredth ? doubleValue / 100 : doubleValue
        let target = otherIsHundredth ? other.doubleValue / 100 : other.doubleValue
        return value.isFinite && value == target
    }

    /// The magnitude as a ratio of whole numbers, when its parts fit 64 bits.
    @_noAllocation
    private func ratio(isHundredth: Bool) -> (numerator: UInt64, denominator: UInt64)? {
        var top: UInt64
        var bottom: UInt64 = 1
        if let whole = decimal.wholeValue {
            top = whole
        } else {
            guard decimal.isShort, decimal.exponent < 0, decimal.exponent > -20 else { return nil }
            top = decimal.significand
            var rest = decimal.exponent
            while rest < 0 {
                bottom &*= 10
                rest &+= 1
            }
        }
        if denominator != 0 {
            guard bottom == 1 else { return nil }
            let (product, isTooLarge) = top.multipliedReportingOverflow(by: denominator)
            let (sum, isSumTooLarge) = product.addingReportingOverflow(numerator)
            if isTooLarge || isSumTooLarge { return nil }
            top = sum
            bottom = denominator
        }
        if isHundredth {
            let (product, isTooLarge) = bottom.multipliedReportingOverflow(by: 100)
            if isTooLarge { return nil }
            bottom = product
        }
        return (top, bottom)
    }
}
