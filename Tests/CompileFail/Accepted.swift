// Accepted
// What the data plane is made of: raw bytes, wrapping arithmetic, typed throws.
struct Fault: Error { var code: Int }
@_noAllocation
func sum(_ bytes: UnsafeRawBufferPointer) throws(Fault) -> Int {
    guard !bytes.isEmpty else { throw Fault(code: 1) }
    var sum = 0
    for byte in bytes { sum &+= Int(byte) }
    return sum
}
