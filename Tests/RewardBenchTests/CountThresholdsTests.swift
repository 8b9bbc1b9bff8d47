import BenchSupport
import Testing

@Suite struct CountThresholdsTests {
    private func profile(_ instructions: Int, _ allocations: Int) throws -> CallgrindProfile {
        let text = """
            version: 1
            events: Ir
            fl=(1) a.c
            fn=(1) start
            3 20
            cob=(4) /lib/libc.so.6
            cfi=(5) malloc.c
            cfn=(2) malloc
            calls=\(allocations) 0
            4 900
            cfn=(3) memcpy
            calls=7 0
            4 30
            fn=(4) grow'2
            cfn=(2)
            calls=1 0
            9 40
            cfn=(5) realloc
            calls=2 0
            9 40

            totals: \(instructions)
            """
        return try #require(CallgrindProfile(text))
    }

    @Test func allCallsOfTheAllocatorAreCountedByWhomEver() throws {
        let profile = try profile(5_000, 10)
        #expect(profile.instructions == 5_000)
        #expect(profile.allocations == 13)
    }

    @Test func aProfileWithoutATotalIsNone() {
        #expect(CallgrindProfile("version: 1\nfn=(1) main\n3 20\n") == nil)
        #expect(CallgrindProfile("") == nil)
    }

    @Test func whatHappensOnceInARunIsNoneOfTheWork() throws {
        let count = WorkCount(
            name: "batch", short: try profile(1_000_000, 500), long: try profile(1_400_400, 504), requests: 10,
            rollouts: 10)
        #expect(count == WorkCount(name: "batch", instructions: 4_004, allocations: 0))
        let other = WorkCount(
            name: "batch", short: try profile(1_000_000, 500), long: try profile(1_000_000, 511), requests: 10,
            rollouts: 10)
        #expect(other.allocations == 1)
    }

    private let thresholds = CountThresholds(
        tolerancePercent: 3, counts: [WorkCount(name: "request", instructions: 1_000, allocations: 2)])

    private func departures(_ instructions: Int, _ allocations: Int, _ name: String = "request") -> [String] {
        thresholds.departures(of: [WorkCount(name: name, instructions: instructions, allocations: allocations)])
    }

    @Test func instructionsMayMoveByTheToleranceAndAllocationsNotAtAll() {
        #expect(departures(1_030, 2).isEmpty)
        #expect(departures(970, 2).isEmpty)
        #expect(
            departures(1_031, 2) == [
                "request: 1031 instructions are 3.1 % more than the 1000 that are written down"
            ])
        #expect(departures(1_000, 3) == ["request: 3 allocations, and 2 are written down"])
    }

    @Test func aGainMustBeWrittenDownToo() {
        #expect(
            departures(900, 2) == ["request: 900 instructions are 10.0 % less than the 1000 that are written down"])
        #expect(departures(1_000, 1) == ["request: 1 allocations, and 2 are written down"])
    }

    @Test func worksAndThresholdsNameTheSame() {
        #expect(
            departures(1_000, 2, "batch") == [
                "batch: no threshold is written down", "request: written down, and no longer counted",
            ])
    }
}
