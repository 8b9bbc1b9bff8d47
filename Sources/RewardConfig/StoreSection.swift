import RewardMemory

/// What the sidecar keeps on disk, as `store:` and `judging.cache.path` of a configuration say it.
package struct StoreSection: Sendable, Equatable {
    /// The database's file; relative paths start at the folder of the configuration.
    package var path: String
    /// Whether every scored rollout is written down.
    package var isAudited = false
    /// Whether the verdicts of judges outlive the process.
    package var keepsVerdicts = true
    /// Whether the audit log holds prompts, completions and what else a rollout brings; else only what came of it.
    package var keepsTexts = true
    /// Bytes of one text that are kept.
    package var textByteCountMax = Limits.auditTextByteCount
    /// Age at which rows of the audit log are deleted; nil keeps them.
    package var retentionDays: Double?
    /// What the database may hold; nil is without a limit.
    package var megabyteCountMax: Int?

    package init(path: String) {
        self.path = path
    }
}
