import CLinux
import Foundation
import RewardJudge
import RewardJudgeHTTP
import RewardMemory
import Testing

/// A driver and a server that it talks to, on loopback or on a Unix socket in a folder of its own; stopped afterwards.
func withServer(
    _ answers: [String: [FaultStep]], overUnixSocket: Bool = false,
    settings: HTTPDriverSettings = HTTPDriverSettings(), _ body: (FaultServer, HTTPDriver) throws -> Void
) throws {
    let folder = try TemporaryFolder()
    let server = try FaultServer(answers, unixSocketPath: overUnixSocket ? folder.path + "/s" : nil)
    defer { server.stop() }
    try body(server, try HTTPDriver(settings: settings))
}

extension FaultServer {
    /// A request for one of the server's targets.
    func request(_ target: String, body: String = #"{"question":1}"#) -> HTTPRequest {
        HTTPRequest(
            url: url + target, unixSocketPath: unixSocketPath,
            headers: [.init("Content-Type", "application/json"), .init("Authorization", "Bearer key")],
            body: Array(body.utf8))
    }
}

extension HTTPDriver {
    /// Waits for so many completions; fewer when they have not come within half a minute.
    func complete(_ count: Int = 1) -> [HTTPCompletion] {
        var completions: [HTTPCompletion] = []
        let limit = MonotonicClock.nanoseconds + 30_000_000_000
        while completions.count < count, MonotonicClock.nanoseconds < limit {
            _ = wait(untilNanoseconds: limit, into: &completions)
        }
        return completions
    }

    /// What comes of one request.
    func perform(_ request: HTTPRequest, timeoutNanoseconds: UInt64 = 20_000_000_000) -> HTTPCompletion.Outcome? {
        start(1, request, timeoutNanoseconds: timeoutNanoseconds)
        return complete().first?.outcome
    }
}

extension HTTPCompletion.Outcome {
    var response: HTTPResponse? {
        if case .response(let response) = self { response } else { nil }
    }

    var failureKind: TransportFailure.Kind? {
        if case .failure(let failure) = self { failure.kind } else { nil }
    }
}

/// A folder that goes with the object; its path is short, since a socket's has at most 107 bytes.
final class TemporaryFolder {
    let path: String

    init() throws {
        var template = Array("/tmp/plaudit-XXXXXX".utf8CString)
        guard mkdtemp(&template) != nil else { throw CocoaError(.fileWriteUnknown) }
        path = String(decoding: template.dropLast().map { UInt8(bitPattern: $0) }, as: UTF8.self)
    }

    deinit {
        try? FileManager.default.removeItem(atPath: path)
    }
}

/// Descriptors of this process, found by what they lead to, because tests beside this one have their own.
enum OpenDescriptors {
    /// Connections whose other end is that server.
    static func count(to server: FaultServer) -> Int {
        all.filter { descriptor in
            var address = sockaddr_storage()
            var byteCount = socklen_t(MemoryLayout<sockaddr_storage>.size)
            let outcome = withUnsafeMutablePointer(to: &address) { address in
                address.withMemoryRebound(to: sockaddr.self, capacity: 1) { getpeername(descriptor, $0, &byteCount) }
            }
            guard outcome == 0 else { return false }
            if let path = server.unixSocketPath {
                return withUnsafeBytes(of: &address) { bytes in
                    bytes.dropFirst(2).prefix(path.utf8.count).elementsEqual(path.utf8)
                }
            }
            let port = withUnsafeBytes(of: &address) { UInt16(bigEndian: $0.load(fromByteOffset: 2, as: UInt16.self)) }
            return server.url.hasSuffix(":\(port)")
        }.count
    }

    /// Those of a kind that the kernel names, such as `anon_inode:[eventpoll]`.
    static func count(named name: String) -> Int {
        all.filter { descriptor in
            (try? FileManager.default.destinationOfSymbolicLink(atPath: "/proc/self/fd/\(descriptor)")) == name
        }.count
    }

    private static var all: [Int32] {
        ((try? FileManager.default.contentsOfDirectory(atPath: "/proc/self/fd")) ?? []).compactMap { Int32($0) }
    }
}
