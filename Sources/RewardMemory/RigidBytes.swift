public import CLinux

/// A byte buffer of fixed capacity that never grows: an append that does not fit changes nothing and says so.
///
/// `paddingCount` zero bytes lie readable behind whatever the buffer holds, for libraries that read past the end of a text.
@safe
public struct RigidBytes: ~Copyable {
    public let base: UnsafeMutablePointer<UInt8>
    public let capacity: Int
    public let paddingCount: Int
    @usableFromInline internal var byteCount = 0

    /// Bytes held.
    public var count: Int {
        @_noAllocation @inlinable get { byteCount }
    }

    // Allocates: once, when a worker or a connection is made.
    public init(capacity: Int, paddingCount: Int = 0) {
        precondition(capacity >= 0 && paddingCount >= 0, "a buffer has no negative size")
        unsafe base = .allocate(capacity: max(1, capacity + paddingCount))
        unsafe base.initialize(repeating: 0, count: max(1, capacity + paddingCount))
        self.capacity = capacity
        self.paddingCount = paddingCount
    }

    deinit {
        unsafe base.deallocate()
    }

    public var freeCount: Int {
        @_noAllocation @inlinable get { capacity &- count }
    }

    /// What the buffer holds, valid until it next changes.
    public var view: ByteView {
        @_noAllocation @inlinable get { unsafe ByteView(unsafe: UnsafePointer(base), count: count) }
    }

    public subscript(index: Int) -> UInt8 {
        @_noAllocation @inlinable get {
            precondition(UInt(bitPattern: index) < UInt(bitPattern: count), "a byte index lies inside the buffer")
            return unsafe base[index]
        }
    }

    @_noAllocation @inlinable
    public mutating func removeAll() {
        byteCount = 0
    }

    /// Shortens the buffer to `newCount` bytes.
    @_noAllocation @inlinable
    public mutating func truncate(to newCount: Int) {
        precondition(newCount >= 0 && newCount <= count, "a truncation only shortens")
        byteCount = newCount
    }

    /// Takes over `newCount` bytes that a library wrote straight into `base`.
    @_noAllocation @inlinable
    public mutating func setCount(_ newCount: Int) {
        precondition(newCount >= 0 && newCount <= capacity, "a buffer holds at most its capacity")
        byteCount = newCount
    }

    @_noAllocation @inlinable @discardableResult
    public mutating func append(_ byte: UInt8) -> Bool {
        guard count < capacity else { return false }
        unsafe base[count] = byte
        byteCount &+= 1
        return true
    }

    @_noAllocation @inlinable @discardableResult
    public mutating func append(_ view: ByteView) -> Bool {
        guard view.count <= capacity &- count else { return false }
        unsafe plaudit_copy(base + count, view.base, view.count)
        byteCount &+= view.count
        return true
    }

    @_noAllocation @inlinable @discardableResult
    public mutating func append(_ literal: StaticString) -> Bool {
        append(ByteView(literal))
    }

    /// Replaces the content by `view` and zeroes the padding behind it. False when it does not fit.
    @_noAllocation @inlinable
    public mutating func replace(with view: ByteView) -> Bool {
        byteCount = 0
        guard append(view) else { return false }
        zeroPadding()
        return true
    }

    /// Zeroes the padding behind the content, before a library that over-reads looks at it.
    @_noAllocation @inlinable
    public mutating func zeroPadding() {
        unsafe plaudit_fill_zero(base + count, paddingCount)
    }

    /// A whole number in decimal.
    @_noAllocation @discardableResult
    public mutating func append(decimal value: Int) -> Bool {
        guard freeCount >= 20 else { return false }
        if value < 0 { append(UInt8(ascii: "-")) }
        var rest = value.magnitude
        var digitCount = 1
        var probe = rest
        while probe >= 10 {
            probe /= 10
            digitCount &+= 1
        }
        var index = count &+ digitCount
        byteCount = index
        repeat {
            index &-= 1
            unsafe base[index] = UInt8(truncatingIfNeeded: rest % 10) &+ UInt8(ascii: "0")
            rest /= 10
        } while rest != 0
        return true
    }

    /// A number with up to `placesMax` decimal places, trailing zeros left out; for messages that people read.
    @_noAllocation @discardableResult
    public mutating func append(number value: Double, placesMax: Int = 4) -> Bool {
        guard value.isFinite else { return append(value.isNaN ? "nan" : (value < 0 ? "-inf" : "inf")) }
        guard freeCount >= 40 else { return false }
        var scale: Double = 1
        for _ in 0..<placesMax { scale *= 10 }
        let magnitude = value < 0 ? -value : value
        guard magnitude * scale < 9e15 else {
            return append(value < 0 ? "-" : "") && append(scientific: magnitude)
        }
        let scaled = UInt64(magnitude * scale + 0.5)
        let unit = UInt64(scale)
        if value < 0 && scaled != 0 { append(UInt8(ascii: "-")) }
        append(decimal: Int(scaled / unit))
        var fraction = scaled % unit
        guard fraction != 0 else { return true }
        append(UInt8(ascii: "."))
        var digit = unit / 10
        while fraction != 0 {
            append(UInt8(truncatingIfNeeded: fraction / digit) &+ UInt8(ascii: "0"))
            fraction %= digit
            digit /= 10
        }
        return true
    }

    /// A large magnitude as `1.2345e20`.
    @_noAllocation
    private mutating func append(scientific magnitude: Double) -> Bool {
        var mantissa = magnitude
        var exponent = 0
        while mantissa >= 10 {
            mantissa /= 10
            exponent &+= 1
        }
        guard append(number: mantissa, placesMax: 4) else { return false }
        append(UInt8(ascii: "e"))
        return append(decimal: exponent)
    }
}
