internal import CPCRE2
internal import CSimdJSON
internal import RewardMemory

/// One worker's JSON parser: room for a padded copy of a text, simdjson's buffers, and the memory of the patterns in
/// schemas.
@safe
package struct JSONScratch: ~Copyable {
    package struct Requirements {
        /// Whether any component parses JSON; without one the parser takes no memory.
        package var usesParser = false
        /// Whether any schema has a `pattern`.
        package var usesPatterns = false

        package init() {}
    }

    /// The longest text that can be parsed.
    package let capacity: Int
    package var limits = JSONLimits()
    /// Where a text is copied when the 64 bytes that simdjson may read past it might not be readable, or when its
    /// numbers are rewritten.
    private(set) var text: RigidBytes
    private let parser: OpaquePointer
    /// Nil when no schema has a pattern.
    let patternScratch: OpaquePointer?
    var nesting: JSONNesting

    // Allocates: once per worker and configuration.
    package init(_ requirements: Requirements) throws(PlanError) {
        try self.init(
            byteCountMax: requirements.usesParser ? Limits.completionByteCountMax : 0,
            usesPatterns: requirements.usesPatterns)
    }

    // Allocates: buffers for texts up to `byteCountMax`; about 15 bytes for each of them, touched as texts need it.
    package init(byteCountMax: Int, usesPatterns: Bool) throws(PlanError) {
        var patterns: OpaquePointer?
        if usesPatterns {
            unsafe patterns = plaudit_regex_scratch_make(Limits.regexMatchCountMax, Limits.regexStackByteCount)
            guard unsafe patterns != nil else { throw PlanError(key: [], "no memory for the pattern matcher") }
        }
        guard let parser = unsafe plaudit_json_parser_make(byteCountMax + 2, Limits.jsonDepthMax) else {
            unsafe plaudit_regex_scratch_free(patterns)
            throw PlanError(key: [], "no memory for the JSON parser")
        }
        unsafe self.parser = unsafe parser
        unsafe patternScratch = unsafe patterns
        capacity = byteCountMax
        // Two more, for the brackets around a number that stands alone.
        text = RigidBytes(capacity: byteCountMax + 2, paddingCount: PLAUDIT_JSON_PADDING)
        nesting = JSONNesting(depthMax: byteCountMax)
    }

    deinit {
        unsafe plaudit_json_parser_free(parser)
        unsafe plaudit_regex_scratch_free(patternScratch)
    }

    /// Parses `source`, which must be one JSON text with nothing but white space around it. The tape is valid until
    /// the next parse. On a fault, which says less than the scanner's, there is no tape.
    @_noAllocation
    mutating func parse(_ source: ByteView) -> (fault: JSONFault, tape: JSONTape) {
        guard source.count <= capacity else { return (.capacity, JSONScratch.noTape) }
        if (unsafe plaudit_json_is_padded(source.base, source.count)) != 0 { return parse(padded: source) }
        copy(source)
        return parseCopy()
    }

    @_noAllocation
    mutating func copy(_ source: ByteView) {
        guard text.replace(with: source) else { preconditionFailure("a text that was parsed fits the parser") }
    }

    /// Copies a value as the one item of an array; false when there is no room.
    @_noAllocation
    mutating func copy(asItem source: ByteView) -> Bool {
        text.removeAll()
        return text.append(UInt8(ascii: "[")) && text.append(source) && text.append(UInt8(ascii: "]"))
    }

    /// Changes one byte of the copied text.
    @_noAllocation @inline(__always)
    mutating func put(_ byte: UInt8, at index: Int) {
        precondition(index >= 0 && index < text.count, "a byte index lies inside the text")
        unsafe text.base[index] = byte
    }

    /// Parses the copied text as it stands.
    @_noAllocation
    mutating func parseCopy() -> (fault: JSONFault, tape: JSONTape) {
        parse(padded: text.view)
    }

    @_noAllocation
    private mutating func parse(padded source: ByteView) -> (fault: JSONFault, tape: JSONTape) {
        var parsed = unsafe plaudit_json_tape()
        let code = unsafe plaudit_json_parse(parser, source.base, source.count, &parsed)
        guard let words = unsafe parsed.tape, let strings = unsafe parsed.strings else {
            return (JSONScratch.fault(of: code), JSONScratch.noTape)
        }
        return (
            .none,
            JSONTape(
                words: unsafe FixedTable(unsafe: words, count: parsed.tapeWordCount),
                strings: unsafe ByteView(unsafe: strings, count: parsed.stringByteCount))
        )
    }

    /// A tape of nothing, which no access is right on.
    static var noTape: JSONTape {
        @_noAllocation get {
            let nothing = ByteView.empty
            let base = unsafe UnsafeRawPointer(nothing.base).assumingMemoryBound(to: UInt64.self)
            return JSONTape(words: unsafe FixedTable(unsafe: base, count: 0), strings: nothing)
        }
    }

    @_noAllocation
    private static func fault(of code: Int32) -> JSONFault {
        switch Int(code) {
        case PLAUDIT_JSON_EMPTY: .empty
        case PLAUDIT_JSON_NUMBER: .numberRange
        case PLAUDIT_JSON_UTF8: .invalidUTF8
        case PLAUDIT_JSON_DEPTH: .depth
        case PLAUDIT_JSON_CAPACITY: .capacity
        case PLAUDIT_JSON_STRUCTURE, PLAUDIT_JSON_STRING, PLAUDIT_JSON_LITERAL: .malformed
        default: .other
        }
    }
}
