/// Finds what a misspelt word was meant to be.
package enum NearestName {
    /// Longer words are not compared: the cost is the product of two lengths.
    private static let scalarCountMax = 64

    /// The candidate that is the fewest slips away from the word, the first of equals; nil when none is near enough to
    /// be a slip (one in words of up to four letters, then one more for every three letters, at most three).
    package static func nearest(to word: String, in candidates: [String]) -> String? {
        let scalars = Array(word.unicodeScalars)
        guard scalars.count <= scalarCountMax else { return nil }
        let distanceMax = max(1, min(3, scalars.count / 3))
        var nearest: (name: String, distance: Int)?
        for candidate in candidates where candidate.unicodeScalars.count <= scalarCountMax {
            let distance = distance(scalars, Array(candidate.unicodeScalars))
            if distance <= distanceMax && distance < nearest?.distance ?? .max { nearest = (candidate, distance) }
        }
        return nearest?.name
    }

    /// "did you mean `x`?", or the list of what is known here when nothing is near and the list is short.
    package static func suggestion(for word: String, in candidates: [String], listed what: String) -> String? {
        if let name = nearest(to: word, in: candidates) { return "did you mean `\(name)`?" }
        guard !candidates.isEmpty else { return nil }
        return "\(what): \(candidates.joined(separator: ", "))"
    }

    /// Damerau-Levenshtein distance (optimal string alignment): insertions, deletions, substitutions and swaps of
    /// neighbours, each counted once.
    static func distance(_ left: [Unicode.Scalar], _ right: [Unicode.Scalar]) -> Int {
        var beforePrevious = [Int](repeating: 0, count: right.count + 1)
        var previous = Array(0...right.count)
        var current = previous
        for i in 0..<left.count {
            current[0] = i + 1
            for j in 0..<right.count {
                let substitution = previous[j] + (left[i] == right[j] ? 0 : 1)
                current[j + 1] = min(substitution, previous[j + 1] + 1, current[j] + 1)
                if i > 0, j > 0, left[i] == right[j - 1], left[i - 1] == right[j] {
                    current[j + 1] = min(current[j + 1], beforePrevious[j - 1] + 1)
                }
            }
            (beforePrevious, previous, current) = (previous, current, beforePrevious)
        }
        return previous[right.count]
    }
}
