internal import CPCRE2
internal import RewardMemory

/// How a pattern is to be read. Unicode is always on, as in Python's `re` on `str`.
package struct RegexOptions: Sendable, Equatable {
    package var isCaseInsensitive = false
    /// `^` and `$` also stand at line ends.
    package var isMultiline = false
    /// A dot also matches a line end.
    package var dotMatchesLineEnds = false
    /// The match must cover the whole text.
    package var isFullMatch = false

    package init() {}

    fileprivate var flags: UInt32 {
        var flags = PLAUDIT_REGEX_UTF | PLAUDIT_REGEX_UCP
        if isCaseInsensitive { flags |= PLAUDIT_REGEX_CASELESS }
        if isMultiline { flags |= PLAUDIT_REGEX_MULTILINE }
        if dotMatchesLineEnds { flags |= PLAUDIT_REGEX_DOTALL }
        if isFullMatch { flags |= PLAUDIT_REGEX_FULL }
        return UInt32(flags)
    }
}

/// A pattern compiled to machine code, kept alive by the plan's storage.
@safe
package struct RegexPattern: BitwiseCopyable {
    internal let handle: OpaquePointer
    private let starts: Int
    /// The bytes that can begin a match, 64 to a word, when `starts` says that there is such a set.
    private let startSet: FixedTable<UInt64>
    /// What every match begins with; empty when that is not known.
    internal let prefix: ByteView

    /// Compiles `pattern`; the error names `key`, PCRE2's message and the offset in bytes at which it noticed.
    // Allocates: while a plan is compiled.
    package init(_ pattern: String, options: RegexOptions, _ builder: PlanBuilder, key: [String]) throws(PlanError) {
        var errorCode: Int32 = 0
        var errorOffset = 0
        let bytes = builder.storage.makeText(pattern.utf8)
        let compiled = unsafe plaudit_regex_compile(bytes.base, bytes.count, options.flags, &errorCode, &errorOffset)
        guard let compiled = unsafe compiled else {
            throw PlanError(key: key, "\(Self.message(of: errorCode)) at offset \(errorOffset) of the pattern")
        }
        builder.storage.onRelease { unsafe plaudit_regex_free(compiled) }
        builder.requirements.regex.isNeeded = true
        var set: [UInt64] = [0, 0, 0, 0]
        unsafe handle = unsafe compiled
        starts = Int(unsafe plaudit_regex_starts(compiled, &set))
        startSet = builder.storage.makeTable(set)
        prefix = builder.storage.makeText(RegexPrefix.bytes(of: pattern, options))
    }

    // Allocates: while a plan is compiled.
    private static func message(of errorCode: Int32) -> String {
        var text = [CChar](repeating: 0, count: 256)
        unsafe plaudit_regex_message(errorCode, &text, text.count)
        return String(decoding: text.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }, as: UTF8.self)
    }

    /// PCRE2's match limit for a search of `text`: the steps of the whole search, shared out among the places where a
    /// match could begin, since PCRE2 counts afresh at each of them. Always enough for one pass over a text of up to
    /// 100 KB by a pattern that begins with something rare, a tag say.
    @_noAllocation
    internal func matchLimit(in text: ByteView) -> UInt32 {
        let startCount = startCount(in: text)
        let share = Limits.regexStepCountMax / startCount
        let matchCountMax = Int(Limits.regexMatchCountMax)
        return UInt32(truncatingIfNeeded: share < matchCountMax ? share : matchCountMax)
    }

    /// At most so many places of `text` can begin a match. Counted in long texts only: a short one gets a limit above
    /// twice its own length whatever the pattern.
    @_noAllocation
    private func startCount(in text: ByteView) -> Int {
        if starts == PLAUDIT_REGEX_STARTS_ONCE { return 1 }
        guard text.count > Self.shortByteCount else { return text.count &+ 1 }
        var startCount = 1
        var index = 0
        switch starts {
        case PLAUDIT_REGEX_STARTS_AT_LINES:
            while index < text.count {
                if text[index] == UInt8(ascii: "\n") { startCount &+= 1 }
                index &+= 1
            }
        case PLAUDIT_REGEX_STARTS_IN_SET:
            while index < text.count {
                let byte = text[index]
                startCount &+= Int(truncatingIfNeeded: (startSet[Int(byte &>> 6)] &>> UInt64(byte & 63)) & 1)
                index &+= 1
            }
        default: return text.count &+ 1
        }
        return startCount
    }

    private static var shortByteCount: Int { @_noAllocation get { 4096 } }
}

/// Compiled code is read only once it stands; each thread matches with match data of its own (pcre2api, "Multithreading").
extension RegexPattern: @unchecked Sendable {}
