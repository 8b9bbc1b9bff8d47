/// A rubric that cannot be used: which key, and what is wrong with it.
package struct RubricError: Error, Sendable, Equatable {
    /// As in a configuration: `criteria[2].weight`.
    package let key: String
    package let message: String

    package init(_ key: String, _ message: String) {
        self.key = key
        self.message = message
    }
}
