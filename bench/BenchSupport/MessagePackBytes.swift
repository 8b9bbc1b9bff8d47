/// MessagePack as the load generator needs it: a value at a time, each in its shortest form.
///
/// Written apart from the server's own writer on purpose: the bench must not measure a peer that shares its mistakes.
package struct MessagePackBytes: Sendable {
    package private(set) var bytes: [UInt8] = []

    package init() {}

    package mutating func appendArrayHeader(_ count: Int) {
        appendHeader(count, short: (0x90, 15), long: (nil, 0xDC, 0xDD))
    }

    package mutating func appendMapHeader(_ count: Int) {
        appendHeader(count, short: (0x80, 15), long: (nil, 0xDE, 0xDF))
    }

    package mutating func append(_ text: String) {
        append(text: Array(text.utf8))
    }

    /// A string of bytes that are valid UTF-8.
    package mutating func append(text: [UInt8]) {
        appendHeader(text.count, short: (0xA0, 31), long: (0xD9, 0xDA, 0xDB))
        bytes += text
    }

    package mutating func append(_ number: Double) {
        bytes.append(0xCB)
        appendBigEndian(number.bitPattern, byteCount: 8)
    }

    /// A whole number from 0 up.
    package mutating func append(unsigned number: UInt64) {
        switch number {
        case 0...0x7F: bytes.append(UInt8(number))
        case 0...0xFF: bytes += [0xCC, UInt8(number)]
        case 0...0xFFFF:
            bytes.append(0xCD)
            appendBigEndian(number, byteCount: 2)
        case 0...0xFFFF_FFFF: append(wide: UInt32(number))
        default:
            bytes.append(0xCF)
            appendBigEndian(number, byteCount: 8)
        }
    }

    /// A number in five bytes however small it is, at a place that can be overwritten later.
    package mutating func append(wide number: UInt32) {
        bytes.append(0xCE)
        appendBigEndian(UInt64(number), byteCount: 4)
    }

    private mutating func appendHeader(
        _ count: Int, short: (marker: UInt8, countMax: Int), long: (one: UInt8?, two: UInt8, four: UInt8)
    ) {
        precondition(count >= 0 && count <= Int(UInt32.max), "a MessagePack header counts in 32 bits")
        if count <= short.countMax {
            bytes.append(short.marker | UInt8(count))
        } else if let one = long.one, count <= 0xFF {
            bytes += [one, UInt8(count)]
        } else if count <= 0xFFFF {
            bytes.append(long.two)
            appendBigEndian(UInt64(count), byteCount: 2)
        } else {
            bytes.append(long.four)
            appendBigEndian(UInt64(count), byteCount: 4)
        }
    }

    private mutating func appendBigEndian(_ number: UInt64, byteCount: Int) {
        for index in (0..<byteCount).reversed() {
            bytes.append(UInt8(truncatingIfNeeded: number >> (8 * UInt64(index))))
        }
    }
}
