internal import CCharconv
internal import CLinux
internal import RewardMemory

/// Writes MessagePack values as JSON text into a fixed room; what does not fit is cut off where it is.
@safe
struct AuditJSON: ~Copyable {
    private let base: UnsafeMutablePointer<UInt8>
    private let capacity: Int
    private(set) var count = 0
    private(set) var isCut = false

    /// Text of at most `capacity` bytes from `base` on, which the caller vouches for.
    @_noAllocation
    init(unsafe base: UnsafeMutablePointer<UInt8>, capacity: Int) {
        unsafe self.base = unsafe base
        self.capacity = capacity
    }

    /// Calls itself for what is nested, as deep as messages may be: 32 levels.
    @_noAllocation
    mutating func value(_ message: MessageView, _ token: Int) {
        guard !isCut else { return }
        switch message.kind(token) {
        case .null, .extension: null()
        case .no: literal("false")
        case .yes: literal("true")
        case .unsigned, .negative:
            if let integer = message.integer(token) { number(integer) } else { number(message.double(token) ?? 0) }
        case .double: number(message.double(token) ?? 0)
        case .string, .binary: string(message.text(token) ?? .empty)
        case .array:
            byte(UInt8(ascii: "["))
            var element = token &+ 1
            for index in 0..<message.count(token) {
                if index > 0 { byte(UInt8(ascii: ",")) }
                value(message, element)
                element = message.next(after: element)
                if isCut { return }
            }
            byte(UInt8(ascii: "]"))
        case .map: object(message, token)
        }
    }

    @_noAllocation
    private mutating func object(_ message: MessageView, _ token: Int) {
        byte(UInt8(ascii: "{"))
        var key = token &+ 1
        for index in 0..<message.count(token) {
            if index > 0 { byte(UInt8(ascii: ",")) }
            // JSON's names are texts.
            string(message.text(key) ?? .empty)
            byte(UInt8(ascii: ":"))
            let member = message.next(after: key)
            value(message, member)
            key = message.next(after: member)
            if isCut { return }
        }
        byte(UInt8(ascii: "}"))
    }

    @_noAllocation
    mutating func null() { literal("null") }

    @_noAllocation
    mutating func byte(_ value: UInt8) {
        guard !isCut, count < capacity else {
            isCut = true
            return
        }
        unsafe base[count] = value
        count &+= 1
    }

    @_noAllocation
    mutating func string(_ text: ByteView) {
        byte(UInt8(ascii: "\""))
        // What needs no escape, nearly everything, is copied in runs.
        var start = 0
        for index in 0..<text.count {
            let value = text[index]
            guard value < 0x20 || value == UInt8(ascii: "\"") || value == UInt8(ascii: "\\") else { continue }
            run(text.slice(start, index))
            escape(value)
            start = index &+ 1
            if isCut { return }
        }
        run(text.slice(start, text.count))
        byte(UInt8(ascii: "\""))
    }

    @_noAllocation
    private mutating func escape(_ value: UInt8) {
        byte(UInt8(ascii: "\\"))
        switch value {
        case UInt8(ascii: "\n"): byte(UInt8(ascii: "n"))
        case UInt8(ascii: "\t"): byte(UInt8(ascii: "t"))
        case UInt8(ascii: "\r"): byte(UInt8(ascii: "r"))
        case 0..<0x20:
            literal("u00")
            byte(value < 0x10 ? UInt8(ascii: "0") : UInt8(ascii: "1"))
            let low = value & 0x0F
            byte(low < 10 ? UInt8(ascii: "0") &+ low : UInt8(ascii: "a") &+ low &- 10)
        default: byte(value)
        }
    }

    /// Whole characters of a text, as many as fit.
    @_noAllocation
    private mutating func run(_ text: ByteView) {
        let kept = text.prefix(ofWholeCharacters: max(0, capacity &- count))
        unsafe plaudit_copy(base + count, kept.base, kept.count)
        count &+= kept.count
        if kept.count < text.count { isCut = true }
    }

    @_noAllocation
    private mutating func literal(_ text: StaticString) { run(ByteView(text)) }

    @_noAllocation
    private mutating func number(_ value: Int64) {
        if value < 0 { byte(UInt8(ascii: "-")) }
        digits(value.magnitude)
    }

    @_noAllocation
    private mutating func digits(_ value: UInt64) {
        var unit: UInt64 = 1
        while value / unit >= 10 { unit &*= 10 }
        while unit > 0 {
            byte(UInt8(truncatingIfNeeded: value / unit % 10) &+ UInt8(ascii: "0"))
            unit /= 10
        }
    }

    /// The shortest digits that read back as the same number; JSON has none for what is not finite.
    @_noAllocation
    private mutating func number(_ value: Double) {
        guard value.isFinite else { return null() }
        guard capacity &- count >= Int(PLAUDIT_DOUBLE_BYTE_COUNT_MAX) else {
            isCut = true
            return
        }
        count &+= unsafe plaudit_write_double(value, base + count)
    }
}
