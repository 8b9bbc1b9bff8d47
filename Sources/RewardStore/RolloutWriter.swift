import GRDB
import GRDBSQLite
import RewardMemory
import RewardWire

/// Writes rows of the audit log, by statements that are prepared once and bound in place: nothing is copied on the way.
struct RolloutWriter {
    private var rollouts: BoundStatement?
    private var components: BoundStatement?
    /// The plan of the latest row, since most rows have the one of the row before.
    private var plan: (identifier: Int64, configurationHash: [UInt8], rewardName: [UInt8])?

    private var trends = TrendWriter()

    /// Forgets what a transaction that came to nothing may have made.
    mutating func forget() {
        plan = nil
        trends.forget()
    }

    /// Adds the rows of this transaction to the trends.
    mutating func finish(_ database: Database) throws { try trends.write(database) }

    mutating func insert(_ row: AuditRow, _ database: Database) throws {
        var row = row
        let rollouts = try prepared(\.rollouts, database, Self.rolloutSQL)
        let componentStatement = try prepared(\.components, database, Self.componentSQL)
        let (identifier, group) = (row.nextName(), row.nextName())
        var components: [AuditComponent] = []
        components.reserveCapacity(Int(row.head.componentCount))
        for _ in 0..<row.head.componentCount { components.append(row.nextComponent()) }

        let head = row.head
        rollouts.bind(1, head.wallClockMicroseconds)
        let plan = try plan(of: row, components, database)
        rollouts.bind(2, plan)
        rollouts.bind(3, Int64(head.status))
        rollouts.bind(4, head.reward)
        rollouts.bind(5, identifier)
        rollouts.bind(6, group)
        rollouts.bind(7, Int64(clamping: head.timingMicroseconds))
        if head.tokenCount >= 0 { rollouts.bind(8, head.tokenCount) } else { rollouts.bindNull(8) }
        rollouts.bind(9, head.isTruncated)
        rollouts.bind(10, Int64(head.completionByteCount))
        rollouts.bind(11, head.isCut)
        rollouts.bind(12, head.promptIsJSON)
        for place: Int32 in 13...16 { rollouts.bind(place, row.nextText()) }
        try rollouts.run(database)
        trends.begin(wallClockMicroseconds: head.wallClockMicroseconds, plan: plan)
        trends.add(
            position: TrendSchema.wholePosition, status: head.status, value: head.reward,
            microseconds: Int64(clamping: head.timingMicroseconds))

        let first = database.lastInsertedRowID << StoreSchema.positionBitCount
        for (position, component) in components.enumerated() {
            componentStatement.bind(1, first + Int64(position))
            componentStatement.bind(2, component.score)
            componentStatement.bind(3, Int64(component.status))
            componentStatement.bind(4, component.judge)
            componentStatement.bind(5, component.verdict)
            componentStatement.bind(6, component.rationale)
            try componentStatement.run(database)
            trends.add(position: Int64(position), status: component.status, value: component.score)
        }
    }

    private static let rolloutSQL = """
        INSERT INTO rollouts (
            at, plan, status, reward, rollout_id, group_id, timing_us, token_count, truncated, completion_bytes, texts_cut,
            prompt_is_json, prompt, completion, reference_answer, fields)
        VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
        """
    private static let componentSQL =
        "INSERT INTO components (id, score, status, judge, verdict, rationale) VALUES (?, ?, ?, ?, ?, ?)"

    private mutating func prepared(
        _ place: WritableKeyPath<RolloutWriter, BoundStatement?>, _ database: Database, _ sql: String
    ) throws -> BoundStatement {
        if let known = self[keyPath: place] { return known }
        let statement = BoundStatement(try database.makeStatement(sql: sql))
        self[keyPath: place] = statement
        return statement
    }

    /// The key of the row's plan, which the first row of a plan makes.
    private mutating func plan(
        of row: AuditRow, _ components: [AuditComponent], _ database: Database
    ) throws -> Int64 {
        if let plan, row.configurationHash.holds(plan.configurationHash), row.rewardName.holds(plan.rewardName) {
            return plan.identifier
        }
        let (hash, reward) = (row.configurationHash.makeString(), row.rewardName.makeString())
        let identifier = try planIdentifier(hash, reward, components, database)
        plan = (identifier, row.configurationHash.makeArray(), row.rewardName.makeArray())
        return identifier
    }

    private func planIdentifier(
        _ hash: String, _ reward: String, _ components: [AuditComponent], _ database: Database
    ) throws -> Int64 {
        let known = try Int64.fetchOne(
            database, sql: "SELECT id FROM plans WHERE reward = ? AND configuration_hash = ?",
            arguments: [reward, hash])
        if let known { return known }
        try database.execute(
            sql: "INSERT INTO plans (configuration_hash, reward) VALUES (?, ?)", arguments: [hash, reward])
        let identifier = database.lastInsertedRowID
        for (position, component) in components.enumerated() {
            try database.execute(
                sql: "INSERT INTO plan_components (plan, position, name) VALUES (?, ?, ?)",
                arguments: [identifier, position, component.name.makeString()])
        }
        return identifier
    }
}

/// A statement whose arguments are bound in SQLite itself: GRDB's own binding makes a value of each first, which takes longer
/// than inserting the row.
private struct BoundStatement {
    /// Keeps the statement below.
    private let owner: Statement
    private let statement: OpaquePointer

    init(_ owner: Statement) {
        self.owner = owner
        statement = owner.sqliteStatement
    }

    func bind(_ place: Int32, _ value: Int64) { sqlite3_bind_int64(statement, place, value) }
    func bind(_ place: Int32, _ value: Double) { sqlite3_bind_double(statement, place, value) }
    func bind(_ place: Int32, _ flag: Bool) { sqlite3_bind_int64(statement, place, flag ? 1 : 0) }
    func bindNull(_ place: Int32) { sqlite3_bind_null(statement, place) }

    func bind(_ place: Int32, _ name: AuditName) {
        switch name {
        case .absent: bindNull(place)
        case .integer(let value): bind(place, value)
        case .text(let text): bind(place, text)
        }
    }

    /// The text lies in its ring until the row has been inserted, so it is not copied.
    func bind(_ place: Int32, _ text: ByteView?) {
        guard let text else { return bindNull(place) }
        let start = UnsafeRawPointer(text.base).assumingMemoryBound(to: CChar.self)
        sqlite3_bind_text(statement, place, start, Int32(clamping: text.count), nil)
    }

    func run(_ database: Database) throws {
        let outcome = sqlite3_step(statement)
        sqlite3_reset(statement)
        guard outcome == SQLITE_DONE else {
            let message = database.sqliteConnection.map { String(cString: sqlite3_errmsg($0)) }
            throw DatabaseError(resultCode: ResultCode(rawValue: outcome), message: message)
        }
    }
}

extension ByteView {
    fileprivate func holds(_ bytes: [UInt8]) -> Bool {
        count == bytes.count
            && bytes.withUnsafeBufferPointer { other in
                other.baseAddress.map { equals(ByteView(unsafe: $0, count: other.count)) } ?? true
            }
    }
}
