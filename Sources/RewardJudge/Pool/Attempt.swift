/// An attempt under way.
struct Attempt: Sendable {
    let identifier: AttemptIdentifier
    /// Where its call is kept.
    let callSlot: Int
    let endpoint: Int
    let startedAt: UInt64
    let isHedge: Bool
    let terms: Terms

    /// What was agreed with the endpoint's state when it began, and is settled when it ends.
    struct Terms: Sendable {
        var tokenCount: Int
        var costNanos: Int
        var isBreakerProbe: Bool
        var isSuspensionProbe: Bool

        var amount: DailyBudget.Amount { DailyBudget.Amount(tokenCount: tokenCount, costNanos: costNanos) }
    }
}
