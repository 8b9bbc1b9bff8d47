/// A score from 0 to 1 for each completion of a call.
package struct GroupVerdict: Sendable, Hashable {
    /// In the order of the identifiers that were asked about.
    package var entries: [Entry]

    package struct Entry: Sendable, Hashable {
        package var identifier: String
        package var score: Double
        package var reason: String?

        package init(identifier: String, score: Double, reason: String? = nil) {
            self.identifier = identifier
            self.score = score
            self.reason = reason
        }
    }

    package init(entries: [Entry]) {
        self.entries = entries
    }
}
