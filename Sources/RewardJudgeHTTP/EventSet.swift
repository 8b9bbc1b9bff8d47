internal import CLinux

/// An epoll set, closed with its last user.
///
/// It remembers what the kernel watches each descriptor for, so that nothing is said twice: a connection that waits for its next
/// transfer stays in the set, and most calls go out and are answered without a word to the kernel about what to watch.
package final class EventSet {
    private let descriptor: Int32
    private let events: UnsafeMutableBufferPointer<epoll_event>
    /// By descriptor.
    private var watches: [Watch] = []

    private struct Watch {
        /// What the kernel looks for; 0 where the descriptor is not in the set.
        var events: UInt32 = 0
        /// Opened for a connection: its end is told, so that a new descriptor of its number is not taken for it.
        var isConnection = false
        /// In the set, though nobody wants to hear of it.
        var isResting = false
    }

    /// Events that one wait takes from the kernel; more come with the next.
    private static let eventCountMax = 512

    package init() throws(HTTPDriverError) {
        descriptor = epoll_create1(Int32(EPOLL_CLOEXEC))
        guard descriptor >= 0 else { throw .noDescriptors }
        events = .allocate(capacity: Self.eventCountMax)
        events.initialize(repeating: epoll_event())
    }

    deinit {
        plaudit_close(descriptor)
        events.deallocate()
    }

    /// Tells of a socket that was opened for a connection, or closed.
    package func note(connection socket: Int32, isOpen: Bool) {
        grow(toHold: socket)
        watches[Int(socket)] = Watch(isConnection: isOpen)
    }

    /// Watches a descriptor, which `owner` is told of; 0, or the negative errno.
    package func watch(_ watched: Int32, _ wanted: UInt32, owner: UInt32) -> Int32 {
        grow(toHold: watched)
        let known = watches[Int(watched)].events
        watches[Int(watched)].isResting = false
        guard known != wanted else { return 0 }
        let token = UInt64(owner) << 32 | UInt64(UInt32(bitPattern: watched))
        func control(_ operation: Int32) -> Int32 {
            plaudit_epoll_control(descriptor, operation, watched, wanted, token)
        }
        var outcome = control(known == 0 ? EPOLL_CTL_ADD : EPOLL_CTL_MOD)
        // Where a descriptor was closed behind our back and its number came again, the other operation is right.
        if outcome == -EEXIST { outcome = control(EPOLL_CTL_MOD) }
        if outcome == -ENOENT { outcome = control(EPOLL_CTL_ADD) }
        watches[Int(watched)].events = outcome == 0 ? wanted : 0
        return outcome
    }

    /// Nobody wants to hear of the descriptor for now. A connection stays in the set until it has something to say.
    package func rest(_ watched: Int32) {
        grow(toHold: watched)
        if watches[Int(watched)].isConnection {
            watches[Int(watched)].isResting = true
        } else {
            remove(watched)
        }
    }

    /// Waits once, and calls `act` with each event's owner, descriptor and bits. A signal ends the wait early. How many events
    /// ended it, those that nobody wants to hear of included.
    @discardableResult
    package func wait(milliseconds: Int32, _ act: (UInt32, Int32, UInt32) -> Void) -> Int {
        guard let base = events.baseAddress else { return 0 }
        let count = max(0, Int(plaudit_epoll_wait(descriptor, base, Int32(events.count), milliseconds)))
        for index in 0..<count {
            let token = plaudit_epoll_token(base + index)
            let watched = Int32(truncatingIfNeeded: token)
            if watches[Int(watched)].isResting {
                // Its peer has closed it, or says what it was not asked: whoever uses it next finds that out.
                remove(watched)
            } else {
                act(UInt32(token >> 32), watched, base[index].events)
            }
        }
        return count
    }

    private func remove(_ watched: Int32) {
        // It may be closed already, and has left the set by itself then.
        _ = plaudit_epoll_control(descriptor, EPOLL_CTL_DEL, watched, 0, 0)
        watches[Int(watched)].events = 0
        watches[Int(watched)].isResting = false
    }

    /// Numbers of descriptors are the smallest that are free, so they are few.
    private func grow(toHold watched: Int32) {
        while watches.count <= Int(watched) { watches.append(Watch()) }
    }
}
