import Glibc

/// A terminal that is drawn anew again and again, until somebody presses `q`. What stood there before comes back at the end.
package final class LiveScreen {
    private var former = termios()
    /// Whether the terminal is ours: an object that failed to be made gives nothing back.
    private var isOpen = false
    /// Set by a signal's handler, which may do nothing else.
    nonisolated(unsafe) private static var isEnding: sig_atomic_t = 0

    /// Nil where standard input and output are not both a terminal.
    package init?() {
        guard isatty(STDIN_FILENO) == 1, isatty(STDOUT_FILENO) == 1, tcgetattr(STDIN_FILENO, &former) == 0 else {
            return nil
        }
        var raw = former
        // Keys come one by one and unseen; control-C too, so that the screen is given back before the end.
        raw.c_lflag &= ~tcflag_t(ICANON | ECHO | ISIG)
        guard tcsetattr(STDIN_FILENO, TCSANOW, &raw) == 0 else { return nil }
        // A change of size ends the wait for a key; so does whoever ends the process, and the screen is given back first.
        var action = sigaction()
        action.__sigaction_handler.sa_handler = { signal in if signal != SIGWINCH { LiveScreen.isEnding = 1 } }
        for signal in [SIGWINCH, SIGTERM, SIGHUP] { sigaction(signal, &action, nil) }
        isOpen = true
        write("\u{1B}[?1049h\u{1B}[?25l")
    }

    deinit {
        guard isOpen else { return }
        write("\u{1B}[?25h\u{1B}[?1049l")
        tcsetattr(STDIN_FILENO, TCSANOW, &former)
    }

    /// Columns and lines at this moment.
    package var size: (columnCount: Int, lineCount: Int) {
        var size = winsize()
        guard ioctl(STDOUT_FILENO, UInt(TIOCGWINSZ), &size) == 0, size.ws_col > 0, size.ws_row > 0 else {
            return (80, 24)
        }
        return (Int(size.ws_col), Int(size.ws_row))
    }

    /// Draws these lines, as many as there is room for; each fits into the width.
    package func draw(_ lines: [String]) {
        let shown = lines.prefix(size.lineCount)
        // Each line is cleared behind its end and not before it, so that nothing flickers.
        write("\u{1B}[H" + shown.map { $0 + "\u{1B}[K" }.joined(separator: "\r\n") + "\u{1B}[J")
    }

    package enum Event { case quit, redraw, timeout }

    /// Waits for a key, a change of size or the end of the time.
    package func wait(milliseconds: Int32) -> Event {
        var ready = pollfd(fd: STDIN_FILENO, events: Int16(POLLIN), revents: 0)
        let outcome = poll(&ready, 1, milliseconds)
        if outcome < 0 { return errno == EINTR && Self.isEnding == 0 ? .redraw : .quit }
        guard outcome > 0 else { return .timeout }
        var keys = [UInt8](repeating: 0, count: 64)
        let count = read(STDIN_FILENO, &keys, keys.count)
        guard count > 0 else { return .quit }
        // `q`, control-C, control-D.
        let endings: Set<UInt8> = [UInt8(ascii: "q"), UInt8(ascii: "Q"), 3, 4]
        return keys[..<count].contains(where: endings.contains) ? .quit : .redraw
    }

    private func write(_ text: String) {
        var rest = Array(text.utf8)[...]
        while !rest.isEmpty {
            let count = rest.withUnsafeBytes { Glibc.write(STDOUT_FILENO, $0.baseAddress, $0.count) }
            if count < 0 && errno == EINTR { continue }
            guard count > 0 else { return }
            rest = rest.dropFirst(count)
        }
    }
}
