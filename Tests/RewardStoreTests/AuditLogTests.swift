import Foundation
import GRDB
import RewardClient
import RewardJudge
import RewardKernel
import RewardMemory
import RewardServer
import RewardStore
import RewardWire
import ServerFixture
import Testing

/// The audit log of a real server on a real socket.
@Suite struct AuditLogTests {
    private static let plain = """
        version: 1
        rewards:
          r:
            neutral: group_mean
            components:
              length: {type: length_penalty, unit: characters, target: [1, 5], tolerance: 0}
              number: {type: numeric_match, weight: 0}
        """

    private static let judged = """
        version: 1
        rewards:
          r:
            neutral: group_mean
            components:
              short: {type: length_penalty, unit: characters, target: [1, 4], tolerance: 0}
              quality: {type: judge, judge: local, rubric: helpful}
        judges: {local: {api: openai, url: "http://127.0.0.1:1", model: m}}
        rubrics: {helpful: {criteria: [{name: helps, text: It helps.}]}}
        """

    private func withAudit(
        _ yaml: String, desk: (any JudgeDesk)? = nil, workerCount: Int = 2,
        _ adjust: (inout SidecarSettings) -> Void = { _ in },
        _ body: (SidecarConnection, RewardStore, StoreFolder) throws -> Void
    ) throws {
        let folder = try StoreFolder()
        let store = try RewardStore(StoreSettings(path: folder.file, ringCount: workerCount))
        try withServer(yaml, workerCount: workerCount, desk: desk, store: store, adjust) { server in
            try body(try server.connect(), store, folder)
        }
    }

    private func rows(_ folder: StoreFolder, _ filter: StoreReader.Filter = .init()) throws -> [JSONValue] {
        var rows: [JSONValue] = []
        try StoreReader(path: folder.file).export(filter) { rows.append($0) }
        return rows
    }

    @Test func everythingOfARolloutIsWrittenDown() throws {
        try withAudit(Self.plain) { connection, store, folder in
            let messages: MessageValue = [["role": "user", "content": "What \"is\"\n2 + 2?"]]
            _ = try connection.score(
                "r", ["A: 4", "#### 12345"],
                [
                    .init("ids", ["first", 7]), .init("group_ids", [.integer(-3), "g"]),
                    .init("prompts", [messages, "plain prompt"]), .init("reference_answers", ["4", .integer(5)]),
                    .init("token_counts", [9, .null]), .init("truncated", [.boolean(false), .boolean(true)]),
                ])
            store.flush()
            let rows = try rows(folder)
            #expect(rows.count == 2)
            #expect(rows[0]["id"] == .string("first") && rows[1]["id"] == .integer(7))
            #expect(rows[0]["group_id"] == .integer(-3) && rows[1]["group_id"] == .string("g"))
            let prompt = JSONValue.array([
                .object([.init("role", .string("user")), .init("content", .string("What \"is\"\n2 + 2?"))])
            ])
            #expect(rows[0]["prompt"] == prompt && rows[1]["prompt"] == .string("plain prompt"))
            #expect(rows[0]["completion"] == .string("A: 4") && rows[1]["completion"] == .string("#### 12345"))
            #expect(rows[0]["reference_answer"] == .string("4") && rows[1]["reference_answer"] == .string("5"))
            #expect(rows[0]["token_count"] == .integer(9) && rows[1]["token_count"] == nil)
            #expect(rows[0]["truncated"] == nil && rows[1]["truncated"] == .bool(true))
            let scored = try #require(rows[0]["scored"])
            #expect(scored["reward"] == .number(1) && scored["status"] == .string("scored"))
            #expect(scored["reward_name"] == .string("r"))
            #expect(scored["components"]?["number"]?["score"] == .number(1))
            #expect(rows[1]["scored"]?["components"]?["length"]?["score"] == .number(0))
            let hash = try connection.call("hello")["config_hash"]?.string
            #expect(scored["configuration_hash"] == .string(hash ?? ""))
        }
    }

