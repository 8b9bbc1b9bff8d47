import CLinux
import Foundation
import RewardMemory

/// An HTTP server for tests that misbehaves as told: in this process, on loopback or a Unix socket, with one thread.
///
/// What it does is chosen by the request line's target. It knows nothing of HTTP beyond where a request ends.
package final class FaultServer: @unchecked Sendable {
    /// What it saw. A connection is counted in one of the two ways of closing at most.
    package struct Counts: Sendable, Equatable {
        package var accepted = 0
        package var requests = 0
        package var closedByPeer = 0
        package var closedByServer = 0

        package var open: Int { accepted - closedByPeer - closedByServer }
    }

    /// `http://127.0.0.1:<port>`, or a name for the Unix socket.
    package let url: String
    package let unixSocketPath: String?

    private let answers: [String: [FaultStep]]
    private let listener: Int32
    private let stopper: Int32
    private let condition = NSCondition()
    // Both under the condition's lock.
    private var countsNow = Counts()
    private var lastRequests: [FaultRequest] = []
    private let hasEnded = DispatchSemaphore(value: 0)

    /// Requests kept for tests to look at.
    private static let keptRequestCount = 16

    /// Serves `answers`, by target, on a loopback port, or on the Unix socket when there is a path. Other targets get
    /// 404.
    package init(_ answers: [String: [FaultStep]], unixSocketPath: String? = nil) throws {
        self.answers = answers
        self.unixSocketPath = unixSocketPath
        if let unixSocketPath {
            listener = plaudit_listen_unix(unixSocketPath, 0o600, 4_096)
            url = "http://localhost"
        } else {
            let (descriptor, port) = Self.listenOnLoopback()
            listener = descriptor
            url = "http://127.0.0.1:\(port)"
        }
        guard listener >= 0 else { throw FaultServerError(errorNumber: -listener) }
        stopper = plaudit_event_descriptor()
        Thread { [self] in
            run()
            hasEnded.signal()
        }.start()
    }

    package struct FaultServerError: Error {
        package var errorNumber: Int32
    }

    /// Ends the thread and closes everything.
    package func stop() {
        plaudit_event_signal(stopper)
        hasEnded.wait()
        plaudit_close(stopper)
    }

    package var counts: Counts { condition.withLock { countsNow } }
    /// The last requests, the newest at the end.
    package var requests: [FaultRequest] { condition.withLock { lastRequests } }

    /// Waits until the counts are as wanted; false when they are not within half a minute.
    package func wait(until isWanted: (Counts) -> Bool) -> Bool {
        let limit = Date(timeIntervalSinceNow: 30)
        return condition.withLock {
            while !isWanted(countsNow) {
                guard condition.wait(until: limit) else { return isWanted(countsNow) }
            }
            return true
        }
    }

    /// A socket on a free port of loopback; a descriptor or the negative errno. One that does not listen refuses
    /// connections.
    package static func listenOnLoopback(isListening: Bool = true) -> (descriptor: Int32, port: UInt16) {
        let descriptor = socket(
            AF_INET, Int32((SOCK_STREAM.rawValue | SOCK_NONBLOCK.rawValue | SOCK_CLOEXEC.rawValue)), 0)
        guard descriptor >= 0 else { return (-errno, 0) }
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_addr.s_addr = UInt32(0x7F00_0001).bigEndian
        var byteCount = socklen_t(MemoryLayout<sockaddr_in>.size)
        let outcome = withUnsafeMutablePointer(to: &address) { address in
            address.withMemoryRebound(to: sockaddr.self, capacity: 1) { address in
                bind(descriptor, address, byteCount) | (isListening ? listen(descriptor, 4_096) : 0)
                    | getsockname(descriptor, address, &byteCount)
            }
        }
        guard outcome == 0 else {
            let error = errno
            plaudit_close(descriptor)
            return (-error, 0)
        }
        return (descriptor, UInt16(bigEndian: address.sin_port))
    }

    // MARK: The thread

    private func run() {
        let epoll = epoll_create1(Int32(EPOLL_CLOEXEC))
        var connections: [Int32: FaultConnection] = [:]
        _ = plaudit_epoll_control(epoll, EPOLL_CTL_ADD, listener, EPOLLIN.rawValue, UInt64(listener))
        _ = plaudit_epoll_control(epoll, EPOLL_CTL_ADD, stopper, EPOLLIN.rawValue, UInt64(stopper))
        var events = [epoll_event](repeating: epoll_event(), count: 256)
        serving: while true {
            let count = plaudit_epoll_wait(epoll, &events, 256, Self.milliseconds(until: connections))
            for event in events[..<max(0, Int(count))] {
                let descriptor = Int32(truncatingIfNeeded: withUnsafePointer(to: event) { plaudit_epoll_token($0) })
                if descriptor == stopper { break serving }
                if descriptor == listener {
                    accept(into: &connections, epoll: epoll)
                } else {
                    serve(descriptor, in: &connections)
                }
            }
            resume(&connections)
        }
        for descriptor in connections.keys { plaudit_close(descriptor) }
        plaudit_close(listener)
        plaudit_close(epoll)
    }

    /// Goes on with connections whose wait is over.
    private func resume(_ connections: inout [Int32: FaultConnection]) {
        let now = MonotonicClock.nanoseconds
        let requestCount = counts.requests
        let ready = connections.values.filter { connection in
            connection.resumeNanoseconds.map { $0 <= now } ?? false
                || connection.wantedRequestCount.map { $0 <= requestCount } ?? false
        }
        for connection in ready { serve(connection.descriptor, in: &connections) }
    }

    private func accept(into connections: inout [Int32: FaultConnection], epoll: Int32) {
        while true {
            let descriptor = plaudit_accept(listener)
            guard descriptor >= 0 else { return }
            connections[descriptor] = FaultConnection(descriptor: descriptor)
            // Edge-triggered, because a connection is always driven as far as it goes.
            let wanted = EPOLLIN.rawValue | EPOLLOUT.rawValue | EPOLLRDHUP.rawValue | EPOLLET.rawValue
            _ = plaudit_epoll_control(epoll, EPOLL_CTL_ADD, descriptor, wanted, UInt64(descriptor))
            note { $0.accepted += 1 }
        }
    }

    private func serve(_ descriptor: Int32, in connections: inout [Int32: FaultConnection]) {
        guard var connection = connections[descriptor] else { return }
        var progress = FaultConnection.Progress.closedByPeer
        if connection.receive() {
            progress = connection.advance(
                now: MonotonicClock.nanoseconds, requestCount: { counts.requests }
            ) { request in
                keep(request)
                return answers[request.target] ?? [.respond("404 Not Found")]
            }
        }
        connections[descriptor] = connection
        guard progress != .open else { return }
        connections[descriptor] = nil
        plaudit_close(descriptor)
        note { counts in
            if progress == .closedByPeer { counts.closedByPeer += 1 } else { counts.closedByServer += 1 }
        }
    }

    private func keep(_ request: FaultRequest) {
        condition.withLock {
            if lastRequests.count == Self.keptRequestCount { lastRequests.removeFirst() }
            lastRequests.append(request)
        }
        note { $0.requests += 1 }
    }

    private func note(_ change: (inout Counts) -> Void) {
        condition.withLock {
            change(&countsNow)
            condition.broadcast()
        }
    }

    private static func milliseconds(until connections: [Int32: FaultConnection]) -> Int32 {
        guard let earliest = connections.values.lazy.compactMap(\.resumeNanoseconds).min() else { return -1 }
        let now = MonotonicClock.nanoseconds
        return earliest <= now ? 0 : Int32(clamping: (earliest - now) / 1_000_000 + 1)
    }
}
