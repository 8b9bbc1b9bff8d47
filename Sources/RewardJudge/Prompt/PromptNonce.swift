/// 64 bits that nobody who wrote the material could know: they tell its borders from imitations of them.
package struct PromptNonce: Sendable, Hashable {
    /// Sixteen digits in lower case.
    package let text: String

    package init(_ value: UInt64) {
        let digits = String(value, radix: 16)
        text = String(repeating: "0", count: 16 - digits.utf8.count) + digits
    }
}
