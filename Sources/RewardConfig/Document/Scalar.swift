/// A scalar of the document, read by the core schema of YAML 1.2 (section 10.3.2).
///
/// Not by YAML 1.1: there `no`, the language code of Norwegian, is a boolean, and `1:30` a number.
struct Scalar: Sendable, Equatable {
    enum Kind: Sendable, Equatable {
        case null
        case boolean(Bool)
        /// Also every integer; infinite and NaN as YAML spells them (`.inf`, `.nan`).
        case number(Double)
        case string
    }

    let text: String
    let kind: Kind

    /// - Parameter isPlain: Written without quotes and without a tag, so that the spelling decides the kind.
    init(_ text: String, isPlain: Bool) {
        self.text = text
        kind = isPlain ? Self.kind(ofPlain: text) : .string
    }

    /// What stands here, for "expected a number, found ...".
    var summary: String {
        switch kind {
        case .null: "nothing"
        case .boolean(let value): "the boolean \(value)"
        case .number: "the number \(Quoting.shortened(text))"
        case .string: "the string \(Quoting.quoted(text))"
        }
    }

    private static func kind(ofPlain text: String) -> Kind {
        switch text {
        case "", "~", "null", "Null", "NULL": return .null
        case "true", "True", "TRUE": return .boolean(true)
        case "false", "False", "FALSE": return .boolean(false)
        case ".nan", ".NaN", ".NAN": return .number(.nan)
        case ".inf", ".Inf", ".INF", "+.inf", "+.Inf", "+.INF": return .number(.infinity)
        case "-.inf", "-.Inf", "-.INF": return .number(-.infinity)
        default: break
        }
        if let value = radixValue(text, prefix: "0x", radix: 16) ?? radixValue(text, prefix: "0o", radix: 8) {
            return .number(value)
        }
        // `Double(_:)` reads more than YAML does ("nan", "0x1p3"); the spelling is checked first.
        guard isDecimal(text), let value = Double(text) else { return .string }
        return .number(value)
    }

    private static func radixValue(_ text: String, prefix: String, radix: Int) -> Double? {
        guard text.hasPrefix(prefix) else { return nil }
        let digits = text.dropFirst(prefix.count)
        guard let first = digits.utf8.first, first != UInt8(ascii: "+"), first != UInt8(ascii: "-") else { return nil }
        return UInt64(digits, radix: radix).map { Double($0) }
    }

    /// `[-+]? ( \. [0-9]+ | [0-9]+ ( \. [0-9]* )? ) ( [eE] [-+]? [0-9]+ )?`
    private static func isDecimal(_ text: String) -> Bool {
        var rest = text.utf8[...]
        func skipSign() {
            if let first = rest.first, first == UInt8(ascii: "+") || first == UInt8(ascii: "-") { rest.removeFirst() }
        }
        func skipDigits() -> Int {
            let count = rest.prefix { $0 >= UInt8(ascii: "0") && $0 <= UInt8(ascii: "9") }.count
            rest.removeFirst(count)
            return count
        }
        skipSign()
        let wholeDigitCount = skipDigits()
        var fractionDigitCount = 0
        if rest.first == UInt8(ascii: ".") {
            rest.removeFirst()
            fractionDigitCount = skipDigits()
        }
        guard wholeDigitCount + fractionDigitCount > 0 else { return false }
        if rest.first == UInt8(ascii: "e") || rest.first == UInt8(ascii: "E") {
            rest.removeFirst()
            skipSign()
            guard skipDigits() > 0 else { return false }
        }
        return rest.isEmpty
    }
}
