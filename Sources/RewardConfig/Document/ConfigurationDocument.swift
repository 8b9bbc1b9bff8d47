import RewardMemory
import Yams

/// The text of a configuration as a bounded tree.
struct ConfigurationDocument {
    /// Nil when the text is no YAML at all, or is empty.
    private(set) var root: ConfigurationNode?
    private(set) var errors: [ConfigurationError] = []

    private let file: String
    private var nodeCount = 0
    private var shadowedKeys: ShadowedKeys

    init(_ bytes: [UInt8], file: String) {
        self.file = file
        shadowedKeys = ShadowedKeys()
        guard bytes.count <= Limits.configurationByteCountMax else {
            refuse("has \(bytes.count) bytes; a configuration has at most \(Limits.configurationByteCountMax)")
            return
        }
        guard let text = String(validating: bytes, as: UTF8.self) else {
            refuse("is not valid UTF-8")
            return
        }
        guard AliasBudget.allows(bytes) else {
            refuse("its aliases unfold into too much", suggestion: "write some of the values out")
            return
        }
        guard let node = compose(text) else { return }
        root = convert(node, path: ConfigurationPath(), depth: 0)
    }

    private mutating func refuse(_ message: String, at mark: SourceMark? = nil, suggestion: String? = nil) {
        errors.append(ConfigurationError(file: file, mark: mark, message, suggestion: suggestion))
    }
}

// MARK: - Composing

extension ConfigurationDocument {
    /// Yams stops at the first mapping with a key twice. That key's first occurrence is then renamed in a copy of the
    /// text and the text read again, so that every duplicate is found and so are the errors beside them.
    private mutating func compose(_ original: String) -> Node? {
        var text = original
        while true {
            do {
                // The basic resolver leaves plain scalars as they are spelt; `Scalar` reads them.
                guard let node = try Yams.compose(yaml: text, .basic) else {
                    refuse("is empty", suggestion: "a configuration has at least `rewards:`")
                    return nil
                }
                return node
            } catch let error as YamlError {
                if case .duplicatedKeysInMapping(let names, let context) = error {
                    let mark = SourceMark(context.mark)
                    if let renamed = shadowedKeys.renameKey(at: mark, in: text) {
                        text = renamed
                        continue
                    }
                    refuse("the key \(Quoting.quoted(names.first ?? "")) stands twice in one mapping", at: mark)
                } else {
                    refuse(error)
                }
                return nil
            } catch {
                refuse("is not valid YAML: \(error)")
                return nil
            }
        }
    }

    private mutating func refuse(_ error: YamlError) {
        switch error {
        case .scanner(let context, let problem, let mark, _), .parser(let context, let problem, let mark, _),
            .composer(let context, let problem, let mark, _):
            if problem.hasPrefix("Maximum nesting level") {
                refuse("values nest deeper than \(Limits.configurationDepthMax)", at: SourceMark(mark))
                return
            }
            // What was being read, when it began further up: "while parsing a block mapping, from line 2".
            let origin = context.flatMap { context in
                context.mark.line < mark.line ? " (\(context.text), from line \(context.mark.line))" : nil
            }
            refuse(
                "is not valid YAML: \(problem)\(origin ?? "")", at: SourceMark(mark),
                suggestion: Self.advice(for: problem))
        case .reader(let problem, let offset, _, _):
            refuse("is not valid YAML: \(problem)" + (offset.map { " at byte \($0)" } ?? ""))
        case .memory:
            refuse("does not fit into memory")
        case .no, .writer, .emitter, .representer, .dataCouldNotBeDecoded, .duplicatedKeysInMapping:
            refuse("is not valid YAML: \(error)")
        }
    }

    private static func advice(for problem: String) -> String? {
        if problem.contains("cannot start any token") {
            "indent with spaces, and quote a text that begins with a special character"
        } else if problem.contains("mapping values are not allowed") {
            "quote a text that contains `: `"
        } else {
            nil
        }
    }
}

// MARK: - Converting

