import Foundation
import RewardKernel
import RewardMemory

/// What an `explain` writes.
func sentence(_ write: (inout RigidBytes) -> Void) -> String {
    var text = RigidBytes(capacity: Limits.rationaleByteCountMax)
    write(&text)
    return String(decoding: (0..<text.count).map { text[$0] }, as: UTF8.self)
}

/// A builder whose plans live as long as it does.
func makeBuilder() -> PlanBuilder {
    PlanBuilder(storage: OwnedStorage(), requirements: ScratchRequirements())
}

/// Numbers that repeat for a seed: SplitMix64. The seed comes from SEED or the clock, and is printed.
struct SeededNumbers: RandomNumberGenerator {
    private var state: UInt64

    init(_ test: String = #function) {
        let named = ProcessInfo.processInfo.environment["SEED"].flatMap { UInt64($0) }
        let seed = named ?? MonotonicClock.nanoseconds
        print("\(test): SEED=\(seed)")
        state = seed
    }

    mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var mixed = state
        mixed = (mixed ^ (mixed >> 30)) &* 0xBF58_476D_1CE4_E5B9
        mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
        return mixed ^ (mixed >> 31)
    }
}
