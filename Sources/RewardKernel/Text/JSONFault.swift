internal import RewardMemory

/// Why a text, or no part of it, is a JSON text.
enum JSONFault: UInt8, BitwiseCopyable, Sendable {
    case none = 0
    /// Nothing but white space.
    case empty
    case valueExpected
    case nameExpected
    case colonExpected
    case separatorExpectedInObject
    case separatorExpectedInArray
    /// The text ends inside the value.
    case truncated
    case controlCharacter
    case badEscape
    /// A `\uD800`...`\uDFFF` that is not half of a pair: it stands for no character.
    case loneSurrogate
    case badNumber
    case badLiteral
    /// Something follows the value.
    case trailingContent
    case invalidUTF8
    /// Valid JSON, with a number that simdjson does not take as written (and that is then brought into range).
    case numberRange
    /// Valid JSON, deeper than `Limits.jsonDepthMax`.
    case depth
    /// Longer than the parser's capacity.
    case capacity
    /// No fenced block holds a JSON text.
    case noFencedBlock
    /// No `{` or `[` of those tried starts a value.
    case noValue
    /// simdjson refused for a reason that the scanner does not know.
    case other
    /// simdjson found that the text is no JSON; where and why, `JSONExtraction.locate` says.
    case malformed

    /// The raw value, by way of an accessor of this file: the hot path may not call a synthesised one of another
    /// file.
    var code: UInt8 {
        @_noAllocation get { rawValue }
    }

    @_noAllocation
    init?(code: UInt8) {
        self.init(rawValue: code)
    }

    /// Written out because the standard one is generic, which the hot path may not call.
    @_noAllocation
    static func == (left: JSONFault, right: JSONFault) -> Bool {
        left.rawValue == right.rawValue
    }

    /// Whether the text may well be JSON, and only a limit of ours keeps the verdict away.
    var isLimit: Bool {
        @_noAllocation get {
            switch self {
            case .numberRange, .depth: true
            default: false
            }
        }
    }

    /// The reason in words, to stand after "not JSON: ".
    @_noAllocation
    func describe(into text: inout RigidBytes) {
        switch self {
        case .none: text.append("nothing is wrong")
        case .empty: text.append("the text is empty")
        case .valueExpected: text.append("a value is expected")
        case .nameExpected: text.append("a member's name in quotes is expected")
        case .colonExpected: text.append("`:` is expected")
        case .separatorExpectedInObject: text.append("`,` or `}` is expected")
        case .separatorExpectedInArray: text.append("`,` or `]` is expected")
        case .truncated: text.append("the text ends inside a value")
        case .controlCharacter: text.append("a raw control character in a string")
        case .badEscape: text.append("an unknown escape in a string")
        case .loneSurrogate: text.append("half of a surrogate pair in a string")
        case .badNumber: text.append("a malformed number")
        case .badLiteral: text.append("a word that is not true, false or null")
        case .trailingContent: text.append("more text after the value")
        case .invalidUTF8: text.append("a byte that is not UTF-8")
        case .numberRange: text.append("a number outside the range of 64-bit floating point")
        case .depth: text.append("nested too deep")
        case .capacity: text.append("longer than the parser's capacity")
        case .noFencedBlock: text.append("no fenced block holds a JSON text")
        case .noValue: text.append("no `{` or `[` starts a value")
        case .other, .malformed: text.append("the parser refused it")
        }
    }
}
