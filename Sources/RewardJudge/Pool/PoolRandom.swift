/// SplitMix64 (Steele, Lea and Flood, 2014): the same seed, the same choices.
package struct PoolRandom: RandomNumberGenerator, Sendable {
    private var state: UInt64

    package init(seed: UInt64) {
        state = seed
    }

    package mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var mixed = (state ^ (state >> 30)) &* 0xBF58_476D_1CE4_E5B9
        mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
        return mixed ^ (mixed >> 31)
    }

    /// From 0 up to, but not including, 1.
    package mutating func unit() -> Double {
        Double(next() >> 11) * 0x1p-53
    }

    /// From 0 up to, but not including, `count`, which is small: the bias of the remainder is below 2^-50.
    package mutating func index(below count: Int) -> Int {
        Int(next() % UInt64(count))
    }
}
