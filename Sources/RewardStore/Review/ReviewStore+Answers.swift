import GRDB
import RewardJudge
import RewardKernel
import RewardMemory

extension ReviewStore {
    /// The first item that the reviewer has not answered; nil when all are.
    package func nextPosition(_ session: Int64, for labeler: String) throws(ReviewError) -> Int? {
        try read { database in
            try Int.fetchOne(
                database,
                sql: """
                    SELECT min(position) FROM review_items WHERE session = ?1 AND position NOT IN (
                        SELECT position FROM review_answers WHERE session = ?1 AND labeler = ?2)
                    """, arguments: [session, labeler])
        }
    }

    /// Keeps an answer, in place of an earlier one of the same person about the same item, and its labels.
    package func keep(_ answer: ReviewAnswer, in session: Int64) throws(ReviewError) {
        try write { database in
            let about = try Self.session(session, database)
            let rollout = try Int64.fetchOne(
                database, sql: "SELECT rollout FROM review_items WHERE session = ? AND position = ?",
                arguments: [session, answer.position])
            guard let rollout else {
                throw ReviewError.unknown("review session \(session) has no item \(answer.position + 1)")
            }
            try Self.check(answer, about)
            if let earlier = try Self.answerKey(database, session, answer) { try Self.remove(database, earlier) }
            // The whole has no name.
            let names: [String?] = about.criteria.isEmpty ? [nil] : about.criteria.map(\.name)
            var labels: [HumanLabel] = []
            var unknown: [JSONValue] = []
            for (name, choice) in zip(names, answer.choices) {
                switch choice {
                case .cannotTell: unknown.append(.string(name ?? ""))
                case .value(let value):
                    labels.append(
                        HumanLabel(
                            rollout: rollout, component: about.component, criterion: name, value: value,
                            labeler: answer.labeler, note: answer.note))
                }
            }
            try database.execute(
                sql: """
                    INSERT INTO review_answers (session, position, labeler, at, cannot_tell, note)
                    VALUES (?, ?, ?, ?, ?, ?)
                    """,
                arguments: [
                    session, answer.position, answer.labeler, WallClock.microseconds,
                    try JSONWriter.text(of: .array(unknown)), answer.note,
                ])
            try LabelTable.insert(database, labels, answer: database.lastInsertedRowID)
        }
    }

    /// Takes back the latest answer of a reviewer; nil when there is none.
    package func undo(_ session: Int64, by labeler: String) throws(ReviewError) -> ReviewAnswer? {
        try write { database in
            let about = try Self.session(session, database)
            let row = try Row.fetchOne(
                database, sql: "\(Self.answerSQL) WHERE session = ? AND labeler = ? ORDER BY id DESC LIMIT 1",
                arguments: [session, labeler])
            guard let row else { return nil }
            let answer = try Self.answer(row, about, database)
            try Self.remove(database, row["id"])
            return answer
        }
    }

    /// All answers of a session, by item and then in the order in which they were given.
    package func answers(_ session: ReviewSession) throws(ReviewError) -> [ReviewAnswer] {
        try read { database in
            let rows = try Row.fetchAll(
                database, sql: "\(Self.answerSQL) WHERE session = ? ORDER BY position, id",
                arguments: [session.identifier])
            return try rows.map { try Self.answer($0, session, database) }
        }
    }

    /// What a reviewer has answered about an item; nil before that.
    package func answer(
        _ session: ReviewSession, _ position: Int, by labeler: String
    ) throws(ReviewError) -> ReviewAnswer? {
        try read { database in
            let row = try Row.fetchOne(
                database, sql: "\(Self.answerSQL) WHERE session = ? AND position = ? AND labeler = ?",
                arguments: [session.identifier, position, labeler])
            return try row.map { try Self.answer($0, session, database) }
        }
    }

    private static let answerSQL = "SELECT id, position, labeler, note FROM review_answers"

    private static func answer(_ row: Row, _ session: ReviewSession, _ database: Database) throws -> ReviewAnswer {
        let labels = try Row.fetchAll(
            database, sql: "SELECT criterion, value FROM labels WHERE answer = ?", arguments: [row["id"] as Int64])
        let values = Dictionary(labels.map { ($0[0] as String?, $0[1] as Double) }) { first, _ in first }
        let names: [String?] = session.criteria.isEmpty ? [nil] : session.criteria.map(\.name)
        return ReviewAnswer(
            position: row["position"], labeler: row["labeler"],
            choices: names.map { name in values[name].map(ReviewChoice.value) ?? .cannotTell }, note: row["note"])
    }

    private static func answerKey(_ database: Database, _ session: Int64, _ answer: ReviewAnswer) throws -> Int64? {
        try Int64.fetchOne(
            database, sql: "SELECT id FROM review_answers WHERE session = ? AND labeler = ? AND position = ?",
            arguments: [session, answer.labeler, answer.position])
    }

    private static func remove(_ database: Database, _ answer: Int64) throws {
        try database.execute(sql: "DELETE FROM labels WHERE answer = ?", arguments: [answer])
        try database.execute(sql: "DELETE FROM review_answers WHERE id = ?", arguments: [answer])
    }

    private static func check(_ answer: ReviewAnswer, _ session: ReviewSession) throws(ReviewError) {
        if let fault = labelerFault(answer.labeler) { throw .refused(fault) }
        guard answer.choices.count == session.choiceCount else {
            throw .refused("an answer has \(session.choiceCount) choices here, found \(answer.choices.count)")
        }
        for case .value(let value) in answer.choices {
            let isChoice = session.criteria.isEmpty ? (0...1).contains(value) : value == 0 || value == 1
            guard isChoice else { throw .refused("\(value) is no choice here") }
        }
        if let note = answer.note, note.utf8.count > Limits.reviewNoteByteCountMax {
            throw .refused("a note has at most \(Limits.reviewNoteByteCountMax) bytes")
        }
    }

    /// Why that is no reviewer's name; nil for one that is.
    package static func labelerFault(_ name: String) -> String? {
        let isClean = name.unicodeScalars.allSatisfy { scalar in
            switch scalar.properties.generalCategory {
            case .control, .format, .lineSeparator, .paragraphSeparator, .privateUse, .surrogate, .unassigned: false
            default: true
            }
        }
        let isTrimmed = name.first?.isWhitespace == false && name.last?.isWhitespace == false
        return isClean && isTrimmed && name.utf8.count <= 64 && name != "judge"
            ? nil : "a reviewer's name has 1 to 64 bytes of visible text, and is not `judge`"
    }
}
