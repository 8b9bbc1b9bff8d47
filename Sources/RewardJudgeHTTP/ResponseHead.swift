/// The headers of a response as they come in, a line at a time, within limits.
package struct ResponseHead {
    private let countMax: Int
    private let byteCountMax: Int
    private var count = 0
    private var byteCount = 0
    private var isWhole = false
    /// Names in lower case; of a repeated header the last counts.
    package private(set) var fields: [String: String] = [:]

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
        fields = [:]
    }

    /// Takes a line with its line end. False when it passes a limit.
    ///
    /// A status line begins a new response (after `100 Continue`, say) and drops what the one before said, but not what
    /// counts towards the limits: a server could send interim responses for ever. Trailers are counted and dropped.
    package mutating func append(_ line: UnsafeRawBufferPointer) -> Bool {
        count += 1
        byteCount += line.count
        guard count <= countMax, byteCount <= byteCountMax else { return false }
        if line.starts(with: Self.statusMark) {
            isWhole = false
            fields = [:]
        } else if !isWhole {
            appendField(line)
        }
        return true
    }

    private static let statusMark = Array("HTTP/".utf8)

    private mutating func appendField(_ line: UnsafeRawBufferPointer) {
        var end = line.count
        while end > 0, Self.isBlank(line[end - 1]) { end -= 1 }
        guard end > 0 else {
            isWhole = true
            return
        }
        // A line that begins with a blank continues the one before, a form long withdrawn; no header we read uses it.
        guard !Self.isBlank(line[0]), let colon = line[..<end].firstIndex(of: UInt8(ascii: ":")), colon > 0 else {
            return
        }
        var start = colon + 1
        while start < end, Self.isBlank(line[start]) { start += 1 }
        if fields.isEmpty { fields.reserveCapacity(12) }
        fields[Self.lowercased(line[..<colon])] = String(decoding: line[start..<end], as: UTF8.self)
    }

    private static func isBlank(_ byte: UInt8) -> Bool {
        byte == UInt8(ascii: " ") || byte == UInt8(ascii: "\t") || byte == UInt8(ascii: "\r")
            || byte == UInt8(ascii: "\n")
    }

    private static func lowercased(_ name: Slice<UnsafeRawBufferPointer>) -> String {
        String(unsafeUninitializedCapacity: name.count) { target in
            var count = 0
            for byte in name {
                target[count] = byte >= UInt8(ascii: "A") && byte <= UInt8(ascii: "Z") ? byte | 0x20 : byte
                count += 1
            }
            return count
        }
    }
}
