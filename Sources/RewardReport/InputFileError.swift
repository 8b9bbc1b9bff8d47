/// Why a file of rollouts, labels or figures cannot be used, and where.
package struct InputFileError: Error, Sendable, Equatable, CustomStringConvertible {
    package let file: String
    /// From 1; 0 when it is the file as a whole.
    package let line: Int
    package let message: String

    package init(file: String, line: Int, _ message: String) {
        self.file = file
        self.line = line
        self.message = message
    }

    package var description: String { line > 0 ? "\(file):\(line): \(message)" : "\(file): \(message)" }
}
