// Refused: can have unpredictable performance
// A string counts its characters out of sight of the compiler.
@_noAllocation
func length(_ text: String) -> Int {
    text.count
}
