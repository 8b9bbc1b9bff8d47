/// A request as a `FaultServer` got it.
package struct FaultRequest: Sendable, Equatable {
    package var method: String
    /// As it stood in the request line.
    package var target: String
    /// The header lines as they came.
    package var headerLines: [String]
    package var body: [UInt8]

    /// The first header of that name, which is in lower case.
    package func header(_ name: String) -> String? {
        for line in headerLines {
            guard let colon = line.firstIndex(of: ":"), line[..<colon].lowercased() == name else { continue }
            return String(line[line.index(after: colon)...].drop { $0 == " " })
        }
        return nil
    }

    /// The first whole request of `bytes`, which it is taken out of.
    package static func take(from bytes: inout [UInt8]) -> FaultRequest? {
        guard let end = endOfHead(bytes) else { return nil }
        let lines = String(decoding: bytes[..<(end - 4)], as: UTF8.self).split(separator: "\r\n").map(String.init)
        let words = (lines.first ?? "").split(separator: " ")
        guard words.count == 3 else { return nil }
        var request = FaultRequest(
            method: String(words[0]), target: String(words[1]), headerLines: Array(lines.dropFirst()), body: [])
        let bodyCount = request.header("content-length").flatMap(Int.init) ?? 0
        guard bytes.count >= end + bodyCount else { return nil }
        request.body = Array(bytes[end..<(end + bodyCount)])
        bytes.removeFirst(end + bodyCount)
        return request
    }

    private static func endOfHead(_ bytes: [UInt8]) -> Int? {
        let mark = Array("\r\n\r\n".utf8)
        guard bytes.count >= mark.count else { return nil }
        for start in 0...(bytes.count - mark.count) where bytes[start..<(start + mark.count)].elementsEqual(mark) {
            return start + mark.count
        }
        return nil
    }
}
