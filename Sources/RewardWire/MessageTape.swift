internal import CMsgPack
package import RewardMemory

/// Why bytes are not one MessagePack value.
package enum MessageFault: Sendable, BitwiseCopyable {
    case incomplete, malformed, tooDeep, tooManyTokens, trailingBytes

    package var message: StaticString {
        @_noAllocation get {
            switch self {
            case .incomplete: "the body ends inside a MessagePack value"
            case .malformed: "the body is not MessagePack"
            case .tooDeep: "the body nests deeper than the limit"
            case .tooManyTokens: "the body holds more values than the limit"
            case .trailingBytes: "bytes follow the MessagePack value of the body"
            }
        }
    }
}

/// Whether a body parsed, and where it stopped when it did not.
package enum ParseOutcome: BitwiseCopyable {
    case parsed
    case fault(MessageFault, offset: Int)
}

/// Room for the tokens of one message: reserved address space that takes memory only as far as messages use it.
@safe
package struct MessageTape: ~Copyable {
    private let memory: ReservedMemory
    private let capacity: Int

    /// Nil when the address space is refused.
    // Allocates: address space, once per worker.
    package init?(tokenCountMax: Int) {
        guard let memory = ReservedMemory(byteCount: tokenCountMax * MemoryLayout<plaudit_token>.stride) else {
            return nil
        }
        self.memory = memory
        capacity = tokenCountMax
    }

    /// Parses `body` and lets `message` look at it; the view is valid until the tape parses again.
    @_noAllocation
    package mutating func parse(_ body: ByteView, into message: inout MessageView) -> ParseOutcome {
        let tokens = unsafe memory.base.assumingMemoryBound(to: plaudit_token.self)
        let outcome = unsafe plaudit_parse_message(body.base, body.count, tokens, UInt32(truncatingIfNeeded: capacity))
        unsafe message = MessageView(
            body: body, tokens: FixedTable(unsafe: UnsafePointer(tokens), count: Int(outcome.tokenCount)))
        switch Int(outcome.verdict) {
        case PLAUDIT_PARSE_DONE: return .parsed
        case PLAUDIT_PARSE_INCOMPLETE: return .fault(.incomplete, offset: outcome.offset)
        case PLAUDIT_PARSE_TOO_DEEP: return .fault(.tooDeep, offset: outcome.offset)
        case PLAUDIT_PARSE_TOO_MANY_TOKENS: return .fault(.tooManyTokens, offset: outcome.offset)
        case PLAUDIT_PARSE_TRAILING_BYTES: return .fault(.trailingBytes, offset: outcome.offset)
        default: return .fault(.malformed, offset: outcome.offset)
        }
    }

    /// Gives back the memory that a message of unusual size took.
    @_noAllocation
    package func releasePages(from offset: Int) {
        memory.releasePages(from: offset)
    }
}
