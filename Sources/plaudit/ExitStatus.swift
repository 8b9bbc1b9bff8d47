import Glibc

/// How the process ends; the codes are part of the command line's interface.
enum ExitStatus: Int32, Error {
    case done = 0
    /// The run failed: what was asked for was right, but could not be had.
    case failed = 1
    /// Wrong usage or a wrong configuration: asking again the same way fails again.
    case usage = 2

    func leave() -> Never {
        fflush(nil)
        exit(rawValue)
    }
}
