import RewardKernel
import RewardReport

/// A request that is not what its dialect says, and where.
package struct DialectError: Error, Sendable, Equatable {
    /// Such as `labels[3]`; empty for the body as a whole.
    package let place: String
    package let message: String

    package init(_ place: String, _ message: String) {
        self.place = place
        self.message = message
    }

    static func expected(_ what: String, at place: String, found: JSONValue?) -> DialectError {
        DialectError(place, "expected \(what), found \(found?.kindName ?? "nothing")")
    }
}

extension DialectError: CustomStringConvertible {
    package var description: String { place.isEmpty ? "the body: \(message)" : "`\(place)`: \(message)" }
}
