/// What configurations of later versions contain and this version does not do. Named here, so that a user who asks for
/// it is told so instead of "unknown key"; a part that arrives leaves these lists.
enum JudgeLane {
    static let topLevelKeys = ["judges", "rubrics"]
    static let componentTypes = ["judge", "preference"]
    private static let otherComponentTypes = [
        "cosine_length", "repetition_penalty", "math_equivalence", "text_similarity",
    ]

    static func refuseTopLevelKeys(of top: MappingReader) {
        for (key, value) in top.values where topLevelKeys.contains(key) {
            _ = top.optional(key)
            value.reportKey(
                "the judge lane is not part of this version",
                suggestion: "leave `\(key)` and the components that use it out")
        }
    }

    /// Why a component type is not to be had, or nil when it is simply unknown.
    static func refusal(ofComponentType type: String) -> String? {
        if componentTypes.contains(type) { return "`\(type)`: the judge lane is not part of this version" }
        if otherComponentTypes.contains(type) { return "the component type `\(type)` is not part of this version" }
        return nil
    }
}
