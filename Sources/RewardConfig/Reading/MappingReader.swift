/// Reads a mapping key by key and knows which of its keys nobody asked for.
///
/// A decoder asks for every key it knows, present or not, and then calls `finish()`: what is left over is unknown, and
/// the keys that were asked for are what it can have been meant to be.
final class MappingReader {
    let path: ConfigurationPath
    /// Where the mapping is named, or begins when it has no name.
    let mark: SourceMark
    let context: DecodingContext
    private let entries: [ConfigurationNode.Entry]
    private var askedKeys: [String] = []

    init(_ entries: [ConfigurationNode.Entry], path: ConfigurationPath, mark: SourceMark, context: DecodingContext) {
        self.entries = entries
        self.path = path
        self.mark = mark
        self.context = context
    }

    /// All values in the order of the file, for mappings whose keys are names that the user gives.
    var values: [(name: String, value: NodeReader)] {
        entries.map { ($0.key, reader(of: $0)) }
    }

    /// The value of a key that may be left out.
    func optional(_ key: String) -> NodeReader? {
        askedKeys.append(key)
        return entries.first { $0.key == key }.map(reader(of:))
    }

    /// The value of a key that must be there; its absence is reported.
    func required(_ key: String, suggestion: String? = nil) -> NodeReader? {
        if let value = optional(key) { return value }
        report("the key `\(key)` is missing", suggestion: suggestion)
        return nil
    }

    /// Reports every key that was not asked for.
    func finish() {
        let knownKeys = askedKeys.unique
        // A key that is there already is seldom what another was meant to be.
        let absentKeys = knownKeys.filter { known in !entries.contains { $0.key == known } }
        for entry in entries where !knownKeys.contains(entry.key) {
            guard !context.isFull else { return }
            let suggestion =
                NearestName.nearest(to: entry.key, in: absentKeys).map { "did you mean `\($0)`?" }
                ?? NearestName.suggestion(for: entry.key, in: knownKeys, listed: "known here")
            reader(of: entry).reportKey("unknown key", suggestion: suggestion)
        }
    }

    /// Reports an error of the mapping as a whole.
    func report(_ message: String, suggestion: String? = nil) {
        context.report(
            ConfigurationError(
                file: context.file, mark: mark, keyPath: path.description, message, suggestion: suggestion))
    }

    private func reader(of entry: ConfigurationNode.Entry) -> NodeReader {
        NodeReader(
            entry.value, keyMark: entry.keyMark, path: path.appending(key: entry.key), context: context)
    }
}

extension [String] {
    /// The same words, each once, in the order of their first appearance.
    var unique: [String] {
        var seen: Set<String> = []
        return filter { seen.insert($0).inserted }
    }
}
