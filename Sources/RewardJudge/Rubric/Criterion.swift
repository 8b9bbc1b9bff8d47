/// One yes/no question of a rubric.
package struct Criterion: Sendable, Hashable {
    /// ASCII letters, digits, `_` and `-`; at most 64 bytes; once in a rubric.
    package let name: String
    package let text: String
    /// Finite and not 0. A negative weight marks an error: met means that the error is there, and costs.
    package let weight: Double
    /// Without it the rubric scores 0: the criterion must be met, or an error's must not.
    package let isRequired: Bool
    /// What meets the criterion, in examples.
    package let desired: [String]
    /// What does not, in examples.
    package let undesired: [String]

    /// Whether meeting it is bad.
    package var isNegative: Bool { weight < 0 }

    package var question: VerdictShape.Question { VerdictShape.Question(name: name, text: text) }

    /// Fails with the key relative to the criterion: `weight`.
    package init(
        name: String, text: String, weight: Double = 1, isRequired: Bool = false, desired: [String] = [],
        undesired: [String] = []
    ) throws(RubricError) {
        guard Criterion.isName(name) else {
            throw RubricError(
                "name",
                "\"\(name)\" is no name: 1 to \(JudgementLimits.nameByteCountMax) ASCII letters, digits, _ and -")
        }
        guard !VerdictReader.reasonKeys.contains(name) else {
            throw RubricError("name", "\"\(name)\" is the key of a verdict's reason; take another name")
        }
        try RubricText.check(text, key: "text")
        guard weight.isFinite, weight != 0 else {
            throw RubricError("weight", "\(weight) is no weight: a finite number other than 0 is needed")
        }
        try RubricText.check(list: desired, key: "desired")
        try RubricText.check(list: undesired, key: "undesired")
        self.name = name
        self.text = text
        self.weight = weight
        self.isRequired = isRequired
        self.desired = desired
        self.undesired = undesired
    }

    /// Whether `name` can be a JSON key and a provider's identifier as it stands.
    static func isName(_ name: String) -> Bool {
        !name.isEmpty && name.utf8.count <= JudgementLimits.nameByteCountMax
            && name.utf8.allSatisfy { byte in
                switch byte {
                case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
                    UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "_"), UInt8(ascii: "-"):
                    true
                default: false
                }
            }
    }
}
