/// The rules for texts of a rubric.
enum RubricText {
    /// A text that is needed: neither empty nor longer than a judge should read.
    static func check(_ text: String, key: String) throws(RubricError) {
        guard text.unicodeScalars.contains(where: { !$0.properties.isWhitespace }) else {
            throw RubricError(key, "the text is empty")
        }
        guard text.utf8.count <= JudgementLimits.rubricTextByteCountMax else {
            throw RubricError(
                key,
                "the text has \(text.utf8.count) bytes; at most \(JudgementLimits.rubricTextByteCountMax) are taken")
        }
    }

    static func check(list: [String], key: String) throws(RubricError) {
        guard list.count <= JudgementLimits.exampleCountMax else {
            throw RubricError(
                key, "\(list.count) entries; at most \(JudgementLimits.exampleCountMax) are taken")
        }
        for index in list.indices { try check(list[index], key: "\(key)[\(index)]") }
    }
}
