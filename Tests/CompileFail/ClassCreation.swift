// Refused: can cause metadata allocation
// A class instance lives on the heap.
final class Box { var value = 0 }
@_noAllocation
func makeBox() -> Int {
    Box().value
}
