internal import CLinux

/// The one clock of the data plane: nanoseconds that never go back, without a meaning as a date.
package enum MonotonicClock {
    package static var nanoseconds: UInt64 {
        @_noAllocation get { plaudit_monotonic_nanoseconds() }
    }
}
