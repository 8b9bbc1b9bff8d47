/// Where values of an axis stand in a drawing.
struct LinearScale {
    let range: ClosedRange<Double>
    /// The places of the range's bounds.
    let start: Double
    let end: Double

    /// The place of a value, at the nearest end for one outside the range.
    func place(_ value: Double) -> Double {
        precondition(!value.isNaN, "no number has no place")
        let inside = min(max(value, range.lowerBound), range.upperBound)
        let share = (inside - range.lowerBound) / (range.upperBound - range.lowerBound)
        return start + share * (end - start)
    }
}

/// About how wide text of a drawing is. Nothing measures it before a browser does, so that room is left for wide letters.
enum TextWidth {
    /// In units of the view box, at the drawing's one size of letters.
    static func of(_ text: String) -> Double {
        text.unicodeScalars.reduce(0) { $0 + ($1.value < 0x1100 ? 7 : 13) }
    }

    /// The text, cut with an ellipsis to what fits.
    static func fitted(_ text: String, into width: Double) -> String {
        guard of(text) > width else { return text }
        var kept = ""
        var used = of("…")
        for character in text {
            used += of(String(character))
            guard used <= width else { break }
            kept.append(character)
        }
        return kept + "…"
    }
}