    /// Batches that all workers share, rows that their groups decide, rows that are refused: one row for each, and the counters balance.
    @Test(arguments: [1, 31, 200, 3_000]) func everyRolloutIsInTheLogOnce(count: Int) throws {
        try withAudit(Self.plain) { connection, store, folder in
            let completions = (0..<count).map { row -> MessageValue in
                row % 7 == 3 ? .null : (row % 11 == 5 ? .binary([0x61, 0xFF]) : .string("A: \(row)"))
            }
            let options: [MessageValue.Pair] = [
                .init("ids", .array((0..<count).map { .integer(Int64($0)) })),
                .init("group_ids", .array((0..<count).map { .integer(Int64($0 / 8)) })),
                .init("reference_answers", .array((0..<count).map { .integer(Int64($0)) })),
            ]
            let reply = try connection.score("r", completions, options)
            store.flush()
            _ = try connection.score("r", completions, options + [.init("deadline_ms", 0)])
            store.flush()
            let logged = try DatabaseQueue(path: folder.file).read { database in
                try Row.fetchAll(
                    database, sql: "SELECT rollout_id, reward, status FROM rollouts WHERE id <= ?", arguments: [count])
            }
            #expect(logged.map { $0[0] as Int }.sorted() == Array(0..<count))
            for row in logged {
                let index: Int = row[0]
                #expect(row[1] == reply.rewards[index] && row[2] == Int(reply.status[index]))
            }
            #expect(try folder.query("SELECT count(DISTINCT rollout_id) FROM rollouts", as: Int.self) == [count])
            #expect(try folder.query("SELECT count(*) FROM rollouts", as: Int.self) == [2 * count])
            #expect(try folder.query("SELECT count(*) FROM components", as: Int.self) == [4 * count])
            let stats = try connection.call("stats")["store"]
            #expect(stats?["rows_written"]?.integer == Int64(2 * count) && stats?["rows_dropped"]?.integer == 0)
            #expect(stats?["rows_lost"]?.integer == 0 && stats?["queue_bytes"]?.integer == 0)
        }
    }

