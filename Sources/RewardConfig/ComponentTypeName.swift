import RewardKernel

extension ComponentSettings {
    /// The word after `type:` in a configuration.
    package var typeName: String {
        switch self {
        case .lengthPenalty: ComponentDecoder.lengthPenalty.type
        }
    }
}
