/// How text from a configuration is shown in a message: short, on one line, and with no control characters, which a
/// terminal would obey.
package enum Quoting {
    /// Scalars of a text that a message shows.
    package static let scalarCountMax = 48

    package static func quoted(_ text: String) -> String {
        "\"\(shortened(text, escapingQuotes: true))\""
    }

    package static func shortened(_ text: String, scalarCountMax: Int = scalarCountMax) -> String {
        shortened(text, escapingQuotes: false, scalarCountMax: scalarCountMax)
    }

    private static func shortened(
        _ text: String, escapingQuotes: Bool, scalarCountMax: Int = scalarCountMax
    ) -> String {
        var shown = ""
        for scalar in text.unicodeScalars.prefix(scalarCountMax) {
            switch scalar.properties.generalCategory {
            case .control, .format, .lineSeparator, .paragraphSeparator, .privateUse, .surrogate, .unassigned:
                shown += scalar.escaped(asASCII: true)
            default:
                if escapingQuotes && scalar == "\"" { shown += "\\" }
                shown.unicodeScalars.append(scalar)
            }
        }
        return text.unicodeScalars.count > scalarCountMax ? shown + "..." : shown
    }
}
