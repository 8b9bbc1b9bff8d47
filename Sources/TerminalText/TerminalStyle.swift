import Glibc

/// Colour and weight for a terminal, and nothing at all for a file or a pipe.
package struct TerminalStyle: Sendable {
    /// What a text is; how that looks is decided here once.
    package enum Role: String, Sendable {
        case heading = "1"
        case faint = "2"
        case failure = "31;1"
        case success = "32"
        case warning = "33"
        case name = "36"
    }

    package let isEnabled: Bool

    package static let plain = TerminalStyle(isEnabled: false)

    package init(isEnabled: Bool) {
        self.isEnabled = isEnabled
    }

    /// The style for a file descriptor: on for terminals, unless `NO_COLOR` is set (no-color.org) or `TERM` is `dumb`.
    package init(descriptor: Int32) {
        let isRefused = !(TerminalStyle.environment("NO_COLOR") ?? "").isEmpty
        isEnabled = isatty(descriptor) == 1 && !isRefused && TerminalStyle.environment("TERM") != "dumb"
    }

    package static var standardOutput: TerminalStyle { TerminalStyle(descriptor: STDOUT_FILENO) }
    package static var standardError: TerminalStyle { TerminalStyle(descriptor: STDERR_FILENO) }

    /// The text with the look of its role.
    package func callAsFunction(_ role: Role, _ text: String) -> String {
        isEnabled && !text.isEmpty ? "\u{1B}[\(role.rawValue)m\(text)\u{1B}[0m" : text
    }

    private static func environment(_ name: String) -> String? {
        getenv(name).map { String(cString: $0) }
    }
}
