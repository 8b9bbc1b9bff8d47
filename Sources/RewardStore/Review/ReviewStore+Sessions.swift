import GRDB
import RewardJudge
import RewardKernel
import RewardMemory

extension ReviewStore {
    /// Draws a session and keeps it.
    package func begin(_ request: ReviewRequest) throws(ReviewError) -> ReviewSession {
        if let fault = request.fault { throw .refused(fault) }
        let (evidence, criteria) = try evidence(request)
        let frame = ReviewFrame(evidence, threshold: request.threshold, band: request.band)
        let items = ReviewDraw.items(frame.entries, wanted: request.count, seed: request.seed)
        let criteriaText = try criteriaText(criteria)
        let identifier = try write { database in
            try database.execute(
                sql: """
                    INSERT INTO review_sessions (at, reward, component, criteria, seed, threshold, band)
                    VALUES (?, ?, ?, ?, ?, ?, ?)
                    """,
                arguments: [
                    WallClock.microseconds, request.reward, request.component, criteriaText,
                    Int64(bitPattern: request.seed), request.threshold, frame.band,
                ])
            let session = database.lastInsertedRowID
            for (stratum, count) in frame.counts {
                try database.execute(
                    sql: "INSERT INTO review_strata VALUES (?, ?, ?, ?)",
                    arguments: [session, stratum.rawValue, count, items.count { $0.stratum == stratum }])
            }
            for (position, item) in items.enumerated() {
                try database.execute(
                    sql: "INSERT INTO review_items VALUES (?, ?, ?, ?, ?)",
                    arguments: [session, position, item.rollout, item.stratum.rawValue, item.weight])
            }
            return session
        }
        return try session(identifier)
    }

    private func criteriaText(_ criteria: [ReviewCriterion]) throws(ReviewError) -> String {
        let items = criteria.map { criterion in
            JSONValue.object([
                .init("name", .string(criterion.name)), .init("text", .string(criterion.text)),
                .init("weight", .integer(criterion.isNegative ? -1 : 1)),
            ])
        }
        do {
            return try JSONWriter.text(of: .object([.init("criteria", .array(items))]))
        } catch {
            throw .refused("the rubric cannot be written down: \(error)")
        }
    }

    /// All sessions, the latest first.
    package func sessions() throws(ReviewError) -> [ReviewSession] {
        try read { database in
            let rows = try Row.fetchAll(
                database, sql: "SELECT * FROM review_sessions ORDER BY id DESC LIMIT ?",
                arguments: [Limits.reviewSessionCountMax])
            return try rows.map { try Self.session($0, database) }
        }
    }

    package func session(_ identifier: Int64) throws(ReviewError) -> ReviewSession {
        try read { try Self.session(identifier, $0) }
    }

    static func session(_ identifier: Int64, _ database: Database) throws -> ReviewSession {
        let row = try Row.fetchOne(
            database, sql: "SELECT * FROM review_sessions WHERE id = ?", arguments: [identifier])
        guard let row else { throw ReviewError.unknown("there is no review session \(identifier)") }
        return try session(row, database)
    }

    private static func session(_ row: Row, _ database: Database) throws -> ReviewSession {
        let identifier: Int64 = row["id"]
        let strata = try Row.fetchAll(
            database, sql: "SELECT stratum, rollout_count, drawn_count FROM review_strata WHERE session = ?",
            arguments: [identifier])
        let known = strata.compactMap { row in
            ReviewStratum(rawValue: row[0]).map {
                ReviewSession.Stratum(stratum: $0, rolloutCount: row[1], drawnCount: row[2])
            }
        }
        let progress = try Row.fetchAll(
            database,
            sql: "SELECT labeler, count(*) FROM review_answers WHERE session = ? GROUP BY labeler ORDER BY labeler",
            arguments: [identifier])
        return ReviewSession(
            identifier: identifier, at: row["at"], reward: row["reward"], component: row["component"],
            criteria: RubricRecord.criteria(row["criteria"]) ?? [],
            seed: UInt64(bitPattern: row["seed"] as Int64), threshold: row["threshold"], band: row["band"],
            strata: ReviewStratum.allCases.compactMap { one in known.first { $0.stratum == one } },
            progress: progress.map { ReviewSession.Progress(labeler: $0[0], answeredCount: $0[1]) })
    }

    /// An item of a session, with its rollout.
    package func item(_ session: Int64, _ position: Int) throws(ReviewError) -> ReviewItem {
        try read { database in
            let row = try Row.fetchOne(
                database, sql: "SELECT rollout, stratum, weight FROM review_items WHERE session = ? AND position = ?",
                arguments: [session, position])
            guard let row else {
                throw ReviewError.unknown("review session \(session) has no item \(position + 1)")
            }
            return ReviewItem(
                position: position, stratum: ReviewStratum(rawValue: row[1]) ?? .random, weight: row[2],
                rollout: try StoredRollout.fetch(database, key: row[0]))
        }
    }

    /// What the judge said of the session's items, in their order. Items whose rollouts have gone are left out.
    package func verdicts(_ session: ReviewSession) throws(ReviewError) -> [ReviewVerdict] {
        try read { database in
            let rows = try Row.fetchAll(
                database,
                sql: """
                    SELECT review_items.position, components.score, components.verdict
                    FROM review_items JOIN rollouts ON rollouts.id = review_items.rollout
                        JOIN plan_components ON plan_components.plan = rollouts.plan AND plan_components.name = ?
                        JOIN components ON components.id = (rollouts.id << 5) + plan_components.position
                    WHERE review_items.session = ? AND components.status = 0 ORDER BY review_items.position
                    """, arguments: [session.component, session.identifier])
            return rows.map { row in
                let findings = StoredRollout.text(row[2]).map(StoredFinding.all) ?? []
                return ReviewVerdict(
                    position: row[0], score: row[1],
                    findings: session.criteria.map { criterion in findings.first { $0.name == criterion.name } })
            }
        }
    }
}
