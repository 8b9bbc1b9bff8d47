import RewardKernel
import RewardMemory

extension ComponentDecoder {
    static let tagCount = ComponentDecoder(type: "tag_count") { component in
        guard let tagsReader = component.optional("tags") else { return .tagCount(TagCountSettings()) }
        return tagsReader.strings("a list of tags", countMax: Limits.tagCountMax).map {
            .tagCount(TagCountSettings(tags: $0))
        }
    }
}
