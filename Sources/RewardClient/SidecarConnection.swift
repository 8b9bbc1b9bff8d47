internal import CLinux
internal import Glibc
internal import RewardMemory
internal import RewardWire

/// Why a call to the sidecar brought no result.
package enum ClientError: Error, Equatable {
    /// Nobody listens at the path, or it may not be opened.
    case cannotConnect(path: String, errno: Int32)
    /// The connection broke before the reply was whole.
    case connectionLost
    /// The reply did not come in time; the connection cannot be used any more.
    case deadline
    /// The sidecar refused the request.
    case refused(code: Int, name: String, message: String)
    /// The sidecar answered something that is no reply.
    case badReply

    package var message: String {
        switch self {
        case .cannotConnect(let path, let code):
            "\(path): cannot connect: \(String(cString: strerror(code))); is `plaudit serve --socket \(path)` running?"
        case .connectionLost: "the sidecar closed the connection before it had answered"
        case .deadline: "the sidecar did not answer in time"
        case .refused(_, let name, let message): "\(name): \(message)"
        case .badReply: "the sidecar answered with something that is no reply"
        }
    }
}

/// A blocking connection to a sidecar, for one thread at a time: one call, one reply. Every call has a deadline.
package final class SidecarConnection {
    private let descriptor: Int32
    private var nextIdentifier: UInt32 = 1

    package init(path: String) throws(ClientError) {
        let connected = plaudit_connect_unix(path)
        guard connected >= 0 else { throw .cannotConnect(path: path, errno: -connected) }
        descriptor = connected
    }

    deinit {
        close(descriptor)
    }

    /// Calls a method and waits for its result.
    package func call(
        _ method: String, _ parameters: MessageValue = .map([]), timeout: Duration = .seconds(60)
    ) throws(ClientError) -> MessageValue {
        let identifier = nextIdentifier
        nextIdentifier &+= 1
        let body = MessageValue.array([.integer(0), .integer(Int64(identifier)), .string(method), parameters]).encoded
        let deadline = MonotonicClock.nanoseconds &+ UInt64(max(0, timeout / .nanoseconds(1)))
        do {
            try send(SidecarConnection.frame(body), deadline)
        } catch {
            // A sidecar that refuses a connection says why before it closes it.
            guard error == .connectionLost else { throw error }
        }
        return try receiveReply(identifier, deadline)
    }

    /// The frame around a body.
    package static func frame(_ body: [UInt8]) -> [UInt8] {
        let count = UInt32(body.count)
        return [FrameHeader.marker] + (0..<4).map { UInt8(truncatingIfNeeded: count >> (24 - 8 * $0)) } + body
    }

    /// Sends bytes as they are; for tests that send what no client would.
    package func send(_ bytes: [UInt8], _ deadline: UInt64) throws(ClientError) {
        var sent = 0
        while sent < bytes.count {
            let count = bytes.withUnsafeBytes { buffer in
                buffer.baseAddress.map { plaudit_send(descriptor, $0 + sent, buffer.count - sent) } ?? 0
            }
            if count > 0 {
                sent += count
            } else if count == -Int(EAGAIN) {
                try wait(for: Int16(POLLOUT), deadline)
            } else if count != -Int(EINTR) {
                throw .connectionLost
            }
        }
    }

    /// Says that nothing more will be sent; replies still come.
    package func finishSending() {
        shutdown(descriptor, Int32(SHUT_WR))
    }

    /// The next frame's value: any message, whatever it answers.
    package func receiveMessage(_ deadline: UInt64) throws(ClientError) -> MessageValue {
        let header = try receive(Limits.frameHeaderByteCount, deadline)
        let count = header.withUnsafeBufferPointer { buffer in
            buffer.baseAddress.flatMap { FrameHeader.bodyByteCount(ByteView(unsafe: $0, count: buffer.count)) }
        }
        guard let count, count <= Limits.replyByteCountMax else { throw .badReply }
        guard let value = MessageValue.decode(try receive(count, deadline)) else { throw .badReply }
        return value
    }

    private func receiveReply(_ identifier: UInt32, _ deadline: UInt64) throws(ClientError) -> MessageValue {
        guard let reply = try receiveMessage(deadline).array, reply.count == 4, reply[0] == .integer(1) else {
            throw .badReply
        }
        if let error = reply[2].array, error.count == 4 {
            throw .refused(
                code: Int(error[0].integer ?? 0), name: error[1].string ?? "", message: error[2].string ?? "")
        }
        guard reply[1] == .integer(Int64(identifier)) else { throw .badReply }
        return reply[3]
    }

    /// The next bytes as they come; for tests that look at a frame themselves.
    package func receive(_ byteCount: Int, _ deadline: UInt64) throws(ClientError) -> [UInt8] {
        var bytes = [UInt8](repeating: 0, count: byteCount)
        var received = 0
        while received < byteCount {
            let count = bytes.withUnsafeMutableBytes { buffer in
                buffer.baseAddress.map { plaudit_receive(descriptor, $0 + received, byteCount - received) } ?? 0
            }
            if count > 0 {
                received += count
            } else if count == -Int(EAGAIN) {
                try wait(for: Int16(POLLIN), deadline)
            } else if count != -Int(EINTR) {
                throw .connectionLost
            }
        }
        return bytes
    }

    private func wait(for events: Int16, _ deadline: UInt64) throws(ClientError) {
        let now = MonotonicClock.nanoseconds
        guard now < deadline else { throw .deadline }
        var watched = pollfd(fd: descriptor, events: events, revents: 0)
        let milliseconds = min((deadline - now) / 1_000_000 + 1, UInt64(Int32.max))
        if poll(&watched, 1, Int32(milliseconds)) == 0 { throw .deadline }
    }
}
