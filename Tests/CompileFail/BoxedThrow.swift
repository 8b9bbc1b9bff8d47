// Refused: can cause metadata allocation
// An untyped throw boxes its error; typed throws are accepted.
struct Fault: Error {}
@_noAllocation
func fail(_ isWrong: Bool) throws {
    if isWrong { throw Fault() }
}
