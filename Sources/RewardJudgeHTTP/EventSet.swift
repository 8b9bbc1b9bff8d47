internal import CLinux

/// An epoll set, closed with its last user.
final class EventSet {
    private let descriptor: Int32
    private let events: UnsafeMutableBufferPointer<epoll_event>

    /// Events that one wait takes from the kernel; more come with the next.
    private static let eventCountMax = 512

    init() throws(HTTPDriverError) {
        descriptor = epoll_create1(Int32(EPOLL_CLOEXEC))
        guard descriptor >= 0 else { throw .noDescriptors }
        events = .allocate(capacity: Self.eventCountMax)
        events.initialize(repeating: epoll_event())
    }

    deinit {
        plaudit_close(descriptor)
        events.deallocate()
    }

    /// Watches a descriptor for the first time; 0, or the negative errno.
    func add(_ watched: Int32, _ wanted: UInt32, token: UInt64) -> Int32 {
        plaudit_epoll_control(descriptor, EPOLL_CTL_ADD, watched, wanted, token)
    }

    func change(_ watched: Int32, _ wanted: UInt32, token: UInt64) -> Int32 {
        plaudit_epoll_control(descriptor, EPOLL_CTL_MOD, watched, wanted, token)
    }

    func remove(_ watched: Int32) {
        // It may be closed already, and has left the set by itself then.
        _ = plaudit_epoll_control(descriptor, EPOLL_CTL_DEL, watched, 0, 0)
    }

    /// Waits once, and calls `act` with each event's token and bits. A signal ends the wait early.
    func wait(milliseconds: Int32, _ act: (UInt64, UInt32) -> Void) {
        guard let base = events.baseAddress else { return }
        let count = plaudit_epoll_wait(descriptor, base, Int32(events.count), milliseconds)
        for index in 0..<max(0, Int(count)) {
            act(plaudit_epoll_token(base + index), base[index].events)
        }
    }
}
