public import CLinux

/// A borrowed, bounds-checked run of bytes: the only shape in which text travels through the data plane.
///
/// A view never owns and never outlives the buffer it looks into: a frame's text is valid until the connection reads its
/// next frame, a plan's text as long as the plan. Every access is checked, so a wrong index is a stop and never a stray read.
@safe
public struct ByteView: BitwiseCopyable {
    /// The first byte; for C libraries only, by way of `unsafe`.
    public let base: UnsafePointer<UInt8>
    public let count: Int

    /// A view of `count` bytes from `base` on, which the caller vouches for.
    @_noAllocation @inlinable @inline(__always)
    public init(unsafe base: UnsafePointer<UInt8>, count: Int) {
        precondition(count >= 0, "a view has no negative length")
        unsafe self.base = unsafe base
        self.count = count
    }

    /// The bytes of a literal in the program.
    @_noAllocation @inlinable @inline(__always)
    public init(_ literal: StaticString) {
        unsafe self.base = unsafe literal.utf8Start
        self.count = literal.utf8CodeUnitCount
    }

    /// A view of nothing.
    public static var empty: ByteView {
        @_noAllocation @inlinable @inline(__always) get { ByteView("") }
    }

    public var isEmpty: Bool {
        @_noAllocation @inlinable @inline(__always) get { count == 0 }
    }

    @_noAllocation @inlinable @inline(__always)
    public subscript(index: Int) -> UInt8 {
        precondition(UInt(bitPattern: index) < UInt(bitPattern: count), "a byte index lies inside its view")
        return unsafe base[index]
    }

    /// Eight bytes from `offset` on as one little-endian word, for loops that look at eight bytes at a time.
    @_noAllocation @inlinable @inline(__always)
    public func word(at offset: Int) -> UInt64 {
        precondition(offset >= 0 && offset &+ 8 <= count, "a word lies inside its view")
        return unsafe UnsafeRawPointer(base + offset).loadUnaligned(as: UInt64.self)
    }

    /// The first `byteCountMax` bytes at most, cut before a character of UTF-8 that would be cut in two.
    @_noAllocation @inlinable
    public func prefix(ofWholeCharacters byteCountMax: Int) -> ByteView {
        guard count > byteCountMax else { return self }
        var end = byteCountMax
        while end > 0 && self[end] & 0xC0 == 0x80 { end &-= 1 }
        return slice(0, end)
    }

    /// A copy as a string; what is no UTF-8 is repaired.
    // Allocates: the copy.
    public func makeString() -> String {
        unsafe String(decoding: UnsafeBufferPointer(start: base, count: count), as: UTF8.self)
    }

    /// A copy of the bytes.
    // Allocates: the copy.
    public func makeArray() -> [UInt8] {
        unsafe Array(UnsafeBufferPointer(start: base, count: count))
    }

    /// Where this part of `whole` begins in it.
    @_noAllocation @inlinable
    public func offset(in whole: ByteView) -> Int {
        let start = unsafe base - whole.base
        precondition(start >= 0 && start + count <= whole.count, "a part lies inside its whole")
        return start
    }

    /// The part from `start` up to, not including, `end`.
    @_noAllocation @inlinable @inline(__always)
    public func slice(_ start: Int, _ end: Int) -> ByteView {
        precondition(start >= 0 && start <= end && end <= count, "a slice lies inside its view")
        return unsafe ByteView(unsafe: base + start, count: end &- start)
    }

    @_noAllocation @inlinable
    public func equals(_ other: ByteView) -> Bool {
        count == other.count && (unsafe plaudit_compare(base, other.base, count)) == 0
    }

    @_noAllocation @inlinable
    public func starts(with prefix: ByteView) -> Bool {
        count >= prefix.count && (unsafe plaudit_compare(base, prefix.base, prefix.count)) == 0
    }

    @_noAllocation @inlinable
    public func ends(with suffix: ByteView) -> Bool {
        count >= suffix.count
            && (unsafe plaudit_compare(base + (count &- suffix.count), suffix.base, suffix.count)) == 0
    }

    /// Where `needle` first stands at or after `start`, or -1. An empty needle stands everywhere.
    @_noAllocation @inlinable
    public func firstIndex(of needle: ByteView, from start: Int = 0) -> Int {
        precondition(start >= 0 && start <= count, "a search starts inside its view")
        let found = unsafe plaudit_find(base + start, count &- start, needle.base, needle.count)
        return found < 0 ? -1 : start &+ found
    }

    /// Where `byte` first stands at or after `start`, or -1.
    @_noAllocation @inlinable
    public func firstIndex(of byte: UInt8, from start: Int = 0) -> Int {
        precondition(start >= 0 && start <= count, "a search starts inside its view")
        let found = unsafe plaudit_find_byte(base + start, count &- start, byte)
        return found < 0 ? -1 : start &+ found
    }

    /// Where `byte` last stands before `end`, or -1.
    @_noAllocation @inlinable
    public func lastIndex(of byte: UInt8, before end: Int) -> Int {
        precondition(end >= 0 && end <= count, "a search ends inside its view")
        return unsafe plaudit_find_last_byte(base, end, byte)
    }

    /// Where one of three bytes last stands before `end`, or -1.
    @_noAllocation @inlinable
    public func lastIndex(ofEither first: UInt8, _ second: UInt8, _ third: UInt8, before end: Int) -> Int {
        precondition(end >= 0 && end <= count, "a search ends inside its view")
        return unsafe plaudit_find_last_of(base, end, first, second, third)
    }

    /// Where a byte last stands before `end` that ends `####`, `\boxed{`, or `Answer:` or `A:` with emphasis or spaces before the
    /// colon, as far as the byte before it tells; or -1.
    @_noAllocation @inlinable
    public func lastIndexOfAnswerMark(before end: Int) -> Int {
        precondition(end >= 0 && end <= count, "a search ends inside its view")
        return unsafe plaudit_find_last_answer_mark(base, end)
    }

    /// Where a quotation mark, a backslash or a control character first stands at or after `start`; the view's end when there is
    /// none.
    @_noAllocation @inlinable
    public func firstIndexOfStringStop(from start: Int) -> Int {
        precondition(start >= 0 && start <= count, "a search starts inside its view")
        return start &+ Int(unsafe plaudit_find_string_stop(base + start, count &- start))
    }

    /// Where an ASCII digit, or a byte beyond ASCII, last stands before `end`, or -1.
    @_noAllocation @inlinable
    public func lastIndexOfDigitOrBeyondASCII(before end: Int) -> Int {
        precondition(end >= 0 && end <= count, "a search ends inside its view")
        return unsafe plaudit_find_last_digit_or_beyond(base, end)
    }

    /// How many bytes are of the form 10xxxxxx: in UTF-8 those that begin no character.
    public var continuationCount: Int {
        @_noAllocation @inlinable get { unsafe plaudit_count_continuations(base, count) }
    }

    /// Where `needle` last starts, or -1.
    @_noAllocation @inlinable
    public func lastIndex(of needle: ByteView) -> Int {
        guard !needle.isEmpty else { return count }
        var end = count &- needle.count &+ 1
        while end > 0 {
            let start = lastIndex(of: needle[0], before: end)
            if start < 0 { return -1 }
            if slice(start, start &+ needle.count).equals(needle) { return start }
            end = start
        }
        return -1
    }

    /// Whether the view lies wholly in ASCII.
    public var isASCII: Bool {
        @_noAllocation @inlinable get { (unsafe plaudit_is_ascii(base, count)) != 0 }
    }
}

/// A view only reads, and what it reads does not change while it is borrowed.
extension ByteView: @unchecked Sendable {}
