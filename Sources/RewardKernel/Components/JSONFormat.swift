package import RewardMemory

/// The type that a required field must have.
package enum JSONFieldType: String, CaseIterable, Sendable {
    case string, number, integer, boolean, object, array, null
    /// Any type, null included.
    case any

    var types: JSONTypes {
        switch self {
        case .string: .string
        case .number: .number
        case .integer: .integer
        case .boolean: .boolean
        case .object: .object
        case .array: .array
        case .null: .null
        case .any: JSONSchemaCompiler.anyType
        }
    }
}

/// Settings of `json_format`.
package struct JSONFormatSettings: Sendable {
    package struct RequiredField: Sendable, Equatable {
        package var name: String
        package var type: JSONFieldType

        package init(name: String, type: JSONFieldType) {
            self.name = name
            self.type = type
        }
    }

    /// Which part of the completion is its JSON.
    package var extract: JSONExtraction = .whole
    /// Members that the JSON, an object then, must have; others are allowed.
    package var required: [RequiredField] = []
    /// A JSON Schema that the JSON must fit; `true` for any JSON value. Without one it must be an object.
    package var schema: JSONValue?

    package init(extract: JSONExtraction = .whole, required: [RequiredField] = [], schema: JSONValue? = nil) {
        self.extract = extract
        self.required = required
        self.schema = schema
    }

    /// Paths of the schema's keys that mean nothing and are skipped, as the standard wants: what a check of the
    /// configuration warns of.
    // Allocates: compiles the schema to throw it away.
    package func ignoredSchemaKeys() throws(PlanError) -> [[String]] {
        guard let schema else { return [] }
        let compiler = JSONSchemaCompiler(schema, key: ["schema"], storage: OwnedStorage())
        _ = try compiler.compileDocument()
        return compiler.ignoredKeywords
    }
}

