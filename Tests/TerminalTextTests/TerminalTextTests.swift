import TerminalText
import Testing

@Suite struct TerminalTextTests {
    @Test(arguments: [
        ("abc", 3), ("", 0), ("日本語", 6), ("한글", 4), ("ﾊﾝｶｸ", 4), ("ＡＢ", 4), ("e\u{301}", 1), ("é", 1), ("😀", 2),
        ("👨‍👩‍👧", 2),
        ("🇩🇪", 2), ("❤️", 2), ("❤", 1), ("\u{200B}a", 1), ("नि", 1), ("\t", 0), ("→…█", 3), ("\u{0}", 0),
    ])
    func widthIsCountedInColumns(text: String, width: Int) {
        #expect(DisplayWidth.of(text) == width)
    }

    @Test func truncationKeepsWithinTheColumns() {
        #expect(DisplayWidth.truncated("abcdef", to: 6) == "abcdef")
        #expect(DisplayWidth.truncated("abcdefg", to: 6) == "abcde…")
        #expect(DisplayWidth.truncated("日本語日本語", to: 6) == "日本…")
        #expect(DisplayWidth.truncated("abc", to: 0) == "")
    }

    @Test func tableAlignsByWidth() {
        var table = TextTable([.init("name"), .init("mean", .right), .init("note")])
        table.add(["日本", "0.5", "x"])
        table.add(["format", "0.9375", ""])
        #expect(
            table.lines(style: .plain) == [
                "name      mean  note",
                "日本       0.5  x",
                "format  0.9375",
            ])
    }

    @Test func plainStyleWritesNoEscapes() {
        #expect(TerminalStyle.plain(.failure, "x") == "x")
        #expect(TerminalStyle(isEnabled: true)(.failure, "x") == "\u{1B}[31;1mx\u{1B}[0m")
        #expect(TerminalStyle(isEnabled: true)(.failure, "") == "")
    }

    @Test func progressLineShowsShareAndRate() {
        let line = ProgressBar.line(label: "scoring", count: 1500, total: 3000, elapsed: 500_000_000)
        #expect(
            line == "scoring  " + String(repeating: "█", count: 15) + String(repeating: " ", count: 15)
                + "  1,500/3,000  50 %  3,000/s")
        #expect(ProgressBar.line(label: "x", count: 0, total: 0, elapsed: 0).hasSuffix("  0/0  100 %"))
    }

    @Test(arguments: [
        (0.0, 3, "0.000"), (0.0625, 3, "0.063"), (-0.0001, 3, "0.000"), (-1.5, 1, "-1.5"), (999.9996, 3, "1000.000"),
        (2.5, 0, "3"), (.nan, 3, "nan"), (-.infinity, 3, "-inf"), (1e300, 3, "1e+300"),
    ])
    func decimalsAreRounded(value: Double, digits: Int, text: String) {
        #expect(Figures.decimal(value, fractionDigits: digits) == text)
    }

    @Test func countsAndBytesAreGrouped() {
        #expect([0, 999, 1_000, 1_234_567, -1_000].map(Figures.count) == ["0", "999", "1,000", "1,234,567", "-1,000"])
        #expect(
            [0, 1_023, 1_024, 1_536, 268_435_456].map(Figures.bytes) == [
                "0 B", "1023 B", "1.0 KiB", "1.5 KiB", "256 MiB",
            ])
    }
}
