/// How much a judge is to write.
package enum JudgeTier: String, Sendable, CaseIterable {
    /// The verdict alone.
    case light
    /// A short reason first, so that the verdict follows from it, then the verdict.
    case heavy
}
