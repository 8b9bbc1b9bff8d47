import Foundation
import RewardJudge

/// Seeds of random tests: printed, and taken from the environment's `SEED` when it is set.
enum ValidationSeed {
    static func generator(_ name: String) -> PoolRandom {
        let named = ProcessInfo.processInfo.environment["SEED"].flatMap { UInt64($0) }
        let seed = named ?? UInt64.random(in: 0...UInt64.max)
        print("\(name): SEED=\(seed)")
        return PoolRandom(seed: seed)
    }
}
