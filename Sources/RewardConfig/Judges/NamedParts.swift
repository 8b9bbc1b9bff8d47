/// Parts of a configuration that other parts name: judges, rubrics.
struct NamedParts<Part> {
    /// What one of them is called: "judge". The section has an s behind it.
    let what: String
    /// Whether the section could be read so far that its names are known.
    var areNamesKnown = true
    private(set) var names: [String] = []
    private var parts: [String: Part] = [:]
    private var readers: [String: NodeReader] = [:]
    private var usedNames: Set<String> = []

    init(what: String) {
        self.what = what
    }

    /// The parts in the order of the file, but those that could not be read.
    var all: [Part] { names.compactMap { parts[$0] } }

    /// The names and places of parts that nobody has used.
    var unused: [NodeReader] { names.filter { !usedNames.contains($0) }.compactMap { readers[$0] } }

    /// - Parameter part: Nil when it could not be read: its name is known all the same.
    mutating func declare(_ name: String, _ part: Part?, at reader: NodeReader) {
        names.append(name)
        parts[name] = part
        readers[name] = reader
    }

    /// The part that a value names, and its position. Nil when there is none, which is reported here, or when it could
    /// not be read, which was reported there.
    mutating func use(_ reader: NodeReader) -> (index: Int, part: Part)? {
        guard let name = reader.nonEmptyString("the name of a \(what)") else { return nil }
        guard let index = names.firstIndex(of: name) else {
            guard areNamesKnown else { return nil }
            // A name that is none has its own error, and may hold what a terminal would obey.
            let known = names.filter { Quoting.shortened($0) == $0 }
            reader.report(
                "no \(what) is called \(Quoting.quoted(name))",
                suggestion: known.isEmpty
                    ? "describe it under `\(what)s` at the top level"
                    : NearestName.suggestion(for: name, in: known, listed: "the \(what)s are"))
            return nil
        }
        usedNames.insert(name)
        return parts[name].map { (index, $0) }
    }

    /// The same for a name that is known to be one.
    mutating func use(name: String) -> (index: Int, part: Part)? {
        guard let index = names.firstIndex(of: name) else { return nil }
        usedNames.insert(name)
        return parts[name].map { (index, $0) }
    }

    subscript(name: String) -> Part? { parts[name] }
}
