internal import CPCRE2
package import RewardMemory

/// What one search for a pattern found.
package enum RegexSearch: BitwiseCopyable {
    case none
    /// The first match, in bytes of the text.
    case found(start: Int, end: Int)
    /// The match limit or the machine stack was used up: neither a match nor its absence is known.
    case limitReached
}

/// The working memory of one worker for all its regular expressions: one match data, match context and machine stack,
/// made before the first request and shared by all patterns.
@safe
package struct RegexScratch: ~Copyable {
    package struct Requirements {
        /// Whether any plan holds a pattern; without one the scratch takes no memory.
        package var isNeeded = false

        package init() {}
    }

    private let handle: OpaquePointer?

    // Allocates: once per worker and configuration.
    package init(_ requirements: Requirements) throws(PlanError) {
        guard requirements.isNeeded else {
            unsafe handle = nil
            return
        }
        let made = unsafe plaudit_regex_scratch_make(Limits.regexMatchCountMax, Limits.regexStackByteCount)
        guard let made = unsafe made else {
            throw PlanError(key: [], "no memory for regular expressions")
        }
        unsafe handle = unsafe made
    }

    deinit {
        unsafe plaudit_regex_scratch_free(handle)
    }

    /// Looks for `pattern` in `text`, which is valid UTF-8. Time is bounded: see `RegexPattern.matchLimit(in:)`.
    @_noAllocation
    package mutating func firstMatch(of pattern: RegexPattern, in text: ByteView) -> RegexSearch {
        guard let handle = unsafe handle else {
            preconditionFailure("a plan with a pattern asks for a regex scratch")
        }
        unsafe plaudit_regex_scratch_set_limit(handle, pattern.matchLimit(in: text))
        return nextMatch(of: pattern, in: text, from: 0)
    }

    /// Looks on from `offset`, a scalar's first byte or the text's end, under the limit that `firstMatch` set for the same
    /// pattern and text.
    @_noAllocation
    package mutating func nextMatch(of pattern: RegexPattern, in text: ByteView, from offset: Int) -> RegexSearch {
        precondition(offset >= 0 && offset <= text.count, "a search starts inside its text")
        guard let handle = unsafe handle else {
            preconditionFailure("a plan with a pattern asks for a regex scratch")
        }
        var from = offset
        if !pattern.prefix.isEmpty {
            from = text.firstIndex(of: pattern.prefix, from: offset)
            guard from >= 0 else { return .none }
        }
        var start = 0
        var end = 0
        let outcome = unsafe plaudit_regex_match(pattern.handle, text.base, text.count, from, handle, &start, &end)
        switch Int(outcome) {
        case PLAUDIT_REGEX_MATCHED: return .found(start: start, end: end)
        case PLAUDIT_REGEX_NO_MATCH: return .none
        // An error of the library, which no valid pattern and text should cause, leaves the answer as unknown as a
        // limit does.
        default: return .limitReached
        }
    }
}
