import RewardKernel

extension ComponentDecoder {
    static let thinkFormat = ComponentDecoder(type: "think_format") { component in
        guard let tagReader = component.optional("tag") else { return .thinkFormat(ThinkFormatSettings()) }
        return tagReader.nonEmptyString("the name of a tag").map { .thinkFormat(ThinkFormatSettings(tag: $0)) }
    }
}
