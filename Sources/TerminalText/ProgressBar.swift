import Glibc

/// A bar on standard error that shows how far a run is, on terminals only: files and pipes stay free of it.
///
///     scoring  ██████████████▌                 1,024/2,200  46 %  3.1k/s
package struct ProgressBar: ~Copyable {
    /// Redrawing more often than this costs more than anybody sees.
    private static let redrawNanosecondsMin: UInt64 = 50_000_000
    private static let barWidth = 30

    private let label: String
    private let total: Int
    private let isVisible: Bool
    private let startNanoseconds: UInt64
    private var drawnNanoseconds: UInt64 = 0
    private var drawnCount = -1

    /// - Parameter now: Nanoseconds of a monotonic clock, here and in `advance`.
    package init(label: String, total: Int, now: UInt64, isVisible: Bool = isatty(STDERR_FILENO) == 1) {
        self.label = label
        self.total = total
        self.isVisible = isVisible
        startNanoseconds = now
    }

    /// Shows that so many of `total` are done.
    package mutating func advance(to count: Int, now: UInt64) {
        guard isVisible, count != drawnCount else { return }
        guard count >= total || drawnCount < 0 || now &- drawnNanoseconds >= Self.redrawNanosecondsMin else { return }
        drawnCount = count
        drawnNanoseconds = now
        write("\r\u{1B}[2K" + Self.line(label: label, count: count, total: total, elapsed: now &- startNanoseconds))
    }

    /// Takes the bar off the screen again.
    package consuming func finish() {
        if isVisible && drawnCount >= 0 { write("\r\u{1B}[2K") }
    }

    /// The bar as text; a pure function of the counts, for tests.
    package static func line(label: String, count: Int, total: Int, elapsed nanoseconds: UInt64) -> String {
        let share = total > 0 ? min(1, Double(count) / Double(total)) : 1
        let eighths = Int(share * Double(barWidth * 8))
        let partial = ["", "▏", "▎", "▍", "▌", "▋", "▊", "▉"][eighths % 8]
        let filled = String(repeating: "█", count: eighths / 8) + partial
        let bar = filled + String(repeating: " ", count: barWidth - DisplayWidth.of(filled))
        let seconds = Double(nanoseconds) / 1e9
        let rate = seconds > 0 ? "  \(Figures.count(Int(Double(count) / seconds)))/s" : ""
        return "\(label)  \(bar)  \(Figures.count(count))/\(Figures.count(total))  \(Int(share * 100)) %\(rate)"
    }

    private func write(_ text: String) {
        // A terminal that has gone away is no reason to fail a run.
        _ = Array(text.utf8).withUnsafeBytes { Glibc.write(STDERR_FILENO, $0.baseAddress, $0.count) }
    }
}
