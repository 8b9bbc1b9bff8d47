/// A place in a file; line and column count from 1, columns in Unicode scalars.
package struct SourceMark: Sendable, Hashable, Comparable {
    package var line: Int
    package var column: Int

    package init(line: Int, column: Int) {
        self.line = line
        self.column = column
    }

    package static func < (left: SourceMark, right: SourceMark) -> Bool {
        (left.line, left.column) < (right.line, right.column)
    }
}

/// A value of the document, with the place where it stands.
///
/// A tree of our own between Yams and the decoders: bounded in size and depth, keys are text, and plain scalars keep
/// their spelling, because what `no`, `0600` or `1e3` means is for the one who reads the value to say.
struct ConfigurationNode: Sendable {
    struct Entry: Sendable {
        let key: String
        let keyMark: SourceMark
        let value: ConfigurationNode
    }

    enum Content: Sendable {
        case scalar(Scalar)
        case sequence([ConfigurationNode])
        /// In the order of the file, no key twice.
        case mapping([Entry])
    }

    let content: Content
    let mark: SourceMark
}

extension ConfigurationNode {
    /// What stands here, for "expected a number, found ...".
    var summary: String {
        switch content {
        case .mapping: "a mapping"
        case .sequence: "a list"
        case .scalar(let scalar): scalar.summary
        }
    }

    var isNull: Bool {
        if case .scalar(let scalar) = content { scalar.kind == .null } else { false }
    }
}
