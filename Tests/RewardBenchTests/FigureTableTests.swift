import BenchSupport
import Testing

@Suite struct FigureTableTests {
    private static let figures = [
        Figure(section: "Kernel", name: "json_format", unit: "ns", rounds: Rounds([1240, 1240, 1240])),
        Figure(
            section: "Kernel", name: "all", unit: "ns", rounds: Rounds([20, 20]), floor: Rounds([10, 10]),
            floorName: "C", goal: .atMost(1.25)),
    ]

    @Test func columnsAreAligned() {
        let lines = FigureTable(Self.figures).lines(usesColour: false)
        #expect(lines.count == 4)
        #expect(lines[0] == "Kernel")
        #expect(lines[2].contains("json_format  1,240  ns"))
        #expect(lines[3].contains("all           20.0  ns"))
        #expect(lines[3].hasSuffix("<= 1.25x  MISSED"))
    }

    @Test func escapeSequencesAppearOnlyWithColour() {
        #expect(!FigureTable(Self.figures).lines(usesColour: false).joined().contains("\u{1B}"))
        #expect(FigureTable(Self.figures).lines(usesColour: true).joined().contains("\u{1B}[31mMISSED"))
    }

    @Test func numbersReadWell() {
        #expect(FigureText.value(1_234_567.4) == "1,234,567")
        #expect(FigureText.value(99.96) == "100.0")
        #expect(FigureText.value(0.906) == "0.91")
        #expect(FigureText.fixed(-0.004, places: 2) == "0.00")
        #expect(FigureText.grouped(-1_000) == "-1,000")
        #expect(FigureText.value(.nan) == "-")
        #expect(FigureText.percent(0.034) == "3 %")
    }
}
