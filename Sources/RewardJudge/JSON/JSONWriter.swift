internal import CLinux
package import RewardKernel

/// Writes values down as JSON: members in the order given, no white space, and no byte that is not needed, so that
/// equal requests are equal bytes.
///
/// Slashes and everything beyond ASCII stand as they are; control characters are escaped.
package struct JSONWriter: Sendable {
    /// What cannot be written.
    package enum WriteError: Error, Equatable {
        /// A number that is infinite or none.
        case numberNotFinite
        /// A value nested deeper than `depthMax`.
        case tooDeep
    }

    /// The deepest nesting that is written, since the writer calls itself for every level.
    package static let depthMax = 256

    package private(set) var bytes: [UInt8] = []

    package init() {}

    /// A writer with room for so many bytes.
    init(byteCount: Int) { bytes.reserveCapacity(byteCount) }

    /// The bytes of `value`.
    package static func bytes(of value: JSONValue) throws(WriteError) -> [UInt8] {
        // A usual request, so that it is not moved while it grows.
        var writer = JSONWriter(byteCount: 6_144)
        try writer.write(value)
        return writer.bytes
    }

    /// The text of `value`.
    package static func text(of value: JSONValue) throws(WriteError) -> String {
        String(decoding: try bytes(of: value), as: UTF8.self)
    }

    package mutating func write(_ value: JSONValue) throws(WriteError) {
        try write(value, depth: 0)
    }

    private mutating func write(_ value: JSONValue, depth: Int) throws(WriteError) {
        guard depth < JSONWriter.depthMax else { throw .tooDeep }
        switch value {
        case .null: append("null")
        case .bool(let flag): append(flag ? "true" : "false")
        case .integer(let number): append(String(number))
        case .unsigned(let number): append(String(number))
        case .number(let number): try write(number)
        case .string(let text): write(text)
        case .array(let items):
            bytes.append(UInt8(ascii: "["))
            for (index, item) in items.enumerated() {
                if index > 0 { bytes.append(UInt8(ascii: ",")) }
                try write(item, depth: depth + 1)
            }
            bytes.append(UInt8(ascii: "]"))
        case .object(let members):
            bytes.append(UInt8(ascii: "{"))
            for (index, member) in members.enumerated() {
                if index > 0 { bytes.append(UInt8(ascii: ",")) }
                write(member.name)
                bytes.append(UInt8(ascii: ":"))
                try write(member.value, depth: depth + 1)
            }
            bytes.append(UInt8(ascii: "}"))
        }
    }

    /// The shortest digits that read back as the same number; whole numbers without a fraction, as clients write them.
    private mutating func write(_ number: Double) throws(WriteError) {
        guard number.isFinite else { throw .numberNotFinite }
        // Every whole number below 2^53 is exact in both types.
        if number == number.rounded(.towardZero) && abs(number) < 9_007_199_254_740_992 {
            append(String(Int64(number)))
        } else {
            append(number.description)
        }
    }

    /// Appends what is JSON already.
    mutating func append(_ written: [UInt8]) { bytes.append(contentsOf: written) }

    mutating func write(_ text: String) {
        bytes.append(UInt8(ascii: "\""))
        var text = text
        text.withUTF8 { utf8 in
            guard let base = utf8.baseAddress else { return }
            // A piece at a time, since nobody knows ahead how much longer escapes make it.
            withUnsafeTemporaryAllocation(byteCount: 6 * Self.pieceByteCount + 32, alignment: 1) { room in
                guard let target = room.baseAddress else { return }
                for start in stride(from: 0, to: utf8.count, by: Self.pieceByteCount) {
                    let count = plaudit_write_string(
                        target, base + start, min(Self.pieceByteCount, utf8.count - start))
                    bytes.append(contentsOf: UnsafeRawBufferPointer(rebasing: room[..<count]))
                }
            }
        }
        bytes.append(UInt8(ascii: "\""))
    }

    /// Of a text, as many as are escaped at a time.
    private static let pieceByteCount = 1_024

    private mutating func append(_ text: String) { bytes.append(contentsOf: text.utf8) }
}
