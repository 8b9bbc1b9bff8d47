// Refused: can have unpredictable performance
// A lookup hashes through protocols, out of sight of the compiler.
@_noAllocation
func find(_ names: [String: Int], _ name: String) -> Int? {
    names[name]
}
