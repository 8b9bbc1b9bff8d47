import BenchSupport
import TerminalText
import Testing

@Suite struct FigureTableTests {
    private static let figures = [
        Figure(section: "Kernel", name: "json_format", unit: "ns", rounds: Rounds([1240, 1240, 1240])),
        Figure(
            section: "Kernel", name: "all", unit: "ns", rounds: Rounds([20, 20]), floor: Rounds([10, 10]),
            floorName: "C", goal: .atMost(1.25)),
        Figure(section: "Socket", name: "64", unit: "rollouts/s", rounds: Rounds([0.906])),
    ]

    @Test func everyFigureIsARowOfItsSection() {
        let lines = FigureTable(Self.figures).lines(style: .plain)
        #expect(lines.count == 9)
        #expect(lines[0] == "Kernel")
        #expect(lines[2].hasPrefix("  json_format  1,240  ns"))
        #expect(lines[3].hasPrefix("  all           20.0  ns"))
        #expect(lines[3].contains("10.0  2.00x  2.00-2.00  <= 1.25x  missed"))
        #expect(lines[4] == "")
        #expect(lines[5] == "Socket")
        #expect(lines[7].hasPrefix("  64   0.91  rollouts/s     0 %"))
    }

    @Test func escapeSequencesAppearOnlyWithStyle() {
        let escape: Character = "\u{1B}"
        #expect(!FigureTable(Self.figures).lines(style: .plain).joined().contains(escape))
        #expect(FigureTable(Self.figures).lines(style: TerminalStyle(isEnabled: true)).joined().contains(escape))
    }
}
