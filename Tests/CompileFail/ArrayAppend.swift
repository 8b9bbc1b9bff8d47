// Refused: can cause metadata allocation
// An array grows on the heap.
@_noAllocation
func grow(_ values: inout [Int]) {
    values.append(1)
}
