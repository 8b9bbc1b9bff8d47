/// What a figure means to its reader. Shown by colour, and always by a sign and words besides.
package enum Tone: String, Sendable, CaseIterable {
    case good
    case warning
    case bad
    /// Nothing can be said.
    case undefined

    var sign: String {
        switch self {
        case .good: "✓"
        case .warning: "!"
        case .bad: "✗"
        case .undefined: "?"
        }
    }
}
