/// What a judge said, in the shape it was asked for.
package enum Verdict: Sendable, Hashable {
    case criteria(RubricVerdict)
    case scale(ScaleVerdict)
    case preference(PreferenceVerdict)
    case group(GroupVerdict)
}
