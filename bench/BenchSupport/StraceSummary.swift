/// The table that `strace -c` writes.
package enum StraceSummary {
    /// Calls of all kinds: the fourth column of the line that ends with "total"; nil when there is no such line.
    package static func callCount(_ text: String) -> Int? {
        let total = text.split(separator: "\n").last { $0.hasSuffix(" total") }
        let columns = total?.split(separator: " ") ?? []
        return columns.count >= 5 ? Int(columns[3]) : nil
    }
}
