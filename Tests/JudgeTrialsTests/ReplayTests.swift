import JudgeTrials
import ReportPages
import RewardConfig
import RewardJudge
import RewardKernel
import RewardReport
import RewardValidation
import TerminalText
import Testing

@Suite struct ReplayTests {
    /// A rollout as the store exports it.
    private static func exported(
        _ id: String, group: String? = nil, reward: Double, status: String = "scored",
        completion: String? = "It is so.",
        isCut: Bool = false
    ) throws -> JSONValue {
        let texts = completion.map { #", "completion": "\#($0)", "prompt": "Why?""# } ?? ""
        let group = group.map { #", "group_id": "\#($0)""# } ?? ""
        let score = status == "scored" ? "\(reward)" : "null"
        return try JSONValue.make(
            parsing: Array(
                """
                {"id": "\(id)"\(group)\(texts), "scored": {"at_us": 1, "reward_name": "answer", "configuration_hash": "a",
                 "reward": \(reward), "status": "\(status)", "timing_us": 1, "completion_bytes": 9\(isCut ? ", \"texts_cut\": true" : ""),
                 "components": {"quality": {"score": \(score), "status": "\(status)"}, "old": {"score": 1.0, "status": "scored"}}}}
                """.utf8))
    }

    @Test func whatWasKeptWithItsTextsIsScoredAgain() throws {
        var input = ReplayInput()
        input.add(try Self.exported("a", reward: 0.5))
        input.add(try Self.exported("b", reward: 0.5, completion: nil))
        input.add(try Self.exported("c", reward: 0.5, isCut: true))
        input.add(try Self.exported("d", reward: 0.25, status: "neutral(timeout)"))
        #expect(input.count == 2 && input.textlessCount == 1 && input.cutCount == 1)
        #expect(input.outcomes.map(\.reward) == [0.5, nil])
        #expect(input.outcomes[1].components[0].score == nil)
        let file = try input.file(name: "plaudit.db")
        #expect(file.records.map(\.identifier) == [.string("a"), .string("d")])
        #expect(file.records[0].prompt == .string("Why?"))
        #expect(file.records.allSatisfy { $0.fields.isEmpty }, "what came of a rollout is no field of it")
    }

    @Test func groupsAreGatheredInWhateverOrderTheirRolloutsEnded() throws {
        let ended = [("a", "g"), ("b", "h"), ("c", nil), ("d", "g"), ("e", "h")]
        for rollouts in [ended, ended.reversed()] {
            var input = ReplayInput()
            for (id, group) in rollouts { input.add(try Self.exported(id, group: group, reward: 0.5)) }
            input.gatherGroups()
            let file = try input.file(name: "plaudit.db")
            #expect(file.records.map(\.identifier) == ["c", "a", "d", "b", "e"].map { .string($0) })
        }
    }

    private static func row(
        _ name: String, before: Double?, after: Double?, component: Double = 0.5
    ) -> ReplayReport.Row {
        func outcome(_ reward: Double?, _ components: [StoredOutcome.Component]) -> StoredOutcome {
            StoredOutcome(
                reward: reward, status: reward == nil ? "neutral(timeout)" : "scored", components: components,
                configurationHash: "h")
        }
        let quality = StoredOutcome.Component(name: "quality", score: before, status: "scored")
        return ReplayReport.Row(
            name: name, group: nil, completion: "<b>\(name)</b>",
            before: outcome(before, [quality, .init(name: "old", score: 1, status: "scored")]),
            after: outcome(
                after,
                [
                    .init(name: "quality", score: after, status: "scored"),
                    .init(name: "new", score: 0, status: "scored"),
                ]))
    }

    @Test func changesAreCountedAndShown() throws {
        let rows = [
            Self.row("a", before: 0.2, after: 0.9), Self.row("b", before: 0.6, after: 0.6),
            Self.row("c", before: 0.8, after: 0.4), Self.row("d", before: nil, after: 0.7),
            Self.row("e", before: 0.1, after: 0.2),
        ]
        let facts = ReplayFacts(
            store: "plaudit.db", configurationFile: "new.yaml", configurationHash: "0123", reward: "answer",
            input: ReplayInput(), seconds: 1, made: 0, version: "0")
        let report = ReplayReport(rows, threshold: 0.5, usage: JudgeUsage(), facts: facts)
        #expect(report.reward.count == 4 && report.reward.changedCount == 3 && report.reward.higherCount == 2)
        #expect(abs((report.reward.meanDifference.value ?? 0) - 0.1) < 1e-12)
        #expect(report.reward.mcNemar.onlySecondCount == 1 && report.reward.mcNemar.onlyFirstCount == 1)
        #expect(report.components.map(\.name) == ["quality"])
        #expect(report.addedComponents == ["new"] && report.removedComponents == ["old"])
        #expect(report.changed.map(\.name) == ["d", "a", "c", "e"])
        #expect(report.statuses.map(\.count) == [4, 1])
        let lines = report.lines(style: .plain).joined(separator: "\n")
        #expect(lines.contains("status neutral(timeout) to scored: 1"))
        let html = report.page.html
        #expect(html.contains("&lt;b&gt;a&lt;/b&gt;") && !html.contains("<b>"))
        guard case .array(let changed)? = report.json["changed"] else { throw CancellationError() }
        #expect(changed.count == 4)
    }

    /// Verdicts of an earlier process, as a store keeps them.
    private final class PlayedJournal: VerdictJournal {
        let nonceSeed: UInt64 = 7
        private let verdicts: [KeptVerdict]

        init(_ verdicts: [KeptVerdict]) { self.verdicts = verdicts }

        func load(_ limits: CacheLimits) -> [KeptVerdict] { verdicts }
        func keep(_ verdict: KeptVerdict) { Issue.record("a dry run keeps nothing") }
    }

    /// Asks a played judge through a real lane, and keeps what the lane would keep.
    private static func keptVerdicts(_ catalog: JudgeCatalog, _ completions: [String]) throws -> [KeptVerdict] {
        var settings = catalog.lane
        settings.canaryShare = 0
        var lane = JudgeLane(
            catalog: JudgeCatalog(judges: catalog.judges, tasks: catalog.tasks, lane: settings), nonceSeed: 7, seed: 1)
        var instant = LaneInstant(monotonicNanoseconds: 1, wallClockSeconds: 0)
        var actions: [LaneAction] = []
        #expect(lane.submit(Self.work(completions), instant, &actions))
        instant.monotonicNanoseconds += 1_000_000_000
        // The lane begins some questions at every step, and holds their calls for a moment.
        for _ in completions { lane.advance(instant, &actions) }
        instant.monotonicNanoseconds += 1_000_000_000
        lane.advance(instant, &actions)
        var kept: [KeptVerdict] = []
        let verdict = #"{"reason": "so", "verdict": "met"}"#
        let content = #"{"correct": \#(verdict), "polite": \#(verdict), "invents": \#(verdict)}"#
        let body = JSONValue.object([
            "model": .string("m"),
            "choices": .array([
                .object([
                    "index": .integer(0), "finish_reason": .string("stop"),
                    "message": .object(["role": .string("assistant"), "content": .string(content)]),
                ])
            ]),
        ])
        while !actions.isEmpty {
            let due = actions
            actions = []
            for action in due {
                switch action {
                case .send(let attempt, _, _):
                    let response = HTTPResponse(statusCode: 200, headers: [:], body: Array(body.compactText.utf8))
                    lane.ended(attempt, .response(response), instant, &actions)
                case .keep(let verdict): kept.append(verdict)
                default: break
                }
            }
        }
        return kept
    }

    private static func work(_ completions: [String], ticket: UInt64 = 1) -> JudgeWork {
        JudgeWork(
            ticket: JudgeTicket(ticket), deadlineNanoseconds: .max,
            rollouts: completions.enumerated().map { JudgedRollout(row: $0, completion: $1, prompt: "Why?") },
            questions: completions.indices.map { JudgeQuestion(component: 1, task: 0, rollouts: [$0]) },
            mailbox: JudgeMailbox {})
    }

    @Test func callsAreCountedWithoutAsking() throws {
        let catalog = try #require(try TrialFixture.configuration().judges)
        let completions = (0..<100).map { "Completion \($0)." } + ["Solution"]
        let kept = try Self.keptVerdicts(catalog, Array(completions.prefix(60)))
        #expect(kept.count == 60)
        let without = CallCounter(catalog, journal: nil, wallClockSeconds: 0)
        #expect(without.submit(Self.work(completions)))
        #expect(without.count.questionCount == 101)
        #expect(without.count.callCount == 100 && without.count.cachedCount == 0)
        let counter = CallCounter(catalog, journal: PlayedJournal(kept), wallClockSeconds: 0)
        let work = Self.work(completions)
        #expect(counter.submit(work))
        #expect(counter.count.callCount == 40 && counter.count.cachedCount == 60)
        let answers = try #require(work.mailbox.takeAll().first?.answers)
        #expect(answers.count == 101 && answers.allSatisfy { $0.status == .cancelled })
    }
}
