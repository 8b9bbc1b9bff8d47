/// How a rubric's criteria are spread over calls.
package enum CallDivision: String, Sendable, CaseIterable {
    /// All criteria in one call.
    case perItem = "per_item"
    /// A call for each criterion: dearer, and no criterion colours another's verdict.
    case perCriterion = "per_criterion"
}
