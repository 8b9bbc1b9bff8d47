/// The keywords of draft 2020-12, one by one.
// Allocates: while a configuration is compiled.
extension JSONSchemaCompiler {
    /// Keywords that say something to people or tools and nothing about what is valid.
    static let annotations: Set<String> = [
        "title", "description", "default", "examples", "$comment", "deprecated", "readOnly", "writeOnly", "format",
        "contentMediaType", "contentEncoding", "contentSchema", "$schema", "$id", "$anchor", "$dynamicAnchor", "$defs",
        "definitions",
    ]

    /// Keywords that would decide validity and that we cannot check, with what to do about them.
    static let refusedKeywords: [String: String] = [
        "unevaluatedItems": "unevaluatedItems is not supported; use items with prefixItems",
        "unevaluatedProperties": "unevaluatedProperties is not supported; use additionalProperties",
        "$dynamicRef": "$dynamicRef is not supported; use $ref",
        "$recursiveRef": "$recursiveRef is not supported; use $ref",
        "$vocabulary": "$vocabulary is not supported: it belongs into a meta-schema",
        "additionalItems": "additionalItems went with draft 2020-12; use prefixItems and items",
        "dependencies": "dependencies went with draft 2019-09; use dependentRequired or dependentSchemas",
        "extends": "extends went with draft 4; use allOf",
        "disallow": "disallow went with draft 4; use not",
        "divisibleBy": "divisibleBy went with draft 4; use multipleOf",
    ]

    /// The keywords that decide validity and are checked.
    static let assertions: Set<String> = [
        "type", "const", "enum", "minimum", "exclusiveMinimum", "maximum", "exclusiveMaximum", "multipleOf",
        "minLength", "maxLength", "pattern", "minItems", "maxItems", "minProperties", "maxProperties", "properties",
        "patternProperties", "additionalProperties", "propertyNames", "required", "dependentRequired",
        "dependentSchemas", "prefixItems", "items", "contains", "minContains", "maxContains", "uniqueItems", "$ref",
        "allOf", "anyOf",
        "oneOf", "not", "if", "then", "else",
    ]

    func compileKeywords(
        _ schema: JSONValue, _ members: [JSONValue.Member], at location: Location
    ) throws(PlanError) -> [JSONSchemaInstruction] {
        if !location.isEmpty, case .string? = schema["$id"] {
            throw error(location + ["$id"], "an $id inside a schema is not supported")
        }
        var checks: [JSONSchemaInstruction] = []
        for member in members {
            let place = location + [member.name]
            if let refusal = Self.refusedKeywords[member.name] { throw error(place, refusal) }
            if Self.annotations.contains(member.name) { continue }
            guard Self.assertions.contains(member.name) else {
                if let right = Self.nearestKeyword(to: member.name) {
                    throw error(place, "\(member.name) is no keyword; did you mean \(right)?")
                }
                ignore(place)
                continue
            }
            if let check = try compileValueKeyword(member, at: place) { checks.append(check) }
            checks += try compileApplicator(member, schema, at: place)
        }
        if let check = try compileMembers(schema, at: location) { checks.append(check) }
        return checks
    }

    // MARK: Keywords with plain values

    private func compileValueKeyword(
        _ member: JSONValue.Member, at location: Location
    ) throws(PlanError) -> JSONSchemaInstruction? {
        let value = member.value
        func count(_ check: JSONSchemaCheck) throws(PlanError) -> JSONSchemaInstruction {
            JSONSchemaInstruction(check: check, first: try wholeNumber(value, at: location))
        }
        func bound(_ check: JSONSchemaCheck) throws(PlanError) -> JSONSchemaInstruction {
            guard let number = value.numberValue else {
                let isOldFlag = check == .exclusiveMinimum || check == .exclusiveMaximum
                throw error(
                    location, isOldFlag ? "\(member.name) is the bound itself since draft 6" : "a number is wanted")
            }
            if check == .multipleOf && number.compared(to: .signed(0)) <= 0 {
                throw error(location, "multipleOf is above 0")
            }
            return JSONSchemaInstruction(check: check, first: append(number))
        }
        switch member.name {
        case "type": return JSONSchemaInstruction(check: .type, first: try types(value, at: location))
        case "const": return JSONSchemaInstruction(check: .constant, first: append(literal: value))
        case "enum":
            guard case .array(let items) = value else { throw error(location, "enum is a list") }
            let list = items.map { append(literal: $0) }
            return JSONSchemaInstruction(check: .enumeration, first: append(list: list), second: Int32(list.count))
        case "minimum": return try bound(.minimum)
        case "exclusiveMinimum": return try bound(.exclusiveMinimum)
        case "maximum": return try bound(.maximum)
        case "exclusiveMaximum": return try bound(.exclusiveMaximum)
        case "multipleOf": return try bound(.multipleOf)
        case "minLength": return try count(.minLength)
        case "maxLength": return try count(.maxLength)
        case "minItems": return try count(.minItems)
        case "maxItems": return try count(.maxItems)
        case "minProperties": return try count(.minProperties)
        case "maxProperties": return try count(.maxProperties)
        case "pattern":
            guard case .string(let text) = value else { throw error(location, "pattern is a string") }
            return JSONSchemaInstruction(check: .pattern, first: try append(pattern: text, at: location))
        case "uniqueItems":
            guard case .bool(let isWanted) = value else { throw error(location, "uniqueItems is true or false") }
            return isWanted ? JSONSchemaInstruction(check: .uniqueItems) : nil
        default: return nil
        }
    }

