import CLinux

/// The time of day, which rows are stamped with.
enum WallClock {
    /// Since 1970.
    static var microseconds: Int64 { plaudit_wall_clock_microseconds() }
}
