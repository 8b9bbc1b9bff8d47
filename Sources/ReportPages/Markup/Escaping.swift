/// How text stands in HTML and XML, in elements and in attributes alike.
enum Escaping {
    static func append(_ text: some StringProtocol, to html: inout String) {
        for scalar in text.unicodeScalars {
            switch scalar {
            case "&": html += "&amp;"
            case "<": html += "&lt;"
            case ">": html += "&gt;"
            case "\"": html += "&quot;"
            case "'": html += "&#39;"
            case "\t", "\n": html.unicodeScalars.append(scalar)
            // Neither XML nor a reader has a use for the other control characters: their pictures show that they are there.
            case "\u{0}"..."\u{1F}": html.unicodeScalars.append(picture(0x2400 + scalar.value))
            case "\u{7F}": html.unicodeScalars.append("\u{2421}")
            case "\u{80}"..."\u{9F}", "\u{FFFE}", "\u{FFFF}": html.unicodeScalars.append("\u{FFFD}")
            default: html.unicodeScalars.append(scalar)
            }
        }
    }

    private static func picture(_ value: UInt32) -> Unicode.Scalar {
        Unicode.Scalar(value) ?? "\u{FFFD}"
    }
}
