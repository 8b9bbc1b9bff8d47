/// The known name that a misspelt one was probably meant to be.
// Allocates: while a configuration is compiled.
internal enum NearestName {
    /// The name among `known` with the fewest edits to `name`, the first of equals; nil when there is none at all.
    static func of(_ name: String, among known: [String]) -> String? {
        var nearest: String?
        var fewest = Int.max
        for candidate in known {
            let edits = editCount(Array(name.unicodeScalars), Array(candidate.unicodeScalars))
            if edits < fewest {
                fewest = edits
                nearest = candidate
            }
        }
        return nearest
    }

    /// Levenshtein's distance: insertions, deletions and replacements of one scalar.
    private static func editCount(_ left: [Unicode.Scalar], _ right: [Unicode.Scalar]) -> Int {
        var row = Array(0...right.count)
        for (leftIndex, leftScalar) in left.enumerated() {
            var diagonal = row[0]
            row[0] = leftIndex + 1
            for (rightIndex, rightScalar) in right.enumerated() {
                let replaced = diagonal + (leftScalar == rightScalar ? 0 : 1)
                diagonal = row[rightIndex + 1]
                row[rightIndex + 1] = min(replaced, min(diagonal, row[rightIndex]) + 1)
            }
        }
        return row[right.count]
    }
}