    @Test func judgedRolloutKeepsWhatTheJudgeSaid() throws {
        let desk = PlayedDesk()
        try withAudit(Self.judged, desk: desk) { connection, store, folder in
            let hasReply = DispatchSemaphore(value: 0)
            // Used by that thread alone until it is done.
            nonisolated(unsafe) let peer = connection
            Thread {
                _ = try? peer.score(
                    "r", ["good", "lost"], [.init("prompts", ["p", "p"]), .init("group_ids", ["g", "g"])])
                hasReply.signal()
            }.start()
            #expect(desk.waitForWork())
            store.flush()
            #expect(try rows(folder).isEmpty)
            let work = try #require(desk.next())
            var answers = work.rollouts.map { rollout in
                JudgeAnswer(
                    row: rollout.row, component: 1, score: 1, status: rollout.completion == "lost" ? .timeout : .scored,
                    rationale: "said of \(rollout.completion)")
            }
            answers[0].judge = "local (m)"
            answers[0].findings = [CriterionFinding(name: "helps", judgement: .met, reason: "it does")]
            work.mailbox.put(JudgeWorkAnswer(ticket: work.ticket, answers: answers, usage: JudgeUsage()))
            hasReply.wait()
            store.flush()
            let rows = try rows(folder)
            #expect(rows.count == 2)
            let quality = try #require(rows[0]["scored"]?["components"]?["quality"])
            #expect(quality["judge"] == .string("local (m)") && quality["rationale"] == .string("said of good"))
            #expect(
                quality["verdict"]
                    == .array([
                        .object([
                            .init("name", .string("helps")), .init("judgement", .string("met")),
                            .init("reason", .string("it does")),
                        ])
                    ]))
            #expect(rows[1]["scored"]?["status"] == .string("neutral(timeout)"))
            #expect(rows[1]["scored"]?["components"]?["quality"]?["score"] == .null)
            #expect(rows[1]["scored"]?["reward"] == rows[0]["scored"]?["reward"])
            #expect(try self.rows(folder, .init(status: .failed)).count == 1)
        }
    }

    @Test func textsAreCutOrLeftOutAsTold() throws {
        let long = String(repeating: "\u{E9}", count: 500)
        for keepsTexts in [true, false] {
            let adjust: (inout SidecarSettings) -> Void = { settings in
                settings.store = settings.store.map {
                    StoreTap(board: $0.board, keepsTexts: keepsTexts, textByteCountMax: 101)
                }
            }
            try withAudit(Self.plain, adjust) { connection, store, folder in
                let messages: MessageValue = [["role": "user", "content": .string(long)]]
                _ = try connection.score(
                    "r", [.string(long)],
                    [.init("prompts", [messages]), .init("reference_answers", ["1"]), .init("group_ids", [1])])
                store.flush()
                let row = try #require(try rows(folder).first)
                #expect(row["completion"] == (keepsTexts ? .string(String(repeating: "\u{E9}", count: 50)) : nil))
                #expect((row["prompt"] != nil) == keepsTexts)
                #expect(row["scored"]?["texts_cut"] == (keepsTexts ? .bool(true) : nil))
                #expect(row["scored"]?["completion_bytes"] == .integer(1_000))
            }
        }
    }

    /// A table is gone, as on a disk that fails: rewards come as before, every row is counted as lost, and later ones are kept again.
    @Test func rewardsGoOnWhenTheDiskDoesNot() throws {
        try withAudit(Self.plain) { connection, store, folder in
            let score = {
                try connection.score(
                    "r", ["abc", "abcdefgh"], [.init("reference_answers", ["1", "2"]), .init("group_ids", [1, 1])])
            }
            #expect(try score().rewards == [1, 0])
            store.flush()
            try folder.execute("ALTER TABLE components RENAME TO elsewhere")
            #expect(try score().rewards == [1, 0])
            store.flush()
            #expect(store.count(.rowsWritten) == 2 && store.count(.rowsLost) == 2)
            #expect(store.count(.failures) >= 1)
            try folder.execute("ALTER TABLE elsewhere RENAME TO components")
            #expect(try score().rewards == [1, 0])
            store.flush()
            #expect(store.count(.rowsWritten) == 4)
            #expect(try folder.query("SELECT count(*) FROM rollouts", as: Int.self) == [4])
        }
    }

    /// Somebody holds the database while more comes than the queue takes: rewards come, and every row is written or counted as dropped.
    @Test func fullQueueDropsRowsAndNoReward() throws {
        try withAudit(Self.plain, workerCount: 1) { connection, store, folder in
            let text = MessageValue.string(String(repeating: "x", count: 60_000))
            let completions = MessageValue.array(Array(repeating: text, count: 500)).array ?? []
            let options: [MessageValue.Pair] = [
                .init("reference_answers", .array(Array(repeating: "1", count: 500))),
                .init("group_ids", .array(Array(repeating: 1, count: 500))),
            ]
            let holder = try DatabaseQueue(path: folder.file)
            let sent = 10
            try holder.writeWithoutTransaction { database in
                try database.execute(sql: "BEGIN IMMEDIATE")
                for _ in 0..<sent { #expect(try connection.score("r", completions, options).rewards.count == 500) }
                try database.execute(sql: "COMMIT")
            }
            store.flush()
            while store.board[0].waitingByteCount > 0 { store.flush() }
            store.flush()
            let dropped = Int(store.board[0].droppedRowCount)
            #expect(dropped > 0)
            #expect(store.count(.rowsWritten) + store.count(.rowsLost) + dropped == sent * 500)
            #expect(try folder.query("SELECT count(*) FROM rollouts", as: Int.self) == [store.count(.rowsWritten)])
        }
    }

    @Test func ageAndSizeAreKept() throws {
        let folder = try StoreFolder()
        var settings = StoreSettings(path: folder.file, ringCount: 1)
        settings.byteCountMax = 2_000_000
        settings.retentionSeconds = 3_600
        let store = try RewardStore(settings)
        let count = 20_000
        try withServer(Self.plain, workerCount: 1, store: store) { server in
            let connection = try server.connect()
            let completions = (0..<500).map {
                MessageValue.string("answer number \($0) " + String(repeating: "y", count: 400))
            }
            let options: [MessageValue.Pair] = [
                .init("reference_answers", .array(Array(repeating: "1", count: 500))),
                .init("group_ids", .array((0..<500).map { .integer($0) })),
            ]
            for _ in 0..<count / 500 { _ = try connection.score("r", completions, options) }
            store.tidy()
            #expect(store.count(.fileByteCount) <= 2_000_000)
            let kept = try folder.query("SELECT count(*) FROM rollouts", as: Int.self)[0]
            #expect(kept > 0 && kept + store.count(.rowsDeleted) == count)
            #expect(try folder.query("SELECT max(id) FROM rollouts", as: Int.self) == [count])
            #expect(try folder.query("SELECT count(*) FROM components", as: Int.self) == [2 * kept])
            try folder.execute("UPDATE rollouts SET at = at - 7200000000 WHERE id < \(count - 9)")
            store.tidy()
            #expect(try folder.query("SELECT count(*) FROM rollouts", as: Int.self) == [10])
        }
    }

    @Test func labelsAreKept() throws {
        let folder = try StoreFolder()
        let store = try RewardStore(StoreSettings(path: folder.file))
        let labels = [
            HumanLabel(rollout: 3, value: 0.5, labeler: "ann"),
            HumanLabel(rollout: 3, component: "quality", criterion: "helps", value: 1, labeler: "bob", note: "clearly"),
        ]
        try store.add(labels)
        try store.add([HumanLabel(rollout: 4, value: 0, labeler: "ann")])
        store.close()
        #expect(try RewardStore(StoreSettings(path: folder.file)).labels(ofRollout: 3) == labels)
    }
}
