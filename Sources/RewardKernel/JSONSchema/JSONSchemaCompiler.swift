internal import CPCRE2
internal import RewardMemory

/// Compiles JSON Schemas (draft 2020-12, a subset) to flat tables. What it cannot check it refuses, with the path of
/// the key.
///
/// A schema is compiled once for each place in the document, however often `$ref` leads there, so recursion in
/// schemas is recursion in the tables and ends with the text or at the depth limit.
// Allocates: while a configuration is compiled.
final class JSONSchemaCompiler {
    /// Where in the schema document a subschema stands: its JSON Pointer, token by token.
    typealias Location = [String]

    let document: JSONValue
    /// The key of the setting that holds the document; stands before every location in errors.
    private let key: [String]
    private let storage: OwnedStorage
    // Keys are bytes: to a dictionary of strings, canonically equivalent names would be one.
    private var compiled: [[[UInt8]]: Int32] = [:]
    private(set) var anchors: [String: Location] = [:]
    /// Locations of keywords that mean nothing to us and were skipped as the standard wants.
    private(set) var ignoredKeywords: [Location] = []

    private var schemas: [JSONSchemaRange] = []
    private var instructions: [JSONSchemaInstruction] = []
    private var lists: [Int32] = []
    private var numbers: [JSONNumber] = []
    private var names: [String] = []
    private var nameIndexes: [[UInt8]: Int32] = [:]
    private var objects: [JSONObjectPlan] = []
    private var properties: [JSONPropertyPlan] = []
    private var slots: [Int32] = []
    private var patterns: [JSONPatternPlan] = []
    private var patternIndexes: [[UInt8]: Int32] = [:]
    private var literals = JSONTapeBuilder()

    // Allocates: the whole compiler does, while a plan is compiled.
    init(_ document: JSONValue, key: [String], storage: OwnedStorage) {
        self.document = document
        self.key = key
        self.storage = storage
    }

    /// Whether any schema compiled so far has a pattern.
    var usesPatterns: Bool { !patterns.isEmpty }

    /// Compiles the whole document and returns the index of its schema.
    func compileDocument() throws(PlanError) -> Int32 {
        try checkMetaSchema()
        collectAnchors(document, at: [], depth: 0)
        return try compile(document, at: [])
    }

    /// The tables, once everything is compiled.
    func makeTables() -> JSONSchemaTables {
        JSONSchemaTables(
            schemas: storage.makeTable(schemas), instructions: storage.makeTable(instructions),
            lists: storage.makeTable(lists), numbers: storage.makeTable(numbers),
            names: storage.makeTable(names.map { storage.makeText($0.utf8) }), objects: storage.makeTable(objects),
            properties: storage.makeTable(properties.map(withTypes)), slots: storage.makeTable(slots),
            patterns: storage.makeTable(patterns), literals: literals.makeTape(in: storage))
    }

    private func withTypes(_ property: JSONPropertyPlan) -> JSONPropertyPlan {
        guard property.schema >= 0 else { return property }
        let range = schemas[Int(property.schema)]
        guard range.end == range.start + 1 else { return property }
        let only = instructions[Int(range.start)]
        var property = property
        if case .type = only.check { property.types = UInt8(truncatingIfNeeded: only.first) }
        return property
    }

    // MARK: Schemas

    /// Compiles the schema at `location`, or finds it compiled (or being compiled, when schemas recur).
    func compile(_ schema: JSONValue, at location: Location) throws(PlanError) -> Int32 {
        let place = location.map { Array($0.utf8) }
        if let known = compiled[place] { return known }
        let index = Int32(schemas.count)
        schemas.append(JSONSchemaRange(start: 0, end: 0))
        compiled[place] = index
        var checks: [JSONSchemaInstruction]
        switch schema {
        case .bool(true): checks = []
        case .bool(false): checks = [JSONSchemaInstruction(check: .never)]
        case .object(let members):
            guard Set(members.map(\.name)).count == members.count else {
                throw error(location, "a keyword stands twice")
            }
            checks = try compileKeywords(schema, members, at: location)
        default: throw error(location, "a schema is an object, true or false")
        }
        checks = checks.enumerated()
            .sorted { ($0.element.check.rawValue, $0.offset) < ($1.element.check.rawValue, $1.offset) }
            .map(\.element)
        let start = Int32(instructions.count)
        instructions.append(contentsOf: checks)
        schemas[Int(index)] = JSONSchemaRange(start: start, end: Int32(instructions.count))
        return index
    }

