import Glibc

/// A file that a command writes, or standard output.
final class OutputFile {
    private let name: String
    private let descriptor: Int32

    /// - Parameter name: A path, or `-` for standard output.
    init(_ name: String) throws {
        self.name = name
        descriptor = name == "-" ? STDOUT_FILENO : open(name, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0o644)
        guard descriptor >= 0 else { throw fail() }
    }

    deinit {
        if descriptor > STDERR_FILENO { close(descriptor) }
    }

    func write(_ text: String) throws {
        var rest = Array(text.utf8)[...]
        while !rest.isEmpty {
            let count = rest.withUnsafeBytes { Glibc.write(descriptor, $0.baseAddress, $0.count) }
            if count < 0 && errno == EINTR { continue }
            guard count > 0 else { throw fail() }
            rest.removeFirst(count)
        }
    }

    private func fail() -> ExitStatus {
        StandardStream.error.write("plaudit: \(name): \(String(cString: strerror(errno)).lowercased())")
        return .failed
    }
}
