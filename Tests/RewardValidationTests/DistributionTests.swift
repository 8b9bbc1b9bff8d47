import RewardValidation
import Testing

/// The distributions against scipy 1.17.1 (`special.ndtr`, `ndtri`, `betainc`, `betaincinv`, `stats.t`, `stats.f`, `binomtest`).
@Suite struct DistributionTests {
    private static func isRelativelyClose(_ value: Double, _ expected: Double, _ limit: Double) -> Bool {
        abs(value - expected) <= limit * abs(expected)
    }

    @Test(arguments: [
        (-37.5, 4.605353009581954e-308), (-8, 6.22096057427174e-16), (-3, 0.0013498980316300933),
        (-1, 0.15865525393145707), (0, 0.5), (0.5, 0.6914624612740131), (1.96, 0.9750021048517795),
        (5, 0.9999997133484281),
    ])
    func normalProbabilities(_ x: Double, _ expected: Double) {
        // glibc's erfc is allowed a few units in the last place, which far in the tail are more.
        #expect(Self.isRelativelyClose(NormalDistribution.cumulative(x), expected, 1e-12))
        #expect(Self.isRelativelyClose(NormalDistribution.twoSided(x), 2 * min(expected, 1 - expected), 1e-8))
    }

    @Test(arguments: [
        (1e-300, -37.0470962993612), (1e-20, -9.262340089798409), (1e-05, -4.264890793922825),
        (0.025, -1.9599639845400545), (0.3, -0.5244005127080409), (0.5, 0), (0.6, 0.2533471031357997),
        (0.975, 1.959963984540054), (0.999999, 4.753424308817087),
    ])
    func normalQuantiles(_ probability: Double, _ expected: Double) {
        #expect(isClose(NormalDistribution.quantile(probability), expected, within: 1e-13))
    }

    @Test func normalQuantilesEndAtInfinity() {
        #expect(NormalDistribution.quantile(0) == -.infinity)
        #expect(NormalDistribution.quantile(1) == .infinity)
    }

    @Test(arguments: [
        (0.5, 0.5, 0.3, 0.36901011956554536), (2, 3, 0.4, 0.5247999999999999), (10, 10, 0.5, 0.5),
        (0.5, 40, 0.01, 0.6286139767460155), (1000, 1000, 0.51, 0.8144473405684881),
        (5e4, 3e4, 0.626, 0.7203344755067362), (1e-3, 2, 0.5, 0.9998067465369478),
        (100, 0.5, 0.999, 0.6550435163244294), (2, 3, 0, 0), (2, 3, 1, 1),
    ])
    func incompleteBeta(_ a: Double, _ b: Double, _ x: Double, _ expected: Double) {
        // The logarithms of large gamma functions cancel, which costs digits.
        #expect(isClose(BetaDistribution.cumulative(x, a, b), expected, within: a > 1e4 ? 1e-9 : 1e-13))
        #expect(isClose(BetaDistribution.cumulative(1 - x, b, a), 1 - expected, within: a > 1e4 ? 1e-9 : 1e-13))
    }

    @Test(arguments: [
        (0.025, 9, 4, 0.4281415381218108), (0.975, 10, 3, 0.9451393554720072), (0.5, 0.5, 0.5, 0.5),
        (0.01, 200, 300, 0.34973301124554146), (1e-6, 3, 8, 0.002034635634091057),
        (0.999, 0.5, 20, 0.23967899160474218),
    ])
    func betaQuantiles(_ probability: Double, _ a: Double, _ b: Double, _ expected: Double) {
        #expect(isClose(BetaDistribution.quantile(probability, a, b), expected, within: 1e-12))
    }

    @Test(arguments: [
        (0, 3, 1), (1, 1, 0.5), (2.5, 8, 0.03694203771362412), (-2.5, 8, 0.03694203771362412),
        (40, 2, 0.0006244146721847406), (1.96, 1e6, 0.04999606758526985), (.infinity, 4, 0),
    ])
    func studentTails(_ t: Double, _ degrees: Double, _ expected: Double) {
        #expect(isClose(StudentDistribution.twoSided(t, degreesOfFreedom: degrees), expected, within: 1e-8))
    }

    @Test(arguments: [
        (1.794678, 5, 18, 0.16476891035498722), (11.027248, 5, 15, 0.00013456651349322068),
        (0.3, 2, 9, 0.7479468608922977), (200, 3, 4, 8.20514790541285e-05), (0, 3, 4, 1),
    ])
    func fTails(_ x: Double, _ first: Double, _ second: Double, _ expected: Double) {
        #expect(isClose(FDistribution.upperTail(x, first, second), expected, within: 1e-12))
    }

    @Test(arguments: [
        (0.975, 5, 18, 3.381967805875243), (0.975, 18, 5, 6.361883204654352),
        (0.025, 3, 7, 0.06837889693755993), (0.5, 4, 4, 1), (0.999, 1, 2, 998.5002501250617),
    ])
    func fQuantiles(_ probability: Double, _ first: Double, _ second: Double, _ expected: Double) {
        #expect(Self.isRelativelyClose(FDistribution.quantile(probability, first, second), expected, 1e-11))
    }

    @Test(arguments: [
        (11, 14, 0.5, 0.057373046875), (3, 20, 0.3, 0.22041826738070913), (0, 5, 0.5, 0.0625), (7, 7, 0.9, 1),
        (50, 100, 0.5, 1), (480, 1_000, 0.5, 0.2174482932041415), (0, 0, 0.5, 1),
    ])
    func binomialTests(_ successCount: Int, _ count: Int, _ chance: Double, _ expected: Double) {
        let pValue = BinomialTest.pValue(successCount: successCount, of: count, chance: chance)
        #expect(isClose(pValue, expected, within: 1e-10))
    }
}
