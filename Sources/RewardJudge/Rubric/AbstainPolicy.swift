/// What a criterion counts that the judge could not assess. When it could assess none, there is no score at all.
package enum AbstainPolicy: String, Sendable, CaseIterable {
    /// It is left out, of the weights too.
    case skip
    /// It earns nothing and costs nothing; its weight still counts in the denominator.
    case zero
    /// Half of its weight, of either sign.
    case partial
    /// The worse: a good one counts as unmet, an error as present.
    case fail
}
