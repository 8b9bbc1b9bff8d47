package import RewardMemory

/// Where a component takes the value it compares with.
package enum OperandSource: BitwiseCopyable {
    case referenceAnswer
    case literal(ByteView)
    /// An index into `Rollout.fields`.
    case field(Int)

    @_noAllocation
    package func value(in rollout: Rollout) -> FieldValue {
        switch self {
        case .referenceAnswer: rollout.referenceAnswer
        case .literal(let text): .text(text)
        case .field(let index): rollout.fields[index]
        }
    }
}

/// The same, as a configuration says it.
package enum OperandSettings: Sendable, Equatable {
    case referenceAnswer
    case literal(String)
    case field(String)

    // Allocates: while a plan is compiled.
    package func compile(into builder: PlanBuilder, key: [String]) throws(PlanError) -> OperandSource {
        switch self {
        case .referenceAnswer: .referenceAnswer
        case .literal(let text): .literal(builder.storage.makeText(text.utf8))
        case .field(let name): .field(try builder.fieldIndex(name, key: key))
        }
    }
}
