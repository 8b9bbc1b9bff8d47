/// Which endpoint last had a call that began with the same text. A table of fixed size in which a newer prefix takes the
/// place of an older one: forgetting costs a server's cache, and no more.
struct PrefixTable: Sendable {
    private static let count = 1_024
    private var entries: [(hash: UInt64, endpoint: Int)] = Array(repeating: (0, 0), count: PrefixTable.count)

    func endpoint(of hash: UInt64) -> Int? {
        let entry = entries[index(hash)]
        return hash != 0 && entry.hash == hash ? entry.endpoint : nil
    }

    mutating func record(_ hash: UInt64, endpoint: Int) {
        if hash != 0 { entries[index(hash)] = (hash, endpoint) }
    }

    private func index(_ hash: UInt64) -> Int { Int((hash ^ hash >> 32) % UInt64(Self.count)) }
}
