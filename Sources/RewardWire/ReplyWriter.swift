internal import CMsgPack
package import RewardMemory

/// Writes MessagePack into a buffer of fixed capacity, with msgpack-c's packer.
///
/// Errors are sticky: the first write that does not fit sets `isOverfull`, and the caller asks once, at the end.
@safe
package struct ReplyWriter: ~Copyable {
    private var writer: plaudit_writer

    /// Writes from `base` on, at most `capacity` bytes, which the caller vouches for.
    @_noAllocation
    package init(unsafe base: UnsafeMutablePointer<UInt8>, capacity: Int) {
        unsafe writer = plaudit_writer(base: base, capacity: capacity, count: 0, failed: false)
    }

    /// Bytes written.
    package var count: Int { @_noAllocation get { unsafe writer.count } }
    package var isOverfull: Bool { @_noAllocation get { unsafe writer.failed } }

    @_noAllocation package mutating func null() { unsafe plaudit_write_nil(&writer) }
    @_noAllocation package mutating func boolean(_ value: Bool) { unsafe plaudit_write_bool(&writer, value) }
    @_noAllocation package mutating func unsigned(_ value: UInt64) { unsafe plaudit_write_unsigned(&writer, value) }
    @_noAllocation package mutating func integer(_ value: Int) { unsafe plaudit_write_signed(&writer, Int64(value)) }
    /// A number in five bytes whatever its size, so that another can be written over its last four.
    @_noAllocation package mutating func wide(_ value: UInt32) { unsafe plaudit_write_wide(&writer, value) }
    @_noAllocation package mutating func double(_ value: Double) { unsafe plaudit_write_double(&writer, value) }
    @_noAllocation package mutating func array(_ count: Int) { unsafe plaudit_write_array(&writer, count) }
    @_noAllocation package mutating func map(_ pairCount: Int) { unsafe plaudit_write_map(&writer, pairCount) }

    @_noAllocation
    package mutating func string(_ text: ByteView) {
        unsafe plaudit_write_string(&writer, text.base, text.count)
    }

    @_noAllocation
    package mutating func string(_ literal: StaticString) {
        string(ByteView(literal))
    }

    @_noAllocation
    package mutating func binary(_ bytes: ByteView) {
        unsafe plaudit_write_binary(&writer, bytes.base, bytes.count)
    }

    /// A zeroed binary of `byteCount` bytes to be filled in later; the offset of its first byte.
    @_noAllocation
    package mutating func binarySpace(_ byteCount: Int) -> Int {
        unsafe plaudit_write_binary_space(&writer, byteCount)
    }

    /// Bytes that are MessagePack already.
    @_noAllocation
    package mutating func raw(_ bytes: ByteView) {
        unsafe plaudit_write_raw(&writer, bytes.base, bytes.count)
    }

    /// Room for a frame's header; `sealFrame` fills it in once the body is written.
    @_noAllocation
    package mutating func beginFrame() -> Int {
        let start = unsafe writer.count
        raw(ByteView("\u{0}\u{0}\u{0}\u{0}\u{0}"))
        return start
    }

    /// Writes the header of the frame that began at `start`: 0xCE and the body's length, big-endian.
    @_noAllocation
    package mutating func sealFrame(_ start: Int) {
        guard !isOverfull else { return }
        unsafe Self.sealFrame(at: writer.base + start, byteCount: writer.count &- start)
    }

    /// Writes the header of a frame of `byteCount` bytes, header included, that begins at `base`.
    @_noAllocation
    package static func sealFrame(at base: UnsafeMutablePointer<UInt8>, byteCount: Int) {
        let bodyByteCount = byteCount &- Limits.frameHeaderByteCount
        unsafe base[0] = FrameHeader.marker
        for index in 0..<4 {
            let byte = UInt8(truncatingIfNeeded: bodyByteCount &>> (24 &- 8 &* index))
            unsafe base[1 &+ index] = byte
        }
    }

    /// Starts over, with everything written dropped.
    @_noAllocation
    package mutating func removeAll() {
        unsafe writer.count = 0
        unsafe writer.failed = false
    }
}

/// The five bytes before a body.
package enum FrameHeader {
    /// MessagePack's uint32 marker, so that the whole stream of frames is itself valid MessagePack.
    package static var marker: UInt8 { @_noAllocation @inlinable get { 0xCE } }

    /// The length of the body that a header announces; nil when it is no header.
    @_noAllocation @inlinable
    package static func bodyByteCount(_ header: ByteView) -> Int? {
        guard header[0] == 0xCE else { return nil }
        let high = Int(header[1]) &<< 24 | Int(header[2]) &<< 16
        return high | Int(header[3]) &<< 8 | Int(header[4])
    }
}
