internal import CCurl
internal import CLinux
internal import RewardMemory

/// A set of transfers that share connections, and its link to the driver's epoll set.
///
/// libcurl keeps this object's address, unretained. All transfers must have been removed before the object goes.
final class MultiHandle {
    private let multi: UnsafeMutableRawPointer
    private let eventSet: EventSet
    /// The owner of its sockets in the event set.
    private let index: UInt32
    /// When libcurl wants to be called, in nanoseconds of the monotonic clock; nil for never.
    ///
    /// It goes into the time that epoll waits: a timer descriptor, set anew for every callback, would cost 60 % more
    /// time.
    private(set) var dueNanoseconds: UInt64?
    /// Transfers that were added and not removed.
    private(set) var transferCount = 0
    /// Whether libcurl was called since it last had no more transfers that have ended.
    private(set) var mayHaveEnded = false

    init(_ eventSet: EventSet, index: UInt32, limits: HTTPDriverSettings.ConnectionLimits) throws(HTTPDriverError) {
        self.eventSet = eventSet
        self.index = index
        // Observed by nobody until the object is whole.
        guard let multi = plaudit_curl_multi_make() else { throw .noDescriptors }
        self.multi = multi
        plaudit_curl_multi_observe(multi, observeSocket, observeTimer, Unmanaged.passUnretained(self).toOpaque())
        let numbers = [
            (CURLMOPT_MAX_HOST_CONNECTIONS, limits.perHostCountMax),
            (CURLMOPT_MAX_TOTAL_CONNECTIONS, limits.countMax),
            // Idle ones count too: as many are kept as may be open.
            (CURLMOPT_MAXCONNECTS, limits.countMax),
        ]
        for (option, value) in numbers where plaudit_curl_multi_set_number(multi, option, value) != CURLM_OK {
            throw .library("does not take its own connection limits")
        }
    }

    deinit {
        // Closing the connections would call the observers of an object that is going; the sockets leave epoll by
        // closing.
        plaudit_curl_multi_observe(multi, nil, nil, nil)
        plaudit_curl_multi_destroy(multi)
    }

    func add(_ transfer: Transfer) -> Bool {
        guard plaudit_curl_multi_add(multi, transfer.easy) == CURLM_OK else { return false }
        transferCount += 1
        return true
    }

    /// Ends the transfer if it has not ended by itself; its connection is closed then, unless others share it.
    func remove(_ transfer: Transfer) {
        plaudit_curl_multi_remove(multi, transfer.easy)
        transferCount -= 1
    }

    /// Passes on what epoll said of a socket.
    func act(socket: Int32, events: UInt32) {
        var mask: Int32 = 0
        if events & EPOLLIN.rawValue != 0 { mask |= CURL_CSELECT_IN }
        if events & EPOLLOUT.rawValue != 0 { mask |= CURL_CSELECT_OUT }
        if events & (EPOLLERR.rawValue | EPOLLHUP.rawValue) != 0 { mask |= CURL_CSELECT_ERR }
        plaudit_curl_multi_act(multi, socket, mask)
        mayHaveEnded = true
    }

    /// Calls libcurl if its time has come.
    func actOnTime() {
        guard let due = dueNanoseconds, due <= MonotonicClock.nanoseconds else { return }
        // Before the call, because the call may set the next time.
        dueNanoseconds = nil
        plaudit_curl_multi_act_on_time(multi)
        mayHaveEnded = true
    }

    /// The next transfer that has ended by itself, still in the set.
    func nextEnded() -> (transfer: Transfer, code: CURLcode)? {
        var code = CURLE_OK
        guard let context = plaudit_curl_next_ended(multi, &code) else {
            mayHaveEnded = false
            return nil
        }
        return (Transfer.from(context), code)
    }

    fileprivate static func from(_ context: UnsafeMutableRawPointer) -> MultiHandle {
        Unmanaged<MultiHandle>.fromOpaque(context).takeUnretainedValue()
    }

    fileprivate func watch(socket: Int32, wanted: Int32) {
        guard wanted != CURL_POLL_REMOVE else { return eventSet.rest(socket) }
        var events: UInt32 = 0
        if wanted & CURL_POLL_IN != 0 { events |= EPOLLIN.rawValue }
        if wanted & CURL_POLL_OUT != 0 { events |= EPOLLOUT.rawValue }
        // The kernel may have no memory for it. Told to libcurl, that would end every transfer of the set; this way only
        // those on this socket end, at their deadline.
        _ = eventSet.watch(socket, events, owner: index)
    }

    fileprivate func setTimer(milliseconds: Int) {
        dueNanoseconds =
            milliseconds < 0 ? nil : MonotonicClock.nanoseconds &+ UInt64(milliseconds) &* 1_000_000
    }
}

private func observeSocket(
    _ easy: UnsafeMutableRawPointer?, _ socket: Int32, _ wanted: Int32, _ context: UnsafeMutableRawPointer?,
    _ mark: UnsafeMutableRawPointer?
) -> Int32 {
    guard let context else { return 0 }
    MultiHandle.from(context).watch(socket: socket, wanted: wanted)
    return 0
}

private func observeTimer(
    _ multi: UnsafeMutableRawPointer?, _ milliseconds: Int, _ context: UnsafeMutableRawPointer?
) -> Int32 {
    guard let context else { return 0 }
    MultiHandle.from(context).setTimer(milliseconds: milliseconds)
    return 0
}
