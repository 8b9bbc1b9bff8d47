import ReportPages
import Testing

@Suite struct TicksTests {
    @Test func stepsAreRound() {
        let cases: [(ClosedRange<Double>, Int, [String])] = [
            (0...1, 6, ["0.0", "0.2", "0.4", "0.6", "0.8", "1.0"]),
            (0...1, 11, ["0.0", "0.1", "0.2", "0.3", "0.4", "0.5", "0.6", "0.7", "0.8", "0.9", "1.0"]),
            (0...0.05, 6, ["0.00", "0.01", "0.02", "0.03", "0.04", "0.05"]),
            (-1...1, 5, ["−1.0", "−0.5", "0.0", "0.5", "1.0"]),
            (3...97, 6, ["20", "40", "60", "80"]),
            (0...12_000, 7, ["0", "2,000", "4,000", "6,000", "8,000", "10,000", "12,000"]),
            (0.0012...0.0019, 5, ["0.0012", "0.0014", "0.0016", "0.0018"]),
        ]
        for (range, count, labels) in cases {
            #expect(Ticks.linear(over: range, countMax: count).labels == labels, "\(range)")
        }
        #expect(Ticks.linear(over: 0...1, countMax: 11).values[3] == 0.3)
        #expect(Ticks.linear(over: 0...1, countMax: 5, isPercent: true).labels == ["0 %", "50 %", "100 %"])
        #expect(
            Ticks.linear(over: 0...0.012, countMax: 7, isPercent: true).labels.prefix(3) == ["0.0 %", "0.2 %", "0.4 %"])
    }

    @Test func anyRangeHasTicksInsideAndNotTooMany() {
        var generator = SeededGenerator()
        for _ in 0..<3_000 {
            let exponent = Double.random(in: -12...12, using: &generator)
            let width = Double.random(in: 0.1...1, using: &generator) * pow10(exponent)
            let low = Double.random(in: -3...3, using: &generator) * width
            let range = low...(low + width)
            let countMax = Int.random(in: 2...12, using: &generator)
            let ticks = Ticks.linear(over: range, countMax: countMax)
            #expect(!ticks.values.isEmpty || countMax < 4, "\(range) \(countMax)")
            #expect(ticks.values.count <= countMax && ticks.labels.count == ticks.values.count, "\(range) \(countMax)")
            let slack = width * 1e-6
            #expect(ticks.values.allSatisfy { $0 >= low - slack && $0 <= low + width + slack })
            #expect(zip(ticks.values, ticks.values.dropFirst()).allSatisfy { $0 < $1 })
            #expect(Set(ticks.labels).count == ticks.labels.count, "\(ticks.labels)")
        }
    }

    private func pow10(_ exponent: Double) -> Double {
        var power = 1.0
        for _ in 0..<Int(exponent.magnitude) { power *= 10 }
        return exponent < 0 ? 1 / power : power
    }

    @Test func timesStandAtRoundMinutesHoursAndDays() {
        // 2026-11-28 23:10:00 UTC.
        let start = 1_795_907_400.0
        #expect(CivilTime(secondsSince1970: start).text == "2026-11-28 23:10:00 UTC")
        let hour = Ticks.time(over: start...start + 3_600, countMax: 5)
        #expect(hour.labels == ["2026-11-28 23:15", "23:30", "23:45", "2026-11-29 00:00"])
        let month = Ticks.time(over: start...start + 30 * 86_400, countMax: 5)
        #expect(month.values.allSatisfy { $0.truncatingRemainder(dividingBy: 86_400) == 0 })
        #expect(month.values.count >= 2)
    }

    @Test func datesAreThoseOfTheCalendar() {
        let cases: [(Double, String)] = [
            (0, "1970-01-01"), (951_782_400, "2000-02-29"), (951_868_800, "2000-03-01"), (1_709_164_800, "2024-02-29"),
            (-1, "1969-12-31"), (-86_400, "1969-12-31"), (-86_401, "1969-12-30"), (4_107_542_400, "2100-03-01"),
            (1_798_675_200, "2026-12-31"),
        ]
        for (seconds, date) in cases { #expect(CivilTime(secondsSince1970: seconds).date == date, "\(seconds)") }
    }

    @Test func figuresAreRoundedAndGrouped() {
        #expect(FigureText.decimal(0.0005, fractionDigits: 3) == "0.001")
        #expect(FigureText.decimal(-0.0001, fractionDigits: 3) == "0.000")
        #expect(FigureText.decimal(-1_234.5, fractionDigits: 1) == "−1,234.5")
        #expect(FigureText.decimal(.nan, fractionDigits: 1) == "undefined")
        #expect(FigureText.percent(0.0526) == "5.3 %")
        #expect(FigureText.interval(0.25...0.5, fractionDigits: 2) == "0.25 to 0.50")
    }
}
