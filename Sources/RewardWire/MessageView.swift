package import CMsgPack
package import RewardMemory

/// What a token on the tape is.
package enum TokenKind: UInt32, BitwiseCopyable, Sendable {
    case null = 0
    case no = 1
    case yes = 2
    case unsigned = 3
    case negative = 4
    case double = 5
    case string = 6
    case binary = 7
    case `extension` = 8
    case array = 9
    case map = 10

    /// Written out because the standard one is generic, which the data plane may not call.
    @_noAllocation @inlinable
    package static func == (left: TokenKind, right: TokenKind) -> Bool {
        left.rawValue == right.rawValue
    }
}

/// A parsed MessagePack value: its bytes and the tokens that say where everything stands.
///
/// Tokens stand in document order. A container's children follow it; `next(after:)` jumps over a whole value.
package struct MessageView: BitwiseCopyable {
    package let body: ByteView
    package let tokens: FixedTable<plaudit_token>

    @_noAllocation @inlinable
    package init(body: ByteView, tokens: FixedTable<plaudit_token>) {
        self.body = body
        self.tokens = tokens
    }

    /// A view of nothing, to be replaced.
    package static var none: MessageView {
        @_noAllocation get {
            unsafe MessageView(
                body: .empty,
                tokens: FixedTable(
                    unsafe: UnsafeRawPointer(ByteView.empty.base).assumingMemoryBound(to: plaudit_token.self), count: 0)
            )
        }
    }

    @_noAllocation @inlinable
    package func kind(_ index: Int) -> TokenKind {
        switch tokens[index].kind {
        case 1: .no
        case 2: .yes
        case 3: .unsigned
        case 4: .negative
        case 5: .double
        case 6: .string
        case 7: .binary
        case 8: .extension
        case 9: .array
        case 10: .map
        default: .null
        }
    }

    /// Elements of an array, pairs of a map, bytes of a text.
    @_noAllocation @inlinable
    package func count(_ index: Int) -> Int {
        Int(tokens[index].count)
    }

    /// The token behind the value at `index`, children included.
    @_noAllocation @inlinable
    package func next(after index: Int) -> Int {
        tokens[index].kind >= 9 ? Int(truncatingIfNeeded: tokens[index].value) : index &+ 1
    }

    /// The bytes of a string or binary; nil for anything else.
    @_noAllocation @inlinable
    package func text(_ index: Int) -> ByteView? {
        let token = tokens[index]
        guard token.kind == 6 || token.kind == 7 else { return nil }
        let start = Int(truncatingIfNeeded: token.value)
        return body.slice(start, start &+ Int(token.count))
    }

    /// A whole number that fits Int64; nil for anything else.
    @_noAllocation @inlinable
    package func integer(_ index: Int) -> Int64? {
        let token = tokens[index]
        switch token.kind {
        case 3: return token.value <= UInt64(Int64.max) ? Int64(token.value) : nil
        case 4: return Int64(bitPattern: token.value)
        default: return nil
        }
    }

    /// Any number as a double; nil for anything else.
    @_noAllocation
    package func double(_ index: Int) -> Double? {
        let token = tokens[index]
        switch token.kind {
        case 3: return Double(token.value)
        case 4: return Double(Int64(bitPattern: token.value))
        case 5: return Double(bitPattern: token.value)
        default: return nil
        }
    }

    @_noAllocation
    package func boolean(_ index: Int) -> Bool? {
        switch tokens[index].kind {
        case 1: false
        case 2: true
        default: nil
        }
    }
}
