import Foundation

/// What is being measured, in one line that is overwritten; only on a terminal, and on standard error.
struct ProgressLine {
    private let isTerminal = isatty(2) == 1

    func show(_ text: String) {
        guard isTerminal else { return }
        FileHandle.standardError.write(Data("\r\u{1B}[K  \(text)".utf8))
    }

    func clear() {
        guard isTerminal else { return }
        FileHandle.standardError.write(Data("\r\u{1B}[K".utf8))
    }
}
