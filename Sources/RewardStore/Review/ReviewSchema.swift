/// The tables of review sessions, and the rubrics that judges were asked: the second migration of the store.
enum ReviewSchema {
    static let statements = [
        // What was asked of judges, by the configuration that rows of the audit log name. `rubric` is JSON.
        """
        CREATE TABLE rubrics (
            configuration_hash TEXT NOT NULL, reward TEXT NOT NULL, component TEXT NOT NULL, rubric TEXT NOT NULL,
            PRIMARY KEY (reward, component, configuration_hash)) WITHOUT ROWID
        """,
        // `criteria` is JSON: what is asked of people, in order; empty where the component is judged as a whole.
        """
        CREATE TABLE review_sessions (
            id INTEGER PRIMARY KEY, at INTEGER NOT NULL, reward TEXT NOT NULL, component TEXT NOT NULL,
            criteria TEXT NOT NULL, seed INTEGER NOT NULL, threshold REAL NOT NULL, band REAL NOT NULL)
        """,
        // How many rollouts a stratum had, and how many were drawn from it.
        """
        CREATE TABLE review_strata (
            session INTEGER NOT NULL REFERENCES review_sessions, stratum TEXT NOT NULL, rollout_count INTEGER NOT NULL,
            drawn_count INTEGER NOT NULL, PRIMARY KEY (session, stratum)) WITHOUT ROWID
        """,
        // `weight` is the inverse of the probability with which the rollout was drawn.
        """
        CREATE TABLE review_items (
            session INTEGER NOT NULL REFERENCES review_sessions, position INTEGER NOT NULL, rollout INTEGER NOT NULL,
            stratum TEXT NOT NULL, weight REAL NOT NULL, PRIMARY KEY (session, position)) WITHOUT ROWID
        """,
        "CREATE INDEX review_items_by_rollout ON review_items (rollout)",
        // What a person has answered about an item; met and unmet criteria are labels, those that they cannot tell are named here.
        """
        CREATE TABLE review_answers (
            id INTEGER PRIMARY KEY, session INTEGER NOT NULL REFERENCES review_sessions, position INTEGER NOT NULL,
            labeler TEXT NOT NULL, at INTEGER NOT NULL, cannot_tell TEXT NOT NULL, note TEXT,
            UNIQUE (session, labeler, position))
        """,
        // The answer that a label is part of; null for a label that was not given in a review session.
        "ALTER TABLE labels ADD COLUMN answer INTEGER REFERENCES review_answers",
        "CREATE INDEX labels_by_answer ON labels (answer) WHERE answer IS NOT NULL",
    ]
}
