/// One thing that is wrong in a configuration, with the place where it stands.
///
/// Printed as `rewards.yaml:12:9: rewards.support_answer.components.format.requird: unknown key; did you mean
/// `required`?`, the form that editors and terminals turn into a link.
package struct ConfigurationError: Error, Sendable, Equatable {
    /// The file as the user named it.
    package var file: String
    /// Counted from 1; 0 when the error is of the whole file.
    package var line: Int
    /// Counted from 1, in Unicode scalars; 0 when the error is of the whole file.
    package var column: Int
    /// The key, such as `rewards.support_answer.components.format.requird`; empty when it is about no key.
    package var keyPath: String
    package var message: String
    /// What to do about it.
    package var suggestion: String?

    package init(
        file: String, mark: SourceMark? = nil, keyPath: String = "", _ message: String, suggestion: String? = nil
    ) {
        self.file = file
        line = mark?.line ?? 0
        column = mark?.column ?? 0
        self.keyPath = keyPath
        self.message = message
        self.suggestion = suggestion
    }
}

extension ConfigurationError: CustomStringConvertible {
    package var description: String {
        var text = file
        if line > 0 { text += ":\(line):\(column)" }
        if !keyPath.isEmpty { text += ": \(keyPath)" }
        text += ": \(message)"
        if let suggestion { text += "; \(suggestion)" }
        return text
    }
}

/// Everything that is wrong in a configuration, in the order of the file: one run shows all there is to mend.
package struct ConfigurationRefusal: Error, Sendable, Equatable {
    /// At least one.
    package let errors: [ConfigurationError]

    package init(errors: [ConfigurationError]) {
        self.errors = errors
    }
}

extension ConfigurationRefusal: CustomStringConvertible {
    package var description: String {
        errors.map(\.description).joined(separator: "\n")
    }
}