    /// The schema `{type: object, required: [...], properties: {...}}` that `required` fields amount to.
    func compileFields(_ fields: [(name: String, types: JSONTypes)]) -> Int32 {
        var entries: [(name: String, schema: Int32)] = []
        for field in fields where field.types != JSONSchemaCompiler.anyType {
            let schema = Int32(schemas.count)
            schemas.append(JSONSchemaRange(start: Int32(instructions.count), end: Int32(instructions.count) + 1))
            instructions.append(JSONSchemaInstruction(check: .type, first: Int32(field.types.rawValue)))
            entries.append((field.name, schema))
        }
        let rootStart = Int32(instructions.count)
        let object = appendObject(
            entries: entries, required: fields.map(\.name), patterns: [], additional: -1, names: -1)
        instructions.append(JSONSchemaInstruction(check: .type, first: Int32(JSONTypes.object.rawValue)))
        instructions.append(JSONSchemaInstruction(check: .members, first: object))
        schemas.append(JSONSchemaRange(start: rootStart, end: Int32(instructions.count)))
        return Int32(schemas.count) - 1
    }

    static let anyType = JSONTypes(rawValue: 127)

    // MARK: Tables

    func error(_ location: Location, _ message: String) -> PlanError {
        PlanError(key: key + location, message)
    }

    func ignore(_ location: Location) { ignoredKeywords.append(location) }

    func append(_ number: JSONNumber) -> Int32 {
        numbers.append(number)
        return Int32(numbers.count) - 1
    }

    func append(list: [Int32]) -> Int32 {
        lists.append(contentsOf: list)
        return Int32(lists.count - list.count)
    }

    func append(literal: JSONValue) -> Int32 { Int32(literals.append(literal)) }

    func append(name: String) -> Int32 {
        let bytes = Array(name.utf8)
        if let known = nameIndexes[bytes] { return known }
        names.append(name)
        nameIndexes[bytes] = Int32(names.count) - 1
        return Int32(names.count) - 1
    }

    /// Compiles an ECMA-262 regular expression, searched for anywhere in a text.
    func append(pattern: String, at location: Location) throws(PlanError) -> Int32 {
        let bytes = Array(pattern.utf8)
        if let known = patternIndexes[bytes] { return known }
        // As written first, so that an error's offset is one in what was written.
        try appendPattern(bytes, at: location)
        let translated = Self.translated(bytes)
        if translated != bytes {
            patterns.removeLast()
            try appendPattern(translated, at: location)
        }
        patternIndexes[bytes] = Int32(patterns.count) - 1
        return Int32(patterns.count) - 1
    }

