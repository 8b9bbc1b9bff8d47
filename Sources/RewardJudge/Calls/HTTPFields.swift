internal import CLinux
internal import Glibc

/// The header fields of a response, as bytes in which a field is looked for by its name.
///
/// An endpoint sends twenty and two or three are read: nothing is hashed, and no text is made of a field before somebody asks for
/// it. Two are equal when the same fields came in the same order.
package struct HTTPFields: Sendable, Equatable {
    /// Every name, in lower case, with its value behind it.
    private var bytes: [UInt8] = []
    private var places: [Place] = []

    private struct Place: Equatable {
        var name: Int
        var value: Int
        var end: Int
    }

    package init() {}

    package init(_ fields: some Sequence<(key: String, value: String)>) {
        for (name, value) in fields {
            var (name, value) = (name, value)
            name.withUTF8 { name in
                value.withUTF8 { append(name: UnsafeRawBufferPointer(name), value: UnsafeRawBufferPointer($0)) }
            }
        }
    }

    package var count: Int { places.count }

    /// The value of a field, repaired where it is no UTF-8; of a repeated one the last counts.
    ///
    /// - Parameter name: in lower case.
    package subscript(name: String) -> String? {
        var name = name
        let place = name.withUTF8 { name in
            bytes.withUnsafeBytes { bytes in
                places.last { place in
                    place.value - place.name == name.count
                        && bytes[place.name..<place.value].begins(with: UnsafeRawBufferPointer(name))
                }
            }
        }
        return place.map { String(decoding: bytes[$0.value..<$0.end], as: UTF8.self) }
    }

    /// Whether a field has a name that begins so, in lower case.
    package func hasName(beginningWith prefix: StaticString) -> Bool {
        let prefix = UnsafeRawBufferPointer(start: prefix.utf8Start, count: prefix.utf8CodeUnitCount)
        return bytes.withUnsafeBytes { bytes in
            places.contains { bytes[$0.name..<$0.value].begins(with: prefix) }
        }
    }

    package mutating func append(name: UnsafeRawBufferPointer, value: UnsafeRawBufferPointer) {
        if places.isEmpty {
            places.reserveCapacity(Self.usualCount)
            bytes.reserveCapacity(Self.usualByteCount)
        }
        let start = bytes.count
        bytes.append(contentsOf: name)
        bytes.append(contentsOf: value)
        places.append(Place(name: start, value: start + name.count, end: bytes.count))
        bytes.withUnsafeMutableBytes { bytes in
            if let base = bytes.baseAddress { plaudit_lower_ascii(base + start, name.count) }
        }
    }

    private static let usualCount = 16
    private static let usualByteCount = 512
}

extension HTTPFields: ExpressibleByDictionaryLiteral {
    package init(dictionaryLiteral fields: (String, String)...) {
        self.init(fields.map { (key: $0.0, value: $0.1) })
    }
}

extension Slice<UnsafeRawBufferPointer> {
    fileprivate func begins(with other: UnsafeRawBufferPointer) -> Bool {
        guard count >= other.count else { return false }
        guard let start = base.baseAddress, let otherStart = other.baseAddress else { return true }
        return memcmp(start + startIndex, otherStart, other.count) == 0
    }
}
