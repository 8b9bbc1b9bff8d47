import BenchSupport
import Testing

@Suite struct FigureMarkdownTests {
    @Test func everySectionIsATableOfTheColumnsItNeeds() {
        let figures = [
            Figure(section: "Memory", name: "a | b", unit: "MB", rounds: Rounds([12]), goal: .valueAtMost(32)),
            Figure(
                section: "Kernel", name: "all", unit: "ns", rounds: Rounds([20, 20]), floor: Rounds([10, 10]),
                floorName: "C", goal: .atMost(1.25)),
            Figure(section: "Kernel", name: "one", unit: "ns", rounds: Rounds([1_240])),
        ]
        let expected = """

            ### Memory

            |  | value | spread | goal |
            |---|---:|---:|---:|
            | a \\| b | 12.0 MB | 0 % | <= 32 MB, met |

            ### Kernel

            |  | value | spread | floor | of | ratio | quartiles | goal |
            |---|---:|---:|---:|---|---:|---:|---:|
            | all | 20.0 ns | 0 % | 10.0 | C | 2.00x | 2.00-2.00 | <= 1.25x, missed |
            | one | 1,240 ns | 0 % |  |  |  |  |  |
            """
        #expect(FigureMarkdown(figures).lines.joined(separator: "\n") == expected)
    }

    @Test func smallAndLargeRatiosKeepTheirDigits() {
        func ratio(_ value: Double, _ floor: Double) -> String? {
            let figure = Figure(
                section: "", name: "", unit: "", rounds: Rounds([value]), floor: Rounds([floor]), floorName: "")
            return FigureMarkdown([figure]).lines.last?.split(separator: "|").dropLast().last.map(String.init)
        }
        #expect(ratio(1, 29) == " 0.034x ")
        #expect(ratio(6_210.4, 1) == " 6,210x ")
        #expect(ratio(3, 2) == " 1.50x ")
        #expect(ratio(0, 2) == " 0.00x ")
    }
}
