import CAllocationCounter

/// Counts heap allocations of the calling thread.
enum AllocationMeter {
    /// Whether this build counts; under a sanitizer it does not, and the suites that need it are switched off.
    static var isCounting: Bool { plaudit_allocations_counted() != 0 }

    /// Allocations that `body` makes on this thread.
    ///
    /// A first call may set up what the runtime makes lazily (metadata, thread-local blocks), so warm `body` up before.
    @inline(never)
    static func count(_ body: () throws -> Void) rethrows -> Int {
        plaudit_allocations_begin()
        defer { _ = plaudit_allocations_end() }
        try body()
        return Int(plaudit_allocations_end())
    }
}
