/// The name of one attempt of a call; never used twice in a pool's life.
package struct AttemptIdentifier: Sendable, Hashable {
    /// The number of the attempt, above the place it is kept in.
    package let value: UInt64

    static let slotBitCount: UInt64 = 20

    init(serial: UInt64, slot: Int) {
        value = serial << Self.slotBitCount | UInt64(slot)
    }

    var slot: Int { Int(value & (1 << Self.slotBitCount - 1)) }
}
