internal import CLinux

/// A JSON number as it was parsed: exact for 64-bit whole numbers, a double otherwise. Always finite.
package enum JSONNumber: BitwiseCopyable, Sendable {
    case signed(Int64)
    /// Only for values above `Int64.max`.
    case unsigned(UInt64)
    case real(Double)

    /// Whether the value has no fraction: 1.0 is an integer.
    package var isInteger: Bool {
        @_noAllocation get {
            switch self {
            case .signed, .unsigned: true
            case .real(let value): plaudit_floor(value) == value
            }
        }
    }

    /// The nearest double.
    package var double: Double {
        @_noAllocation get {
            switch self {
            case .signed(let value): Double(value)
            case .unsigned(let value): Double(value)
            case .real(let value): value
            }
        }
    }

    /// Below 0, 0 or above 0, as the value stands to `other`: by mathematical value, so that 1 and 1.0 are equal and
    /// 9007199254740993 is not 9007199254740992.0.
    @_noAllocation
    package func compared(to other: JSONNumber) -> Int {
        switch self {
        case .signed(let left):
            switch other {
            case .signed(let right): return left < right ? -1 : (left > right ? 1 : 0)
            case .unsigned: return -1
            case .real(let right): return JSONNumber.compare(left, right)
            }
        case .unsigned(let left):
            switch other {
            case .signed: return 1
            case .unsigned(let right): return left < right ? -1 : (left > right ? 1 : 0)
            case .real(let right): return JSONNumber.compare(left, right)
            }
        case .real(let left):
            switch other {
            case .signed(let right): return 0 &- JSONNumber.compare(right, left)
            case .unsigned(let right): return 0 &- JSONNumber.compare(right, left)
            case .real(let right): return left < right ? -1 : (left > right ? 1 : 0)
            }
        }
    }

    @_noAllocation
    private static func compare(_ left: Int64, _ right: Double) -> Int {
        if right >= 0x1p63 { return -1 }
        if right < -0x1p63 { return 1 }
        let whole = Int64(right)
        if left != whole { return left < whole ? -1 : 1 }
        let fraction = right - Double(whole)
        return fraction > 0 ? -1 : (fraction < 0 ? 1 : 0)
    }

    @_noAllocation
    private static func compare(_ left: UInt64, _ right: Double) -> Int {
        if right >= 0x1p64 { return -1 }
        if right < 0 { return 1 }
        let whole = UInt64(right)
        if left != whole { return left < whole ? -1 : 1 }
        return right - Double(whole) > 0 ? -1 : 0
    }

    /// Whether the value is a multiple of `divisor`, which is above 0.
    ///
    /// Exact for whole divisors. A divisor with a fraction, such as 0.01, stands for a decimal number that no double
    /// is equal to, so the quotient may be off a whole number by what the two roundings and the division bring: 2
    /// ulp.
    @_noAllocation
    package func isMultiple(of divisor: JSONNumber) -> Bool {
        if let left = magnitude, let right = divisor.magnitude { return left % right == 0 }
        guard divisor.isInteger == false || isInteger else { return false }
        let quotient = double / divisor.double
        // Past the largest double, what is left to ask is whether the divisor divides 1, as 0.5 does.
        guard quotient.isFinite else { return plaudit_floor(1 / divisor.double) == 1 / divisor.double }
        let nearest = plaudit_floor(quotient + 0.5)
        let distance = quotient < nearest ? nearest - quotient : quotient - nearest
        let size = nearest < 0 ? -nearest : nearest
        return divisor.isInteger ? distance == 0 : distance <= size * 0x1p-51
    }

    /// The absolute value when it is whole and fits 64 bits.
    private var magnitude: UInt64? {
        @_noAllocation get {
            switch self {
            case .signed(let value): return value.magnitude
            case .unsigned(let value): return value
            case .real(let value):
                let size = value < 0 ? -value : value
                guard size < 0x1p64, plaudit_floor(size) == size else { return nil }
                return UInt64(size)
            }
        }
    }
}
