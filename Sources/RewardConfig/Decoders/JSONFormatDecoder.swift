import RewardKernel

extension ComponentDecoder {
    static let jsonFormat = ComponentDecoder(type: "json_format") { component in
        let extract = component.optional("extract").map { $0.choice(JSONExtraction.self) } ?? .whole
        let required = component.optional("required").map(decodeRequiredFields) ?? []
        let schemaReader = component.optional("schema")
        let schema = schemaReader.flatMap(decodeSchema)
        guard let extract, let required, schemaReader == nil || schema != nil else { return nil }
        let settings = JSONFormatSettings(extract: extract, required: required, schema: schema)
        if let schemaReader { warnOfIgnoredKeys(settings, schemaReader) }
        return .jsonFormat(settings)
    }

    /// `{answer: string, confidence: number}`, or a list of names for fields of any type.
    private static func decodeRequiredFields(_ reader: NodeReader) -> [JSONFormatSettings.RequiredField]? {
        if reader.isSequence {
            return reader.strings().map { $0.map { JSONFormatSettings.RequiredField(name: $0, type: .any) } }
        }
        guard let mapping = reader.mapping("a mapping from field names to types, such as {answer: string}") else {
            return nil
        }
        let fields = mapping.values.map { name, value in
            value.choice(JSONFieldType.self).map { JSONFormatSettings.RequiredField(name: name, type: $0) }
        }
        return fields.contains { $0 == nil } ? nil : fields.compactMap(\.self)
    }

    /// A schema written in YAML, `true`, or `{file: path}` for one in a file.
    private static func decodeSchema(_ reader: NodeReader) -> JSONValue? {
        if let file = reader.onlyEntry("file") {
            guard let bytes = file.fileContents() else { return nil }
            do {
                return try JSONValue.make(parsing: bytes)
            } catch {
                let mark = SourceMark(ofByte: error.offset, in: bytes)
                file.report("line \(mark.line), column \(mark.column) of this file is not JSON: \(error.message)")
                return nil
            }
        }
        guard reader.isMapping || reader.scalar?.isBoolean == true else {
            reader.reportUnexpected("a JSON Schema, true or {file: path}")
            return nil
        }
        return reader.jsonValue()
    }

    private static func warnOfIgnoredKeys(_ settings: JSONFormatSettings, _ reader: NodeReader) {
        // What is wrong with the schema is reported when the plan is compiled.
        guard let keys = try? settings.ignoredSchemaKeys() else { return }
        for key in keys {
            reader.warn(at: key, "means nothing in JSON Schema and is skipped")
        }
    }
}