    private func appendPattern(_ bytes: [UInt8], at location: Location) throws(PlanError) {
        var code: Int32 = 0
        var offset = 0
        let options = UInt32(PLAUDIT_REGEX_UTF | PLAUDIT_REGEX_ECMA)
        // An empty array has no address of its own, and an empty pattern is a pattern.
        let compiled = unsafe (bytes + [0]).withUnsafeBufferPointer { buffer in
            unsafe plaudit_regex_compile(buffer.baseAddress!, bytes.count, options, &code, &offset)
        }
        guard let regex = unsafe compiled else {
            var message = [CChar](repeating: 0, count: 256)
            unsafe message.withUnsafeMutableBufferPointer { buffer in
                unsafe plaudit_regex_message(code, buffer.baseAddress!, buffer.count)
            }
            let text = String(decoding: message.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }, as: UTF8.self)
            throw error(location, "the pattern does not compile: \(text), at byte \(offset)")
        }
        storage.onRelease { unsafe plaudit_regex_free(regex) }
        patterns.append(unsafe JSONPatternPlan(regex: regex))
    }

    /// The pattern with `\s` and `\S` as ECMA-262 means them: with the Unicode spaces and U+FEFF, which PCRE2 adds only
    /// together with a Unicode `\d` and `\w`, which ECMA-262 does not have. A `\S` among others inside brackets stays.
    private static func translated(_ pattern: [UInt8]) -> [UInt8] {
        let more = Array(#"\s\u00a0\ufeff\p{Z}"#.utf8)
        var target: [UInt8] = []
        var isInClass = false
        var index = 0
        while index < pattern.count {
            let byte = pattern[index]
            if byte == UInt8(ascii: "\\") && index + 1 < pattern.count {
                let escaped = pattern[index + 1]
                if escaped == UInt8(ascii: "s") {
                    target += isInClass ? more : Array("[".utf8) + more + Array("]".utf8)
                } else if escaped == UInt8(ascii: "S") && !isInClass {
                    target += Array("[^".utf8) + more + Array("]".utf8)
                } else {
                    target += [byte, escaped]
                }
                index += 2
                continue
            }
            if byte == UInt8(ascii: "[") { isInClass = true }
            if byte == UInt8(ascii: "]") { isInClass = false }
            target.append(byte)
            index += 1
        }
        return target
    }

    /// An object's plan: `entries` are the members with a schema, `required` names may be among them or not.
    func appendObject(
        entries: [(name: String, schema: Int32)], required: [String], patterns: [(pattern: Int32, schema: Int32)],
        additional: Int32, names: Int32
    ) -> Int32 {
        var table: [JSONPropertyPlan] = []
        var positions: [Int32: Int] = [:]
        func position(of name: String) -> Int {
            let index = append(name: name)
            if let known = positions[index] { return known }
            let hash = JSONSchemaCompiler.hash(name)
            table.append(JSONPropertyPlan(hash: hash, name: index, schema: -1, requiredBit: -1))
            positions[index] = table.count - 1
            return table.count - 1
        }
        for entry in entries { table[position(of: entry.name)].schema = entry.schema }
        var mask: UInt64 = 0
        var more: [Int32] = []
        for name in required {
            let place = position(of: name)
            guard table[place].requiredBit < 0 else { continue }
            let bit = mask.nonzeroBitCount
            if bit < 64 {
                table[place].requiredBit = Int32(bit)
                mask |= 1 << UInt64(bit)
            } else {
                more.append(table[place].name)
            }
        }
        let slotStart = Int32(slots.count)
        let slotMask = appendSlots(table)
        let plan = JSONObjectPlan(
            slotStart: slotStart, slotMask: slotMask, requiredMask: mask, moreRequiredStart: append(list: more),
            moreRequiredCount: Int32(more.count),
            patternStart: append(list: patterns.flatMap { [$0.pattern, $0.schema] }),
            patternCount: Int32(patterns.count),
            additional: additional, names: names)
        objects.append(plan)
        return Int32(objects.count) - 1
    }

    /// Lays the properties out in a hash table at most half full and returns its mask, -1 for no table.
    private func appendSlots(_ table: [JSONPropertyPlan]) -> Int32 {
        guard !table.isEmpty else { return -1 }
        var count = 2
        while count < 2 * table.count { count *= 2 }
        let start = slots.count
        let mask = Int32(count - 1)
        slots.append(contentsOf: repeatElement(-1, count: count))
        for property in table {
            var slot = Int32(truncatingIfNeeded: property.hash) & mask
            while slots[start + Int(slot)] >= 0 { slot = (slot + 1) & mask }
            slots[start + Int(slot)] = Int32(properties.count)
            properties.append(property)
        }
        return mask
    }

    private static func hash(_ name: String) -> UInt64 {
        let temporary = OwnedStorage()
        return withExtendedLifetime(temporary) { JSONSchemaTables.hash(temporary.makeText(name.utf8)) }
    }

    func setAnchor(_ name: String, _ location: Location) { anchors[name] = anchors[name] ?? location }
}
