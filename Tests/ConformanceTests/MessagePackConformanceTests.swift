import CMsgPack
import Foundation
import RewardClient
import RewardKernel
import RewardMemory
import RewardWire
import Testing

/// The wire's parser against kawanet/msgpack-test-suite and the MessagePack files of nlohmann/json_test_data.
@Suite(.enabled(if: PublishedData.isPresent)) struct MessagePackConformanceTests {
    /// One value of the suite, under each of its encodings.
    private struct Vector {
        let type: String
        let expected: JSONValue
        let encodings: [[UInt8]]
    }

    @Test func everyEncodingOfTheSuiteIsTheValue() throws {
        var count = 0
        for vector in try vectors() {
            for encoding in vector.encodings {
                let isEqual = try withMessage(encoding) { outcome, message in
                    guard case .parsed = outcome else { return false }
                    return try matches(message, vector)
                }
                #expect(isEqual, "\(vector.type) \(encoding)")
                count += 1
            }
        }
        #expect(count == 233)
    }

    @Test func everyStrictPrefixOfTheSuiteIsIncomplete() throws {
        var count = 0
        for encoding in try vectors().flatMap(\.encodings) {
            for length in 0..<encoding.count {
                let isIncomplete = withMessage(Array(encoding[..<length])) { outcome, _ in
                    if case .fault(.incomplete, _) = outcome { true } else { false }
                }
                #expect(isIncomplete, "\(length) bytes of \(encoding)")
                count += 1
            }
        }
        #expect(count == 1_669)
    }

    @Test func messagePackOfAJSONTextIsItsValue() throws {
        var count = 0
        var overflowCount = 0
        for row in try PublishedData.lines("msgpack/json_pairs.index.jsonl") {
            let json = try file(row, "json")
            let value = try #require(MessageValue.decode(try file(row, "msgpack")))
            do throws(JSONValue.ParseError) {
                #expect(isEqual(value, try JSONValue.make(parsing: json)), "\(row)")
                count += 1
            } catch {
                // JSON readers that round make an infinity of -123123e100000; ours refuses what no number stands for.
                #expect(value == [.double(-.infinity)], "\(row): \(error.message)")
                overflowCount += 1
            }
        }
        #expect(count == 50 && overflowCount == 1)
    }

    // MARK: Reading the suite

    private func vectors() throws -> [Vector] {
        let suite = try JSONValue.make(parsing: Data(contentsOf: PublishedData.url("msgpack/msgpack-test-suite.json")))
        return try members(suite).flatMap { group in
            try elements(group.value).map { entry in
                let fields = try members(entry)
                // A number that JSON's readers round stands a second time, as text.
                let value = try #require(fields.first { $0.name == "bignum" } ?? fields.first { $0.name != "msgpack" })
                let encodings = try elements(try #require(fields.first { $0.name == "msgpack" }).value)
                return Vector(type: value.name, expected: value.value, encodings: try encodings.map(unhex))
            }
        }
    }

    private func matches(_ message: MessageView, _ vector: Vector) throws -> Bool {
        switch vector.type {
        case "binary":
            let bytes = try unhex(vector.expected)
            return message.kind(0) == .binary && message.text(0)?.bytes == bytes
        case "bignum":
            guard case .string(let digits) = vector.expected else { return false }
            if message.kind(0) == .double { return message.double(0) == Double(digits) }
            return message.kind(0) == .unsigned
                ? message.tokens[0].value == UInt64(digits) : message.integer(0) == Int64(digits)
        case "timestamp":
            let parts = try elements(vector.expected).map { try #require(number($0)) }
            return timestamp(message).map { [Double($0.seconds), Double($0.nanoseconds)] == parts } ?? false
        case "ext":
            let parts = try elements(vector.expected)
            let type = try #require(number(parts[0]))
            let bytes = try unhex(parts[1])
            return extensionBytes(message) == [UInt8(bitPattern: Int8(type))] + bytes
        default:
            return isEqual(try #require(MessageValue.decode(message.body.bytes)), vector.expected)
        }
    }

    /// An extension's type and bytes.
    private func extensionBytes(_ message: MessageView) -> [UInt8]? {
        guard message.kind(0) == .extension else { return nil }
        let start = Int(message.tokens[0].value)
        return message.body.slice(start, start + message.count(0)).bytes
    }

    /// The timestamp extension: 4, 8 or 12 bytes behind its type -1.
    private func timestamp(_ message: MessageView) -> (seconds: Int64, nanoseconds: UInt64)? {
        guard let bytes = extensionBytes(message), bytes[0] == 0xFF else { return nil }
        let word = { (range: Range<Int>) in bytes[range].reduce(UInt64(0)) { $0 << 8 | UInt64($1) } }
        switch bytes.count {
        case 5: return (Int64(word(1..<5)), 0)
        case 9: return (Int64(word(1..<9) & 0x3_FFFF_FFFF), word(1..<9) >> 34)
        case 13: return (Int64(bitPattern: word(5..<13)), word(1..<5))
        default: return nil
        }
    }

    // MARK: Comparing

    private func isEqual(_ message: MessageValue, _ json: JSONValue) -> Bool {
        switch (message, json) {
        case (.null, .null): true
        case (.boolean(let left), .bool(let right)): left == right
        case (.string(let left), .string(let right)): left.utf8.elementsEqual(right.utf8)
        case (.array(let left), .array(let right)):
            left.count == right.count && zip(left, right).allSatisfy { isEqual($0, $1) }
        case (.map(let left), .object(let right)):
            left.count == right.count
                && left.allSatisfy { pair in
                    right.contains { $0.name == pair.key && isEqual(pair.value, $0.value) }
                }
        case (.integer(let left), .integer(let right)): left == right
        case (.unsigned(let left), .unsigned(let right)): left == right
        default: message.double != nil && message.double == number(json)
        }
    }

    private func number(_ json: JSONValue) -> Double? {
        switch json {
        case .integer(let value): Double(value)
        case .unsigned(let value): Double(value)
        case .number(let value): value
        default: nil
        }
    }

    private struct WrongShape: Error {}

    private func members(_ value: JSONValue) throws -> [JSONValue.Member] {
        guard case .object(let members) = value else { throw WrongShape() }
        return members
    }

    private func elements(_ value: JSONValue) throws -> [JSONValue] {
        guard case .array(let elements) = value else { throw WrongShape() }
        return elements
    }

    private func unhex(_ value: JSONValue) throws -> [UInt8] {
        guard case .string(let text) = value else { throw WrongShape() }
        return try text.split(separator: "-").map { try #require(UInt8($0, radix: 16)) }
    }

    private func file(_ row: JSONValue, _ key: String) throws -> [UInt8] {
        guard case .string(let name) = try #require(members(row).first { $0.name == key }).value else { throw WrongShape() }
        return [UInt8](try Data(contentsOf: PublishedData.url("msgpack/json_pairs/\(name)")))
    }

    private func withMessage<Outcome>(
        _ bytes: [UInt8], _ body: (ParseOutcome, MessageView) throws -> Outcome
    ) rethrows -> Outcome {
        guard var tape = MessageTape(tokenCountMax: 1024) else { fatalError("no address space") }
        return try bytes.withUnsafeBufferPointer { buffer in
            var message = MessageView.none
            let view = buffer.baseAddress.map { ByteView(unsafe: $0, count: buffer.count) } ?? .empty
            let outcome = tape.parse(view, into: &message)
            return try body(outcome, message)
        }
    }
}
