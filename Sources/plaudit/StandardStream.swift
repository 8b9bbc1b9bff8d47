import Glibc

/// Standard output and standard error, written whole.
enum StandardStream: Int32 {
    case output = 1
    case error = 2

    /// Writes the text and a line feed. A reader that has gone away (`| head`) ends the process quietly, as SIGPIPE would.
    func write(_ text: String) {
        var rest = Array((text.hasSuffix("\n") ? text : text + "\n").utf8)[...]
        while !rest.isEmpty {
            let count = rest.withUnsafeBytes { Glibc.write(rawValue, $0.baseAddress, $0.count) }
            if count < 0 && errno == EINTR { continue }
            guard count > 0 else { ExitStatus.failed.leave() }
            rest.removeFirst(count)
        }
    }
}
