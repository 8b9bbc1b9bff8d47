internal import CLinux
package import RewardMemory

/// Writes a row into the room that a ring has reserved for it.
///
/// What does not fit makes the row overfull, and changes nothing more; whoever reserved the room has seen to that it fits.
@safe
package struct AuditRowWriter: ~Copyable {
    private let base: UnsafeMutablePointer<UInt8>
    private let capacity: Int
    package private(set) var count: Int
    package private(set) var isOverfull = false
    /// Whether a text was longer than what was kept of it.
    private var isCut = false

    /// A row of at most `capacity` bytes from `base` on, which the caller vouches for. Its head is written last.
    @_noAllocation
    package init(unsafe base: UnsafeMutablePointer<UInt8>, capacity: Int) {
        unsafe self.base = unsafe base
        self.capacity = capacity
        count = AuditLayout.headByteCount
    }

    /// Bytes of a row without its names and texts: the head, and a length or a number for each of its parts.
    @_noAllocation
    package static func byteCountMax(componentCount: Int) -> Int {
        AuditLayout.headByteCount &+ 64 &+ componentCount &* 32
    }

    @_noAllocation
    package mutating func text(_ view: ByteView?) {
        guard let view else { return number(AuditLayout.absent) }
        guard view.count <= capacity &- count &- 4 else {
            isOverfull = true
            return
        }
        number(UInt32(truncatingIfNeeded: view.count))
        raw(view)
    }

    /// A text cut to so many bytes, before a character.
    @_noAllocation
    package mutating func text(_ view: ByteView, byteCountMax: Int) {
        let kept = view.prefix(ofWholeCharacters: byteCountMax)
        if kept.count < view.count { isCut = true }
        text(kept)
    }

    @_noAllocation
    package mutating func name(_ integer: Int64) {
        byte(1)
        word(UInt64(bitPattern: integer))
    }

    @_noAllocation
    package mutating func name(_ view: ByteView?) {
        guard let view else { return byte(0) }
        byte(2)
        text(view)
    }

    @_noAllocation
    package mutating func component(_ name: ByteView, score: Double, status: UInt8) {
        text(name)
        word(score.bitPattern)
        byte(status)
    }

    /// The head, and with it the end of the row. The number of its bytes; 0 when it is overfull.
    @_noAllocation
    package mutating func finish(_ head: AuditHead) -> Int {
        guard !isOverfull, capacity >= AuditLayout.headByteCount else { return 0 }
        let end = count
        count = 0
        word(UInt64(bitPattern: head.wallClockMicroseconds))
        word(head.reward.bitPattern)
        word(head.timingMicroseconds)
        word(UInt64(bitPattern: head.tokenCount))
        var flags: UInt8 = head.isTruncated ? AuditLayout.truncatedFlag : 0
        if head.promptIsJSON { flags |= AuditLayout.promptIsJSONFlag }
        if head.isCut || isCut { flags |= AuditLayout.cutFlag }
        word(
            UInt64(head.completionByteCount) | UInt64(head.componentCount) &<< 32 | UInt64(head.status) &<< 40
                | UInt64(flags) &<< 48)
        count = end
        return end
    }

    // MARK: JSON of values of the request

    /// Writes the value at `token` as JSON text of at most so many bytes; what is longer is cut where it is.
    @_noAllocation
    package mutating func json(_ message: MessageView, _ token: Int, byteCountMax: Int) {
        let start = begin(byteCountMax)
        var json = unsafe AuditJSON(unsafe: base + start, capacity: max(0, min(byteCountMax, capacity &- start)))
        json.value(message, token)
        end(start, json)
    }

    /// Writes an object of columns' values in one row as JSON text.
    @_noAllocation
    package mutating func json(
        _ message: MessageView, names: FixedTable<ByteView>, arrays: RigidPool<Int>, row: Int, byteCountMax: Int
    ) {
        let start = begin(byteCountMax)
        var json = unsafe AuditJSON(unsafe: base + start, capacity: max(0, min(byteCountMax, capacity &- start)))
        json.byte(UInt8(ascii: "{"))
        for index in 0..<names.count {
            if index > 0 { json.byte(UInt8(ascii: ",")) }
            json.string(names[index])
            json.byte(UInt8(ascii: ":"))
            if arrays[index] >= 0 { json.value(message, arrays[index] &+ 1 &+ row) } else { json.null() }
        }
        json.byte(UInt8(ascii: "}"))
        end(start, json)
    }

    /// Leaves room for a length.
    @_noAllocation
    private mutating func begin(_ byteCountMax: Int) -> Int {
        number(0)
        return min(count, capacity)
    }

    @_noAllocation
    private mutating func end(_ start: Int, _ json: borrowing AuditJSON) {
        guard !isOverfull else { return }
        if json.isCut { isCut = true }
        count = start &- 4
        number(UInt32(truncatingIfNeeded: json.count))
        count = start &+ json.count
    }

    // MARK: Bytes

    @_noAllocation
    private mutating func byte(_ value: UInt8) {
        guard count < capacity else {
            isOverfull = true
            return
        }
        unsafe base[count] = value
        count &+= 1
    }

    @_noAllocation
    private mutating func number(_ value: UInt32) {
        guard count &+ 4 <= capacity else {
            isOverfull = true
            return
        }
        unsafe UnsafeMutableRawPointer(base + count).storeBytes(of: value.littleEndian, as: UInt32.self)
        count &+= 4
    }

    @_noAllocation
    private mutating func word(_ value: UInt64) {
        guard count &+ 8 <= capacity else {
            isOverfull = true
            return
        }
        unsafe UnsafeMutableRawPointer(base + count).storeBytes(of: value.littleEndian, as: UInt64.self)
        count &+= 8
    }

    @_noAllocation
    private mutating func raw(_ view: ByteView) {
        guard view.count <= capacity &- count else {
            isOverfull = true
            return
        }
        unsafe plaudit_copy(base + count, view.base, view.count)
        count &+= view.count
    }
}
