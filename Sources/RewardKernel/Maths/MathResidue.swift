/// Arithmetic modulo the prime 2^61 - 1.
///
/// A rational expression has one value there whatever its size, so two that differ are told apart without rounding: an
/// equal pair has equal residues, an unequal one by accident once in 2^61. Variables, pi and e get fixed residues: an
/// equation between rational expressions in them holds there when it is an identity.
internal enum MathResidue {
    static var modulus: UInt64 { @_noAllocation get { 0x1FFF_FFFF_FFFF_FFFF } }

    @_noAllocation
    static func reduce(_ value: UInt64) -> UInt64 {
        let folded = (value & modulus) &+ (value &>> 61)
        return folded >= modulus ? folded &- modulus : folded
    }

    @_noAllocation
    static func add(_ left: UInt64, _ right: UInt64) -> UInt64 {
        let sum = left &+ right
        return sum >= modulus ? sum &- modulus : sum
    }

    @_noAllocation
    static func negate(_ value: UInt64) -> UInt64 {
        value == 0 ? 0 : modulus &- value
    }

    @_noAllocation
    static func multiply(_ left: UInt64, _ right: UInt64) -> UInt64 {
        let product = left.multipliedFullWidth(by: right)
        return add(reduce(product.low & modulus), reduce(product.high &<< 3 | product.low &>> 61))
    }

    @_noAllocation
    static func power(_ base: UInt64, _ exponent: UInt64) -> UInt64 {
        var factor = base
        var rest = exponent
        var product: UInt64 = 1
        while rest > 0 {
            if rest & 1 == 1 { product = multiply(product, factor) }
            factor = multiply(factor, factor)
            rest &>>= 1
        }
        return product
    }

    /// The inverse of a residue that is not 0.
    @_noAllocation
    static func invert(_ value: UInt64) -> UInt64 {
        precondition(value != 0, "zero has no inverse")
        return power(value, modulus &- 2)
    }

    /// The residue of `10^exponent`.
    @_noAllocation
    static func powerOfTen(_ exponent: Int) -> UInt64 {
        exponent >= 0 ? power(10, UInt64(exponent)) : power(2_075_258_708_292_324_556, UInt64(exponent.magnitude))
    }

    /// A residue that belongs to a name.
    @_noAllocation
    static func scatter(_ seed: UInt64) -> UInt64 {
        var mixed = seed &+ 0x9E37_79B9_7F4A_7C15
        mixed = (mixed ^ (mixed &>> 30)) &* 0xBF58_476D_1CE4_E5B9
        mixed = (mixed ^ (mixed &>> 27)) &* 0x94D0_49BB_1331_11EB
        return reduce(mixed ^ (mixed &>> 31))
    }
}
