internal import RewardMemory

/// What one instruction checks, in the order in which a schema's instructions run: cheap ones first, so that a wrong
/// type is told as such and not by what follows from it. Also names what a value violates.
enum JSONSchemaCheck: UInt8, BitwiseCopyable {
    /// The schema `false`.
    case never = 0
    case type
    case constant
    case enumeration
    case minimum
    case exclusiveMinimum
    case maximum
    case exclusiveMaximum
    case multipleOf
    case minLength
    case maxLength
    case pattern
    case minItems
    case maxItems
    case minProperties
    case maxProperties
    /// One pass over an object's members: properties, patternProperties, additionalProperties, propertyNames,
    /// required.
    case members
    /// Only as a violation, told apart by `members`.
    case required
    case dependentRequired
    case dependentSchema
    case prefixItems
    case items
    case contains
    case uniqueItems
    case reference
    case allOf
    case anyOf
    case oneOf
    case not
    case condition

    /// The raw value, by way of an accessor of this file: the hot path may not call a synthesised one of another
    /// file.
    var code: UInt8 {
        @_noAllocation get { rawValue }
    }

    @_noAllocation
    init?(code: UInt8) {
        self.init(rawValue: code)
    }

    /// The schema's keyword.
    var keyword: StaticString {
        @_noAllocation get {
            switch self {
            case .never: "a schema that is false"
            case .type: "type"
            case .constant: "const"
            case .enumeration: "enum"
            case .minimum: "minimum"
            case .exclusiveMinimum: "exclusiveMinimum"
            case .maximum: "maximum"
            case .exclusiveMaximum: "exclusiveMaximum"
            case .multipleOf: "multipleOf"
            case .minLength: "minLength"
            case .maxLength: "maxLength"
            case .pattern: "pattern"
            case .minItems: "minItems"
            case .maxItems: "maxItems"
            case .minProperties: "minProperties"
            case .maxProperties: "maxProperties"
            case .members: "properties"
            case .required: "required"
            case .dependentRequired: "dependentRequired"
            case .dependentSchema: "dependentSchemas"
            case .prefixItems: "prefixItems"
            case .items: "items"
            case .contains: "contains"
            case .uniqueItems: "uniqueItems"
            case .reference: "$ref"
            case .allOf: "allOf"
            case .anyOf: "anyOf"
            case .oneOf: "oneOf"
            case .not: "not"
            case .condition: "if"
            }
        }
    }
}

/// One check of a schema. What the operands are is the check's own; an index of -1 means none.
///
///     type                      mask of JSONTypes
///     constant                  index in `literals`
///     enumeration               start and count in `lists` of indexes in `literals`
///     minimum ... multipleOf    index in `numbers`
///     minLength ... maxProperties   the bound
///     pattern                   index in `patterns`
///     members                   index in `objects`
///     dependentRequired         name; start and count in `lists` of names
///     dependentSchema           name; schema
///     prefixItems               start and count in `lists` of schemas
///     items                     schema; items before it that others look at
///     contains                  schema; fewest; most
///     reference, not            schema
///     allOf, anyOf, oneOf       start and count in `lists` of schemas
///     condition                 schemas of if, then, else
struct JSONSchemaInstruction: BitwiseCopyable {
    var check: JSONSchemaCheck
    var first: Int32 = 0
    var second: Int32 = -1
    var third: Int32 = -1
}

/// The instructions of one schema.
struct JSONSchemaRange: BitwiseCopyable {
    var start: Int32
    var end: Int32
}

/// What a schema says about an object's members.
struct JSONObjectPlan: BitwiseCopyable {
    /// The members known by name: a hash table in `slots`, from `slotStart` on, of `slotMask` + 1 indexes in
    /// `properties`.
    var slotStart: Int32
    var slotMask: Int32
    /// Bits of the first 64 required names, numbered by `JSONPropertyPlan.requiredBit`.
    var requiredMask: UInt64
    /// Names required beyond those, in `lists`.
    var moreRequiredStart: Int32
    var moreRequiredCount: Int32
    /// patternProperties: pairs of pattern and schema in `lists`.
    var patternStart: Int32
    var patternCount: Int32
    /// Schemas, or -1.
    var additional: Int32
    var names: Int32
}

/// A member known by name.
struct JSONPropertyPlan: BitwiseCopyable {
    var hash: UInt64
    /// Index in `names`.
    var name: Int32
    /// Its schema, or -1 when it is only required.
    var schema: Int32
    /// Its bit in `requiredMask`, or -1.
    var requiredBit: Int32
    /// The mask of JSONTypes that its schema amounts to when it says nothing else, else 0: as most members' schemas do, which so
    /// need no evaluation of their own.
    var types: UInt8 = 0
}

/// A compiled pattern; kept alive by the plan's storage.
@safe
struct JSONPatternPlan: BitwiseCopyable {
    let regex: OpaquePointer
}

/// A compiled schema: flat tables that instructions point into.
struct JSONSchemaTables: BitwiseCopyable {
    var schemas: FixedTable<JSONSchemaRange>
    var instructions: FixedTable<JSONSchemaInstruction>
    var lists: FixedTable<Int32>
    var numbers: FixedTable<JSONNumber>
    var names: FixedTable<ByteView>
    var objects: FixedTable<JSONObjectPlan>
    var properties: FixedTable<JSONPropertyPlan>
    var slots: FixedTable<Int32>
    var patterns: FixedTable<JSONPatternPlan>
    var literals: JSONTape

    /// The hash of a member's name: eight bytes a step. Only names of the schema stand in a table, so that no
    /// completion can make its chains longer.
    @_noAllocation
    static func hash(_ name: ByteView) -> UInt64 {
        let factor: UInt64 = 0x9E37_79B9_7F4A_7C15
        var hash = UInt64(truncatingIfNeeded: name.count) &* factor
        var index = 0
        while index &+ 8 <= name.count {
            hash = (hash ^ name.word(at: index)) &* factor
            hash ^= hash &>> 32
            index &+= 8
        }
        var rest: UInt64 = 0
        while index < name.count {
            rest = rest &<< 8 | UInt64(name[index])
            index &+= 1
        }
        hash = (hash ^ rest) &* factor
        return hash ^ hash &>> 32
    }
}

/// Compiled code is read only; each thread matches with match data of its own.
extension JSONPatternPlan: @unchecked Sendable {}
