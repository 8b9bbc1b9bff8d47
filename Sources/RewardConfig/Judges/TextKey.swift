/// A key whose value is a text, with the place for what is found wrong with it later.
struct TextKey {
    let reader: NodeReader
    /// Nil when something was reported.
    let value: String?

    init?(_ reader: NodeReader?, _ expected: String) {
        guard let reader else { return nil }
        self.reader = reader
        value = reader.nonEmptyString(expected)
    }
}