    /// A count, cut to 31 bits: no text that we look at has so many of anything.
    private func wholeNumber(_ value: JSONValue, at location: Location) throws(PlanError) -> Int32 {
        guard let number = value.numberValue, number.isInteger, number.compared(to: .signed(0)) >= 0 else {
            throw error(location, "a whole number, 0 or above, is wanted")
        }
        return number.compared(to: .signed(Int64(Int32.max))) >= 0 ? Int32.max : Int32(number.double)
    }

    private static let typeNames: [String: JSONTypes] = [
        "null": .null, "boolean": .boolean, "integer": .integer, "number": .number, "string": .string, "array": .array,
        "object": .object,
    ]

    private func types(_ value: JSONValue, at location: Location) throws(PlanError) -> Int32 {
        var mask: UInt8 = 0
        let names: [JSONValue]
        if case .array(let list) = value { names = list } else { names = [value] }
        for name in names {
            guard case .string(let text) = name, let type = Self.typeNames[text] else {
                throw error(
                    location, "type is one or a list of null, boolean, integer, number, string, array and object")
            }
            mask |= type.rawValue
        }
        return Int32(mask)
    }

    // MARK: Keywords with schemas

    private func compileApplicator(
        _ member: JSONValue.Member, _ schema: JSONValue, at location: Location
    ) throws(PlanError) -> [JSONSchemaInstruction] {
        switch member.name {
        case "$ref": return [.init(check: .reference, first: try compileReference(member.value, at: location))]
        case "not": return [.init(check: .not, first: try compile(member.value, at: location))]
        case "allOf": return [try compileList(.allOf, member.value, at: location)]
        case "anyOf": return [try compileList(.anyOf, member.value, at: location)]
        case "oneOf": return [try compileList(.oneOf, member.value, at: location)]
        case "prefixItems": return [try compileList(.prefixItems, member.value, at: location)]
        case "items":
            if case .array = member.value {
                throw error(location, "a list of schemas in items went with draft 2020-12; use prefixItems")
            }
            var prefixCount = 0
            if case .array(let prefix)? = schema["prefixItems"] { prefixCount = prefix.count }
            return [.init(check: .items, first: try compile(member.value, at: location), second: Int32(prefixCount))]
        case "contains":
            let parent = Location(location.dropLast())
            let fewest = try schema["minContains"].map { value throws(PlanError) in
                try wholeNumber(value, at: parent + ["minContains"])
            }
            let most = try schema["maxContains"].map { value throws(PlanError) in
                try wholeNumber(value, at: parent + ["maxContains"])
            }
            let inner = try compile(member.value, at: location)
            return [.init(check: .contains, first: inner, second: fewest ?? 1, third: most ?? Int32.max)]
        case "if":
            let parent = Location(location.dropLast())
            let condition = try compile(member.value, at: location)
            let then = try compile(optional: "then", of: schema, at: parent)
            let otherwise = try compile(optional: "else", of: schema, at: parent)
            return [.init(check: .condition, first: condition, second: then, third: otherwise)]
        case "dependentRequired": return try compileDependentRequired(member.value, at: location)
        case "dependentSchemas":
            var checks: [JSONSchemaInstruction] = []
            for child in try map(member.value, at: location) {
                let inner = try compile(child.value, at: location + [child.name])
                checks.append(.init(check: .dependentSchema, first: append(name: child.name), second: inner))
            }
            return checks
        default: return []
        }
    }

    private func compile(
        optional name: String, of schema: JSONValue, at location: Location
    ) throws(PlanError) -> Int32 {
        guard let value = schema[name] else { return -1 }
        return try compile(value, at: location + [name])
    }

