internal import CLinux
package import RewardJudge

/// The headers of a response as they come in, a line at a time, within limits.
package struct ResponseHead {
    private let countMax: Int
    private let byteCountMax: Int
    private var count = 0
    private var byteCount = 0
    private var isWhole = false
    package private(set) var fields = HTTPFields()

    /// Whether nothing has come yet.
    package var isEmpty: Bool { count == 0 }

    package init(countMax: Int, byteCountMax: Int) {
        self.countMax = countMax
        self.byteCountMax = byteCountMax
    }

    /// Forgets everything, for the next transfer.
    package mutating func clear() {
        count = 0
        byteCount = 0
        isWhole = false
        fields = HTTPFields()
    }

    /// Takes a line with its line end. False when it passes a limit.
    ///
    /// A status line begins a new response (after `100 Continue`, say) and drops what the one before said, but not what
    /// counts towards the limits: a server could send interim responses for ever. Trailers are counted and dropped.
    package mutating func append(_ line: UnsafeRawBufferPointer) -> Bool {
        count += 1
        byteCount += line.count
        guard count <= countMax, byteCount <= byteCountMax else { return false }
        if line.count >= 5, Self.isStatus(line) {
            isWhole = false
            fields = HTTPFields()
        } else if !isWhole {
            appendField(line)
        }
        return true
    }

    private static func isStatus(_ line: UnsafeRawBufferPointer) -> Bool {
        line[0] == UInt8(ascii: "H") && line.prefix(5).elementsEqual("HTTP/".utf8)
    }

    private mutating func appendField(_ line: UnsafeRawBufferPointer) {
        var end = line.count
        while end > 0, Self.isBlank(line[end - 1]) { end -= 1 }
        guard end > 0, let base = line.baseAddress else {
            isWhole = true
            return
        }
        // A line that begins with a blank continues the one before, a form long withdrawn; no header we read uses it.
        let colon = plaudit_find_byte(base, end, UInt8(ascii: ":"))
        guard colon > 0, !Self.isBlank(line[0]) else { return }
        var start = colon + 1
        while start < end, Self.isBlank(line[start]) { start += 1 }
        fields.append(
            name: UnsafeRawBufferPointer(start: base, count: colon),
            value: UnsafeRawBufferPointer(start: base + start, count: end - start))
    }

    private static func isBlank(_ byte: UInt8) -> Bool {
        byte == 0x20 || byte == 0x09 || byte == 0x0D || byte == 0x0A
    }
}
