/// A judge that answers with one of some labels and nothing else, as XSTest's does.
package struct LabelFormat: Sendable, Hashable {
    package let labels: [String]

    package init(labels: [String]) {
        self.labels = labels
    }

    package func parse(_ text: String) throws(VerdictFault) -> String {
        guard text.utf8.count <= JudgementLimits.replyByteCountMax else { throw .tooLong }
        let name = ReplyText(text).trimmed.string
        guard !name.isEmpty else { throw .empty }
        guard labels.contains(name) else { throw .unparsable("none of the labels") }
        return name
    }
}