/// `json_format`: 1 when the completion's JSON is there and is what the settings want, else 0.
///
/// Draft 2020-12 of JSON Schema with the limits that docs/components.md lists. A limit of ours that keeps the verdict
/// away (depth, steps, a pattern's match limit, a number outside the range of doubles) gives a status and no score.
package struct JSONFormatPlan: BitwiseCopyable {
    private let extract: JSONExtraction
    /// The schema that `required` fields amount to; -1 when a schema alone decides.
    private let fields: Int32
    /// The configured schema, or -1.
    private let schema: Int32
    /// One element, so that the plan stays small.
    private let tables: FixedTable<JSONSchemaTables>

    // Allocates: the compiled schema, in the builder's storage.
    package init(_ settings: JSONFormatSettings, into builder: PlanBuilder) throws(PlanError) {
        var names: Set<[UInt8]> = []
        for field in settings.required where !names.insert(Array(field.name.utf8)).inserted {
            throw PlanError(key: ["required", field.name], "a field is required twice")
        }
        let compiler = JSONSchemaCompiler(settings.schema ?? .bool(true), key: ["schema"], storage: builder.storage)
        extract = settings.extract
        schema = settings.schema == nil ? -1 : try compiler.compileDocument()
        let wantsFields = settings.schema == nil || !settings.required.isEmpty
        fields = wantsFields ? compiler.compileFields(settings.required.map { ($0.name, $0.type.types) }) : -1
        tables = builder.storage.makeTable([compiler.makeTables()])
        builder.requirements.json.usesParser = true
        if compiler.usesPatterns { builder.requirements.json.usesPatterns = true }
    }

    @_noAllocation
    package func score(_ rollout: Rollout, _ scratch: inout JSONScratch) -> ComponentOutcome {
        let found = extract.find(in: rollout.completion, &scratch)
        guard found.fault == .none else {
            let finding = Finding(found.fault.code, spanStart: found.start)
            if found.fault == .capacity { return ComponentOutcome(without: .oversize, finding: finding) }
            if found.fault.isLimit { return ComponentOutcome(without: .limitReached, finding: finding) }
            return ComponentOutcome(score: 0, finding: finding)
        }
        var evaluation = JSONSchemaEvaluation(tables.cell(0), over: found.tape, scratch)
        var code = FindingCode.fields
        var isFit = fields < 0 || evaluation.accepts(fields, JSONTape.root)
        if isFit && schema >= 0 {
            code = FindingCode.schema
            isFit = evaluation.accepts(schema, JSONTape.root)
        }
        var finding = Finding(0, spanStart: found.start, spanCount: found.end &- found.start)
        if isFit { return ComponentOutcome(score: 1, finding: finding) }
        guard !evaluation.limitWasHit else {
            finding.code = FindingCode.schemaLimit
            return ComponentOutcome(without: .limitReached, finding: finding)
        }
        finding.code = code &+ evaluation.violation.check.code
        finding.first = Double(evaluation.violation.index)
        finding.second = Double(evaluation.violation.detail)
        return ComponentOutcome(score: 0, finding: finding)
    }

    /// How `Finding.code` is shared out: 0 fits; below `schemaLimit` a JSONFault; from `fields` and `schema` on, the
    /// JSONSchemaCheck that was violated, with the place on the tape in `first` and the check's detail in `second`.
    private enum FindingCode {
        static let schemaLimit: UInt8 = 63
        static let fields: UInt8 = 64
        static let schema: UInt8 = 128
    }

    /// One sentence for people: what is wrong and where, or that nothing is.
    @_noAllocation
    package func explain(
        _ outcome: ComponentOutcome, rollout: Rollout, _ scratch: inout JSONScratch, into text: inout RigidBytes
    ) {
        let finding = outcome.finding
        let start = Int(finding.spanStart)
        if finding.code == 0 {
            text.append(schema >= 0 ? "JSON that fits the schema" : "a JSON object with every required field")
            return
        }
        if finding.code == FindingCode.schemaLimit {
            text.append("a limit of the schema's evaluation was reached: steps, depth, ")
            text.append("unique items or a pattern's matches")
            return
        }
        if let fault = JSONFault(code: finding.code) {
            guard fault == .malformed else { return explain(fault, at: start, into: &text) }
            let located = JSONExtraction.locate(in: rollout.completion, &scratch)
            explain(located.fault, at: located.offset, into: &text)
            return
        }
        let isOfFields = finding.code < FindingCode.schema
        let code = finding.code &- (isOfFields ? FindingCode.fields : FindingCode.schema)
        let end = start &+ Int(finding.spanCount)
        guard let check = JSONSchemaCheck(code: code), end <= rollout.completion.count else { return }
        let place = JSONPlace(rollout.completion.slice(start, end), wordIndex: Int(finding.first))
        if !isOfFields { text.append("schema: ") }
        explain(check, detail: Int(finding.second), isOfFields: isOfFields, place, into: &text)
    }

    @_noAllocation
    private func explain(_ fault: JSONFault, at offset: Int, into text: inout RigidBytes) {
        text.append(fault.isLimit ? "JSON beyond a limit: " : "not JSON: ")
        fault.describe(into: &text)
        switch fault {
        case .empty, .noFencedBlock, .noValue, .capacity: return
        default:
            text.append(" at byte ")
            text.append(decimal: offset)
        }
    }

    @_noAllocation
    private func explain(
        _ check: JSONSchemaCheck, detail: Int, isOfFields: Bool, _ place: JSONPlace, into text: inout RigidBytes
    ) {
        switch check {
        case .required, .dependentRequired:
            let name = detail >= 0 ? tables[0].names[detail] : ByteView.empty
            if isOfFields {
                text.append("field `")
                text.append(name)
                text.append("` is missing")
                return
            }
            place.describe(into: &text)
            text.append(" lacks `")
            text.append(name)
            text.append("`")
        case .type:
            place.describe(into: &text)
            text.append(" is ")
            place.describeType(into: &text)
            text.append(", ")
            JSONPlace.describe(JSONTypes(rawValue: UInt8(truncatingIfNeeded: detail)), into: &text)
            text.append(" wanted")
        case .never:
            place.describe(into: &text)
            text.append(" is not allowed")
        default:
            place.describe(into: &text)
            text.append(" violates ")
            text.append(check.keyword)
        }
    }
}
