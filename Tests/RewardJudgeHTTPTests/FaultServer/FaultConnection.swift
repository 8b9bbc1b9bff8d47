import CLinux
import Glibc
import RewardMemory

/// One connection of a `FaultServer`: what has come, and the steps still to take.
struct FaultConnection {
    let descriptor: Int32
    private var received: [UInt8] = []
    private var steps: ArraySlice<FaultStep> = []
    /// Bytes of the first step that have left.
    private var sentCount = 0
    /// When a waiting first step is over.
    private(set) var resumeNanoseconds: UInt64?

    /// How many requests a waiting first step wants the server to have got.
    private(set) var wantedRequestCount: Int?

    init(descriptor: Int32) {
        self.descriptor = descriptor
    }

    enum Progress: Equatable {
        case open
        case closedByPeer
        case closedByServer
    }

    /// Takes in what has come; false when the peer has gone.
    mutating func receive() -> Bool {
        var buffer = [UInt8](repeating: 0, count: 16 << 10)
        while true {
            let count = buffer.withUnsafeMutableBytes { plaudit_receive(descriptor, $0.baseAddress!, $0.count) }
            if count == -Int(EAGAIN) { return true }
            guard count > 0 else { return false }
            received.append(contentsOf: buffer[..<count])
        }
    }

    /// Goes on with the steps, and with those of the next request when there is one.
    mutating func advance(now: UInt64, requestCount: () -> Int, answer: (FaultRequest) -> [FaultStep]) -> Progress {
        while true {
            if steps.isEmpty {
                guard let request = FaultRequest.take(from: &received) else { return .open }
                steps = answer(request)[...]
                continue
            }
            switch steps.first! {
            case .send(let bytes):
                guard let progress = send(bytes, count: bytes.count) else { return .open }
                if progress == .closedByPeer { return progress }
            case .sendRepeatedly(let bytes, let count):
                guard let progress = send(bytes, count: bytes.count * count) else { return .open }
                if progress == .closedByPeer { return progress }
            case .wait(let milliseconds):
                let end = resumeNanoseconds ?? now + milliseconds * 1_000_000
                guard now >= end else {
                    resumeNanoseconds = end
                    return .open
                }
                resumeNanoseconds = nil
            case .waitForRequests(let count):
                wantedRequestCount = count
                guard requestCount() >= count else { return .open }
                wantedRequestCount = nil
            case .hang:
                return .open
            case .close:
                return .closedByServer
            case .reset:
                var linger = Glibc.linger(l_onoff: 1, l_linger: 0)
                setsockopt(descriptor, SOL_SOCKET, SO_LINGER, &linger, socklen_t(MemoryLayout<linger>.size))
                return .closedByServer
            }
            steps = steps.dropFirst()
            sentCount = 0
        }
    }

    /// Sends what is left of the repeated bytes; nil when the peer takes no more for now.
    private mutating func send(_ bytes: [UInt8], count: Int) -> Progress? {
        while sentCount < count {
            let start = sentCount % bytes.count
            let sent = bytes.withUnsafeBytes { plaudit_send(descriptor, $0.baseAddress! + start, $0.count - start) }
            if sent == -Int(EAGAIN) { return nil }
            guard sent > 0 else { return .closedByPeer }
            sentCount += sent
        }
        return .open
    }
}