extension ConfigurationDocument {
    private mutating func convert(_ node: Node, path: ConfigurationPath, depth: Int) -> ConfigurationNode? {
        let mark = node.mark.map(SourceMark.init) ?? SourceMark(line: 1, column: 1)
        nodeCount += 1
        guard nodeCount <= Limits.configurationNodeCountMax else {
            if nodeCount == Limits.configurationNodeCountMax + 1 {
                refuse("has more than \(Limits.configurationNodeCountMax) values, aliases unfolded", at: mark)
            }
            return nil
        }
        guard depth < Limits.configurationDepthMax else {
            refuse("values nest deeper than \(Limits.configurationDepthMax)", at: mark)
            return nil
        }
        let tag = node.writtenTag
        guard tag.isEmpty || node.ownTags.contains(tag) else {
            refuse("tags such as `\(Quoting.shortened(tag))` are not read", at: mark, suggestion: "leave it out")
            return nil
        }
        switch node {
        case .scalar(let scalar):
            let isPlain = scalar.style == .plain && tag.isEmpty
            return ConfigurationNode(content: .scalar(Scalar(scalar.string, isPlain: isPlain)), mark: mark)
        case .sequence(let sequence):
            let elements = sequence.enumerated().compactMap { index, element in
                convert(element, path: path.appending(index: index), depth: depth + 1)
            }
            return ConfigurationNode(content: .sequence(elements), mark: mark)
        case .mapping(let mapping):
            return ConfigurationNode(content: .mapping(entries(of: mapping, path: path, depth: depth)), mark: mark)
        case .alias:
            // Composing has put what the alias stands for in its place.
            refuse("an alias stands for nothing", at: mark)
            return nil
        }
    }

    private mutating func entries(
        of mapping: Node.Mapping, path: ConfigurationPath, depth: Int
    ) -> [ConfigurationNode.Entry] {
        var entries: [ConfigurationNode.Entry] = []
        var firstMarks: [String: SourceMark] = [:]
        for (keyNode, valueNode) in mapping {
            let keyMark = keyNode.mark.map(SourceMark.init) ?? SourceMark(line: 1, column: 1)
            guard case .scalar(let scalar) = keyNode else {
                refuse("a key is a word, not a list or a mapping", at: keyMark)
                continue
            }
            let key = shadowedKeys.originalName(of: scalar.string)
            if key == "<<" && scalar.style == .plain {
                refuse(
                    "merge keys are not read", at: keyMark,
                    suggestion: "write the keys out, with an alias for each value where it helps")
                continue
            }
            let keyPath = path.appending(key: key)
            if let first = firstMarks[key] {
                errors.append(
                    ConfigurationError(
                        file: file, mark: keyMark, keyPath: keyPath.description,
                        "this key stands twice, first in line \(first.line)", suggestion: "leave one of them out"))
                continue
            }
            firstMarks[key] = keyMark
            guard let value = convert(valueNode, path: keyPath, depth: depth + 1) else { continue }
            entries.append(ConfigurationNode.Entry(key: key, keyMark: keyMark, value: value))
        }
        return entries
    }
}

extension Node {
    /// The tag as it stands in the file; empty when there is none. Asking for `tag` itself would resolve it.
    fileprivate var writtenTag: String {
        switch self {
        case .scalar(let scalar): scalar.tag.description
        case .sequence(let sequence): sequence.tag.description
        case .mapping(let mapping): mapping.tag.description
        case .alias(let alias): alias.tag.description
        }
    }

    /// Tags that say nothing new about a node of this kind; the second is `!`.
    fileprivate var ownTags: [String] {
        switch self {
        case .scalar: [Tag.Name.str.rawValue, "!"]
        case .sequence: [Tag.Name.seq.rawValue, "!"]
        case .mapping: [Tag.Name.map.rawValue, "!"]
        case .alias: []
        }
    }
}

extension SourceMark {
    fileprivate init(_ mark: Mark) {
        self.init(line: mark.line, column: mark.column)
    }
}
