/// How much a verdict cache keeps, and for how long.
package struct CacheLimits: Sendable, Equatable {
    /// Verdicts.
    package var entryCountMax: Int
    /// Bytes of all verdicts, as whoever fills them in counts them.
    package var byteCountMax: Int
    /// Age at which a verdict is asked for anew: hosted models change behind their names.
    package var lifeNanoseconds: UInt64
    /// Keys that are being asked for, and callers that wait for one key. Above it a caller asks for itself.
    package var flightCountMax: Int
    package var waiterCountMax: Int

    package init(
        entryCountMax: Int = 100_000, byteCountMax: Int = 128 << 20,
        lifeNanoseconds: UInt64 = 7 * 86_400 * 1_000_000_000, flightCountMax: Int = 65_536,
        waiterCountMax: Int = 4_096
    ) {
        self.entryCountMax = max(0, entryCountMax)
        self.byteCountMax = max(0, byteCountMax)
        self.lifeNanoseconds = lifeNanoseconds
        self.flightCountMax = max(0, flightCountMax)
        self.waiterCountMax = max(1, waiterCountMax)
    }
}
