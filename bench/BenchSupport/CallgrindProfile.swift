/// What `valgrind --tool=callgrind` wrote about one run of a program.
package struct CallgrindProfile: Sendable, Equatable {
    /// Instructions of all threads, the program's start included.
    package let instructions: Int
    /// Calls of the C library's functions that hand out memory, by whom ever.
    package let allocations: Int

    private static let allocators: Set<Substring> = [
        "malloc", "calloc", "realloc", "aligned_alloc", "posix_memalign", "memalign", "valloc",
    ]

    /// Nil when the text has no total, which a run that was killed lacks.
    ///
    /// Reads what it needs of the format that Valgrind's manual describes ("Callgrind Format Specification"): a callee
    /// is named by `cfn=(id) name`, where later mentions leave the name out, and the `calls=` line behind it counts. A
    /// name may end with `'2`, which marks a deeper level of recursion.
    package init?(_ text: String) {
        var total: Int?
        var allocations = 0
        var allocatorIdentifiers: Set<Substring> = []
        var isAllocator = false
        for line in text.split(separator: "\n") {
            if line.hasPrefix("calls=") {
                let count = line.dropFirst(6).prefix { $0 != " " }
                if isAllocator { allocations += Int(count) ?? 0 }
            } else if line.hasPrefix("totals: ") {
                total = line.dropFirst(8).split(separator: " ").first.flatMap { Int($0) }
            } else if line.hasPrefix("fn=(") || line.hasPrefix("cfn=(") {
                let place = line.drop { $0 != "(" }
                let identifier = place.prefix { $0 != ")" }.dropFirst()
                let name = place.drop { $0 != ")" }.dropFirst(2).prefix { $0 != "'" }
                if Self.allocators.contains(name) { allocatorIdentifiers.insert(identifier) }
                if line.hasPrefix("c") { isAllocator = allocatorIdentifiers.contains(identifier) }
            }
        }
        guard let total else { return nil }
        instructions = total
        self.allocations = allocations
    }
}
