import RewardKernel

extension ComponentSettings {
    /// The word after `type:` in a configuration.
    package var typeName: String {
        switch self {
        case .instructionCheck: ComponentDecoder.instructionCheck.type
        case .jsonFormat: ComponentDecoder.jsonFormat.type
        case .lengthPenalty: ComponentDecoder.lengthPenalty.type
        case .overlongPenalty: ComponentDecoder.overlongPenalty.type
        case .languageConsistency: ComponentDecoder.languageConsistency.type
        case .safetyFilter: ComponentDecoder.safetyFilter.type
        case .stringCheck: ComponentDecoder.stringCheck.type
        case .regexMatch: ComponentDecoder.regexMatch.type
        case .numericMatch: ComponentDecoder.numericMatch.type
        case .thinkFormat: ComponentDecoder.thinkFormat.type
        case .tagCount: ComponentDecoder.tagCount.type
        case .judged(let settings):
            switch settings.kind {
            case .rubric: ComponentDecoder.judge.type
            case .preference: ComponentDecoder.preference.type
            }
        }
    }
}
