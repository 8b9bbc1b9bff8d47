import Digests
import RewardKernel

extension Grader {
    /// The SHA-256, in hexadecimal, of what a grader's JSON says: the order of keys, keys that are null and the way a number
    /// is written make no difference.
    package static func digest(of json: JSONValue) -> String {
        var hash = SHA256()
        add(json, to: &hash)
        return hash.finalize().hexadecimal
    }

    private static func add(_ json: JSONValue, to hash: inout SHA256) {
        func add(_ kind: String, _ text: String) {
            hash.update(data: Array("\(kind)\(text.utf8.count):\(text)".utf8))
        }
        switch json {
        case .null: add("z", "")
        case .bool(let value): add("b", "\(value)")
        case .integer(let value): add("n", "\(Double(value))")
        case .unsigned(let value): add("n", "\(Double(value))")
        case .number(let value): add("n", "\(value)")
        case .string(let text): add("s", text)
        case .array(let elements):
            add("a", "\(elements.count)")
            for element in elements { self.add(element, to: &hash) }
        case .object(let members):
            let present = members.filter { $0.value != .null }.sorted { $0.name < $1.name }
            add("o", "\(present.count)")
            for member in present {
                add("k", member.name)
                self.add(member.value, to: &hash)
            }
        }
    }
}
