/// A number on a scale, within its bounds.
package struct ScaleVerdict: Sendable, Hashable {
    package var value: Double
    package var reason: String?

    package init(value: Double, reason: String? = nil) {
        self.value = value
        self.reason = reason
    }
}
