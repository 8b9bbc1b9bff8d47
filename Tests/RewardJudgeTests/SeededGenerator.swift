import Foundation

/// SplitMix64: the same seed, the same numbers. Tests print their seed and take another from the environment's `SEED`.
struct SeededGenerator: RandomNumberGenerator {
    let seed: UInt64
    private var state: UInt64

    init(seed: UInt64) {
        self.seed = seed
        state = seed
    }

    /// The generator of a random test.
    static func forTest(_ name: String) -> SeededGenerator {
        let named = ProcessInfo.processInfo.environment["SEED"].flatMap { UInt64($0) }
        let generator = SeededGenerator(seed: named ?? UInt64.random(in: 0...UInt64.max))
        print("\(name): SEED=\(generator.seed)")
        return generator
    }

    mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var mixed = (state ^ (state >> 30)) &* 0xBF58_476D_1CE4_E5B9
        mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
        return mixed ^ (mixed >> 31)
    }
}
