import RewardClient
import RewardReport
import TerminalText
import Testing

/// What `plaudit top` makes of a sidecar's counters.
@Suite struct TopViewTests {
    private static func stats(
        uptime: Double, rollouts: Int64, calls: Int64 = 0, cached: Int64 = 0, hash: String = "a", isJudged: Bool = true
    ) -> MessageValue {
        let component: MessageValue = [
            "scored": .integer(rollouts - 2), "gated": 0, "abstained": 0, "neutral": 2, "error": 0, "ns_mean": 812.6,
        ]
        let judging: MessageValue = [
            "questions": .integer(calls), "questions_waiting": 7, "in_flight": 3, "calls": .integer(calls),
            "cached": .integer(cached), "retries": 0, "canaries": 20, "canaries_passed": 1, "cost": 0.25,
            "judges": [
                "local": [
                    "in_flight": 3, "concurrency": 8, "attempts": .integer(calls), "failures": .integer(calls / 10),
                    "latency_ms": 41.5,
                ]
            ],
        ]
        return [
            "uptime_s": .double(uptime), "connections": 2, "workers": 4, "bytes_in_flight": 2_048,
            "config_hash": .string(hash),
            "rewards": [
                "answer": [
                    "rollouts": .integer(rollouts), "scored": .integer(rollouts - 2), "neutral": 2, "refused": 0,
                    "gated": 0,
                    "components": ["quality": component],
                ]
            ],
            "judging": isJudged ? judging : [:],
        ]
    }

    private static func view(_ now: MessageValue, since former: MessageValue?, seconds: UInt64 = 2) -> TopView {
        TopView(
            .init(now, nanoseconds: seconds * 1_000_000_000),
            since: former.map { .init($0, nanoseconds: 0) })
    }

    private static func pairs(_ view: TopView) -> [String: String] {
        Dictionary(
            view.line.split(separator: " ").map { pair in
                let sides = pair.split(separator: "=")
                return (String(sides[0]), String(sides[1]))
            }, uniquingKeysWith: { first, _ in first })
    }

    @Test func ratesAreWhatWentOnBetweenTwoLooks() {
        let view = Self.view(
            Self.stats(uptime: 12, rollouts: 300, calls: 60, cached: 40),
            since: Self.stats(uptime: 10, rollouts: 100, calls: 30, cached: 10))
        let pairs = Self.pairs(view)
        #expect(pairs["answer.rollouts"] == "300" && pairs["answer.rollouts_per_s"] == "100")
        #expect(pairs["judging.calls_per_s"] == "15" && pairs["judges.local.attempts_per_s"] == "15")
        #expect(pairs["judges.local.latency_ms"] == "41.500" && pairs["judging.cost"] == "0.250")
        let text = view.lines(title: "top", columnCount: 200, style: .plain).joined(separator: "\n")
        for wanted in ["answer.quality", "813", "cached 50.0 %", "canaries passed 1/20", "up 12 s", "2.0 KiB"] {
            #expect(text.contains(wanted), "\(wanted) in \(text)")
        }
    }

    /// The first look, a sidecar that was started anew, and a new configuration: counters that begin anew give no rates.
    @Test func ratesAreUnknownWhereCountersHaveBegunAnew() {
        let now = Self.stats(uptime: 12, rollouts: 300)
        for former in [
            nil, Self.stats(uptime: 500, rollouts: 9_000), Self.stats(uptime: 10, rollouts: 9_000, hash: "b"),
        ] {
            let view = Self.view(now, since: former)
            #expect(Self.pairs(view).keys.allSatisfy { !$0.hasSuffix("_per_s") })
            #expect(
                view.lines(title: "top", columnCount: 80, style: .plain).contains {
                    $0.hasPrefix("answer ") && $0.contains(" - ")
                })
        }
    }

    @Test func noLineIsWiderThanTheTerminal() {
        let view = Self.view(Self.stats(uptime: 99_999, rollouts: 123_456_789, calls: 5), since: nil)
        for columnCount in [1, 20, 79, 300] {
            let lines = view.lines(title: "plaudit top", columnCount: columnCount, style: .plain)
            #expect(lines.allSatisfy { DisplayWidth.of($0) <= columnCount })
        }
    }

    @Test func sidecarWithoutJudgesShowsNone() {
        let view = Self.view(Self.stats(uptime: 1, rollouts: 5, isJudged: false), since: nil)
        #expect(!view.line.contains("judg"))
        #expect(!view.lines(title: "", columnCount: 100, style: .plain).contains { $0.contains("latency") })
    }
}
