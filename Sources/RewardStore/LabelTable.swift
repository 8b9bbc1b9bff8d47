import GRDB

/// The labels that people have given.
enum LabelTable {
    /// - Parameter answer: The answer of a review session that the labels are part of.
    static func insert(_ database: Database, _ labels: [HumanLabel], answer: Int64? = nil) throws {
        for label in labels {
            try database.execute(
                sql: """
                    INSERT INTO labels (at, rollout, component, criterion, value, labeler, note, answer)
                    VALUES (?, ?, ?, ?, ?, ?, ?, ?)
                    """,
                arguments: [
                    WallClock.microseconds, label.rollout, label.component, label.criterion, label.value,
                    label.labeler, label.note, answer,
                ])
        }
    }
}
