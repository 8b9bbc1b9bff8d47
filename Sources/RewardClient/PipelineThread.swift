internal import CLinux
internal import Glibc
internal import RewardMemory
internal import RewardWire

/// The thread of a `SidecarPipeline`: sends frames as the socket takes them, and gives each reply to the call it answers.
final class PipelineThread {
    private struct Pending {
        let deadlineNanoseconds: UInt64
        let continuation: CheckedContinuation<Result<MessageValue, ClientError>, Never>
    }

    private let path: String
    private let inbox: PipelineInbox
    /// -1 while there is no connection.
    private var descriptor: Int32 = -1
    private var pending: [UInt32: Pending] = [:]
    private var nextIdentifier: UInt32 = 1
    private var outgoing: [UInt8] = []
    /// Bytes of `outgoing` that the socket has taken.
    private var sentCount = 0
    private var incoming = FrameCollector()

    private init(path: String, inbox: PipelineInbox) {
        self.path = path
        self.inbox = inbox
    }

    static func start(path: String, inbox: PipelineInbox) throws(ClientError) {
        let box = Unmanaged.passRetained(PipelineThread(path: path, inbox: inbox))
        var identifier: UInt64 = 0
        let outcome = plaudit_thread_start(
            "client",
            { context in
                guard let context else { return }
                Unmanaged<PipelineThread>.fromOpaque(context).takeRetainedValue().run()
            }, box.toOpaque(), &identifier)
        guard outcome == 0 else {
            box.release()
            throw .cannotConnect(path: path, errno: -outcome)
        }
    }

    private func run() {
        while let calls = inbox.takeAll() {
            for call in calls { begin(call) }
            if descriptor >= 0 { send() }
            wait()
            if descriptor >= 0 { receive() }
            expire()
        }
        disconnect()
    }

    // MARK: Calls

    private func begin(_ call: PipelineCall) {
        if descriptor < 0 {
            let connected = plaudit_connect_unix(path)
            guard connected >= 0 else {
                call.continuation.resume(returning: .failure(.cannotConnect(path: path, errno: -connected)))
                return
            }
            descriptor = connected
        }
        guard outgoing.count - sentCount <= Limits.pipelineBacklogByteCountMax else {
            let message = "the sidecar does not take what it is sent"
            call.continuation.resume(returning: .failure(.refused(code: 6, name: "overloaded", message: message)))
            return
        }
        let identifier = nextIdentifier
        nextIdentifier &+= 1
        outgoing += call.frame(identifier)
        pending[identifier] = Pending(
            deadlineNanoseconds: call.deadlineNanoseconds, continuation: call.continuation)
    }

    /// Ends the calls whose time is over. Their replies, should they still come, find nobody.
    private func expire() {
        let now = MonotonicClock.nanoseconds
        for (identifier, call) in pending where call.deadlineNanoseconds <= now {
            pending[identifier] = nil
            call.continuation.resume(returning: .failure(.deadline))
        }
    }

    private func disconnect() {
        if descriptor >= 0 { plaudit_close(descriptor) }
        descriptor = -1
        outgoing = []
        sentCount = 0
        incoming = FrameCollector()
        let lost = pending
        pending = [:]
        for call in lost.values { call.continuation.resume(returning: .failure(.connectionLost)) }
    }

    // MARK: The socket

    /// Until there is something to do, or a call's time is over.
    private func wait() {
        var watched = [
            pollfd(fd: inbox.event, events: Int16(POLLIN), revents: 0),
            // A negative descriptor is one that poll leaves out.
            pollfd(fd: descriptor, events: Int16(outgoing.isEmpty ? POLLIN : POLLIN | POLLOUT), revents: 0),
        ]
        var milliseconds: Int32 = -1
        if let deadline = pending.values.map(\.deadlineNanoseconds).min() {
            let now = MonotonicClock.nanoseconds
            milliseconds = deadline <= now ? 0 : Int32(min((deadline - now) / 1_000_000 + 1, 60_000))
        }
        poll(&watched, nfds_t(watched.count), milliseconds)
        plaudit_event_drain(inbox.event)
    }

    private func send() {
        while sentCount < outgoing.count {
            let count = outgoing.withUnsafeBytes { buffer in
                buffer.baseAddress.map { plaudit_send(descriptor, $0 + sentCount, buffer.count - sentCount) } ?? 0
            }
            if count > 0 {
                sentCount += count
            } else if count == -Int(EAGAIN) {
                return
            } else if count != -Int(EINTR) {
                // A sidecar that refuses a connection says why before it closes it: what it said is read first.
                receive()
                return disconnect()
            }
        }
        outgoing = []
        sentCount = 0
    }

    private func receive() {
        while true {
            let count = incoming.receive(from: descriptor)
            if count == -Int(EINTR) { continue }
            if count == -Int(EAGAIN) { return }
            guard count > 0 else { return disconnect() }
            while let frame = incoming.nextFrame() {
                guard let body = frame, take(body) else { return disconnect() }
            }
        }
    }

    /// False when it is no reply, after which nothing of the connection can be trusted.
    private func take(_ body: [UInt8]) -> Bool {
        guard let reply = MessageValue.decode(body)?.array, reply.count >= 3 else { return false }
        // Notifications are for those who ask for them.
        if reply.count == 3 { return true }
        guard reply[0] == .integer(1) else { return false }
        let error = reply[2].array.map { error in
            ClientError.refused(
                code: Int(error.first?.integer ?? 0), name: error.count > 1 ? error[1].string ?? "" : "",
                message: error.count > 2 ? error[2].string ?? "" : "")
        }
        guard let identifier = reply[1].integer.flatMap(UInt32.init(exactly:)) else {
            // It concerns no call but the connection: refused, or a frame that is none. All of its calls end by it.
            let ended = pending
            pending = [:]
            for call in ended.values { call.continuation.resume(returning: .failure(error ?? .badReply)) }
            return false
        }
        guard let call = pending.removeValue(forKey: identifier) else { return true }
        call.continuation.resume(returning: error.map(Result.failure) ?? .success(reply[3]))
        return true
    }
}

/// Bytes of a connection, taken apart into frames.
struct FrameCollector {
    /// What one read takes at most.
    private var chunk = [UInt8](repeating: 0, count: 64 << 10)
    private var bytes: [UInt8] = []
    /// Where the next frame begins.
    private var start = 0

    /// Reads what there is, at most a chunk: the count, 0 at the end, or the negative errno.
    mutating func receive(from descriptor: Int32) -> Int {
        if start > 0 {
            bytes.removeFirst(start)
            start = 0
        }
        let count = chunk.withUnsafeMutableBytes { buffer in
            buffer.baseAddress.map { plaudit_receive(descriptor, $0, buffer.count) } ?? 0
        }
        if count > 0 { bytes.append(contentsOf: chunk[..<count]) }
        return count
    }

    /// The body of the next frame: nil when it is not whole yet, nil inside when it is no frame.
    mutating func nextFrame() -> [UInt8]?? {
        let headerCount = Limits.frameHeaderByteCount
        guard bytes.count - start >= headerCount else { return nil }
        let bodyCount = bytes.withUnsafeBufferPointer { buffer in
            buffer.baseAddress.flatMap { FrameHeader.bodyByteCount(ByteView(unsafe: $0 + start, count: headerCount)) }
        }
        guard let bodyCount, bodyCount <= Limits.replyByteCountMax else { return .some(nil) }
        guard bytes.count - start - headerCount >= bodyCount else { return nil }
        let bodyStart = start + headerCount
        start = bodyStart + bodyCount
        return Array(bytes[bodyStart..<start])
    }
}
