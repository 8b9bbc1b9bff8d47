/// `$ref`, `$anchor`, `$id` and `$schema`: references lead to places in the same document only.
// Allocates: while a configuration is compiled.
extension JSONSchemaCompiler {
    /// Keywords whose value is a schema.
    static let schemaKeywords: Set<String> = [
        "items", "contains", "additionalProperties", "propertyNames", "not", "if", "then", "else", "contentSchema",
    ]
    /// Keywords whose value is a list of schemas.
    static let schemaListKeywords: Set<String> = ["prefixItems", "allOf", "anyOf", "oneOf"]
    /// Keywords whose value maps names to schemas. `definitions` is what `$defs` was called up to draft 7.
    static let schemaMapKeywords: Set<String> = [
        "properties", "patternProperties", "dependentSchemas", "$defs", "definitions",
    ]

    /// Only drafts of json-schema.org are known; another meta-schema may give keywords another meaning.
    func checkMetaSchema() throws(PlanError) {
        guard let value = document["$schema"] else { return }
        guard case .string(let text) = value else { throw error(["$schema"], "$schema is a string") }
        var name = Substring(text)
        for scheme in ["https://", "http://"] where name.hasPrefix(scheme) { name = name.dropFirst(scheme.count) }
        guard name.hasPrefix("json-schema.org/") else {
            throw error(
                ["$schema"], "the meta-schema \(text) is not known; without $schema it is read as draft 2020-12")
        }
    }

    /// Notes where each `$anchor` stands. Names inside a schema with an `$id` of its own belong to that one.
    func collectAnchors(_ schema: JSONValue, at location: Location, depth: Int) {
        guard case .object(let members) = schema else { return }
        if !location.isEmpty, case .string? = schema["$id"] { return }
        for member in members {
            let place = location + [member.name]
            switch (member.name, member.value) {
            case ("$anchor", .string(let name)), ("$dynamicAnchor", .string(let name)): setAnchor(name, location)
            case (_, .object(let children)) where Self.schemaMapKeywords.contains(member.name):
                for child in children { collectAnchors(child.value, at: place + [child.name], depth: depth + 1) }
            case (_, .array(let children)) where Self.schemaListKeywords.contains(member.name):
                for (index, child) in children.enumerated() {
                    collectAnchors(child, at: place + [String(index)], depth: depth + 1)
                }
            case (_, .object) where Self.schemaKeywords.contains(member.name):
                collectAnchors(member.value, at: place, depth: depth + 1)
            default: break
            }
        }
    }

    /// Compiles what `$ref` leads to.
    func compileReference(_ value: JSONValue, at location: Location) throws(PlanError) -> Int32 {
        guard case .string(let text) = value else { throw error(location, "$ref is a string") }
        var fragment = Substring(text)
        // The document may be called by its own name.
        if case .string(let own)? = document["$id"] {
            let base = own.hasSuffix("#") ? own.dropLast() : Substring(own)
            if !base.isEmpty && fragment.hasPrefix(base) {
                let rest = fragment.dropFirst(base.count)
                if rest.isEmpty || rest.first == "#" { fragment = rest.isEmpty ? "#" : rest }
            }
        }
        guard fragment.first == "#" else {
            throw error(
                location, "$ref leads outside the schema (\(text)): only references that begin with # are supported")
        }
        guard let pointer = Self.percentDecoded(fragment.dropFirst()) else {
            throw error(location, "$ref \(text) has a wrong percent escape")
        }
        let target: Location
        if pointer.isEmpty {
            target = []
        } else if pointer.first == "/" {
            target = pointer.dropFirst().split(separator: "/", omittingEmptySubsequences: false).map(Self.unescaped)
        } else if let anchor = anchors[pointer] {
            target = anchor
        } else {
            throw error(location, "$ref \(text) leads to no $anchor of the schema")
        }
        guard let schema = try resolve(target, from: location, text) else {
            throw error(location, "$ref \(text) leads nowhere in the schema")
        }
        return try compile(schema, at: target)
    }

    /// What stands at `target`; nil when nothing does.
    private func resolve(_ target: Location, from location: Location, _ text: String) throws(PlanError) -> JSONValue? {
        var value = document
        for token in target {
            switch value {
            case .object:
                guard let child = value[token] else { return nil }
                value = child
            case .array(let items):
                guard let index = Int(token), items.indices.contains(index), String(index) == token else { return nil }
                value = items[index]
            default: return nil
            }
            if case .string? = value["$id"] {
                throw error(location, "$ref \(text) leads into a schema with an $id of its own, which is not supported")
            }
        }
        return value
    }

    private static func percentDecoded(_ text: Substring) -> String? {
        var bytes: [UInt8] = []
        var rest = Substring(text).utf8
        while let byte = rest.popFirst() {
            guard byte == UInt8(ascii: "%") else {
                bytes.append(byte)
                continue
            }
            guard let high = rest.popFirst().flatMap(hexadecimal), let low = rest.popFirst().flatMap(hexadecimal) else {
                return nil
            }
            bytes.append(high << 4 | low)
        }
        return String(decoding: bytes, as: UTF8.self)
    }

    private static func hexadecimal(_ byte: UInt8) -> UInt8? {
        UInt8(String(UnicodeScalar(byte)), radix: 16)
    }

    /// A pointer's token with `~1` for `/` and `~0` for `~`.
    private static func unescaped(_ token: Substring) -> String {
        var text = ""
        var rest = token
        while let character = rest.popFirst() {
            if character == "~", let next = rest.first, next == "0" || next == "1" {
                rest.removeFirst()
                text.append(next == "0" ? "~" : "/")
            } else {
                text.append(character)
            }
        }
        return text
    }
}