    private func compileList(
        _ check: JSONSchemaCheck, _ value: JSONValue, at location: Location
    ) throws(PlanError) -> JSONSchemaInstruction {
        guard case .array(let items) = value, !items.isEmpty else {
            throw error(location, "a list of at least one schema is wanted")
        }
        var list: [Int32] = []
        for (index, item) in items.enumerated() { list.append(try compile(item, at: location + [String(index)])) }
        return JSONSchemaInstruction(check: check, first: append(list: list), second: Int32(list.count))
    }

    private func compileDependentRequired(
        _ value: JSONValue, at location: Location
    ) throws(PlanError) -> [JSONSchemaInstruction] {
        var checks: [JSONSchemaInstruction] = []
        for child in try map(value, at: location) {
            let list = try nameList(child.value, at: location + [child.name]).map { append(name: $0) }
            let start = append(list: list)
            checks.append(
                .init(
                    check: .dependentRequired, first: append(name: child.name), second: start, third: Int32(list.count))
            )
        }
        return checks
    }

    /// The five keywords about an object's members, in one instruction.
    private func compileMembers(_ schema: JSONValue, at location: Location) throws(PlanError) -> JSONSchemaInstruction?
    {
        let keywords = ["properties", "patternProperties", "additionalProperties", "propertyNames", "required"]
        guard keywords.contains(where: { schema[$0] != nil }) else { return nil }
        var entries: [(name: String, schema: Int32)] = []
        if let value = schema["properties"] {
            let place = location + ["properties"]
            for child in try map(value, at: place) {
                entries.append((child.name, try compile(child.value, at: place + [child.name])))
            }
        }
        var patterns: [(pattern: Int32, schema: Int32)] = []
        if let value = schema["patternProperties"] {
            let place = location + ["patternProperties"]
            for child in try map(value, at: place) {
                let pattern = try append(pattern: child.name, at: place + [child.name])
                patterns.append((pattern, try compile(child.value, at: place + [child.name])))
            }
        }
        let required = try schema["required"].map { value throws(PlanError) in
            try nameList(value, at: location + ["required"])
        }
        let additional = try compile(optional: "additionalProperties", of: schema, at: location)
        let names = try compile(optional: "propertyNames", of: schema, at: location)
        let object = appendObject(
            entries: entries, required: required ?? [], patterns: patterns, additional: additional, names: names)
        return JSONSchemaInstruction(check: .members, first: object)
    }

    private func map(_ value: JSONValue, at location: Location) throws(PlanError) -> [JSONValue.Member] {
        guard case .object(let members) = value else { throw error(location, "a mapping from names is wanted") }
        guard Set(members.map { Array($0.name.utf8) }).count == members.count else {
            throw error(location, "a name stands twice")
        }
        return members
    }

    private func nameList(_ value: JSONValue, at location: Location) throws(PlanError) -> [String] {
        guard case .array(let items) = value else { throw error(location, "a list of names is wanted") }
        var names: [String] = []
        for item in items {
            guard case .string(let name) = item else { throw error(location, "a list of names is wanted") }
            names.append(name)
        }
        return names
    }

    // MARK: Misspellings

    /// The keyword that `name` is one slip away from: a letter too many, too few or wrong, or two swapped. Such a key
    /// is taken for a misspelling, since to skip it would be to score by a schema that nobody wrote.
    private static func nearestKeyword(to name: String) -> String? {
        let letters = Array(name.utf8)
        guard letters.allSatisfy({ ($0 | 0x20) >= UInt8(ascii: "a") && ($0 | 0x20) <= UInt8(ascii: "z") }) else {
            return nil
        }
        return assertions.union(refusedKeywords.keys).filter { $0.utf8.count >= 5 && $0.first != "$" }.sorted()
            .first { isOneSlip(letters, Array($0.utf8)) }
    }

    private static func isOneSlip(_ left: [UInt8], _ right: [UInt8]) -> Bool {
        guard abs(left.count - right.count) <= 1, left != right else { return false }
        var start = 0
        while start < min(left.count, right.count) && left[start] == right[start] { start += 1 }
        var tail = 0
        while tail < min(left.count, right.count) - start
            && left[left.count - 1 - tail] == right[right.count - 1 - tail]
        { tail += 1 }
        let leftRest = left[start..<(left.count - tail)]
        let rightRest = right[start..<(right.count - tail)]
        if leftRest.count <= 1 && rightRest.count <= 1 { return true }
        return leftRest.count == 2 && leftRest.elementsEqual(rightRest.reversed())
    }
}
