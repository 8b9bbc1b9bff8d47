/// 64 bits that nobody who wrote the material could know: they tell its borders from imitations of them.
package struct PromptNonce: Sendable, Hashable {
    /// Sixteen digits in lower case.
    package let text: String
    /// The first four of them as they stand in a text, as one number.
    let beginning: UInt32

    package init(_ value: UInt64) {
        let digits = (0..<16).map { index in
            let digit = UInt8(truncatingIfNeeded: value >> (60 - 4 * UInt64(index))) & 0x0F
            return digit < 10 ? UInt8(ascii: "0") + digit : UInt8(ascii: "a") + digit - 10
        }
        text = String(decoding: digits, as: UTF8.self)
        beginning = digits.withUnsafeBytes { $0.loadUnaligned(as: UInt32.self) }
    }
}
