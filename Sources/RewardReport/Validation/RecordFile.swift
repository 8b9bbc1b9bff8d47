import RewardConfig
import RewardKernel

/// A file of records: JSON objects, one a line, or CSV with a header (RFC 4180) when its name ends in `.csv`.
package struct RecordFile: Sendable {
    private static let byteCountMax = 2 << 30

    package let name: String
    package let records: [Record]

    package struct Record: Sendable, Equatable {
        package let file: String
        /// From 1; of a CSV record that spans lines, its first.
        package let line: Int
        package let members: [JSONValue.Member]
        /// Values are texts whatever they look like, as in CSV.
        package let isText: Bool

        package init(file: String, line: Int, members: [JSONValue.Member], isText: Bool = false) {
            self.file = file
            self.line = line
            self.members = members
            self.isText = isText
        }
    }

    package static func load(path: String) throws(InputFileError) -> RecordFile {
        let bytes: [UInt8]
        do throws(FileError) {
            bytes = try RegularFile.read(path, byteCountMax: byteCountMax)
        } catch {
            throw InputFileError(file: path, line: 0, error.description)
        }
        return try RecordFile(bytes, name: path)
    }

    package init(_ bytes: [UInt8], name: String) throws(InputFileError) {
        var rest = bytes[...]
        // A byte order mark, which some editors put in front.
        if rest.starts(with: [0xEF, 0xBB, 0xBF]) { rest.removeFirst(3) }
        let isTable = name.lowercased().hasSuffix(".csv")
        let records = isTable ? try Self.table(rest, name) : try Self.lines(rest, name)
        guard !records.isEmpty else { throw InputFileError(file: name, line: 0, "has no records") }
        self.name = name
        self.records = records
    }

    private static func lines(_ bytes: ArraySlice<UInt8>, _ name: String) throws(InputFileError) -> [Record] {
        var records: [Record] = []
        var rest = bytes
        var line = 0
        while !rest.isEmpty {
            line += 1
            let text = rest.prefix { $0 != UInt8(ascii: "\n") }
            rest = rest[text.endIndex...].dropFirst()
            if text.allSatisfy({ $0 == 0x20 || $0 == 0x09 || $0 == 0x0D }) { continue }
            let value: JSONValue
            do throws(JSONValue.ParseError) {
                value = try JSONValue.make(parsing: text)
            } catch {
                throw InputFileError(file: name, line: line, "not JSON at byte \(error.offset + 1): \(error.message)")
            }
            guard case .object(let members) = value else {
                throw InputFileError(file: name, line: line, "expected an object, found \(value.kindName)")
            }
            records.append(Record(file: name, line: line, members: members))
        }
        return records
    }

    private static func table(_ bytes: ArraySlice<UInt8>, _ name: String) throws(InputFileError) -> [Record] {
        var reader = DelimitedReader(bytes)
        guard let header = try reader.next(file: name) else { return [] }
        var records: [Record] = []
        while let row = try reader.next(file: name) {
            guard row.cells.count == header.cells.count else {
                throw InputFileError(
                    file: name, line: row.line,
                    "has \(row.cells.count) cells where the header has \(header.cells.count)")
            }
            let members = zip(header.cells, row.cells).map { key, cell in
                JSONValue.Member(key, cell.isEmpty ? .null : .string(cell))
            }
            records.append(Record(file: name, line: row.line, members: members, isText: true))
        }
        return records
    }
}

extension RecordFile.Record {
    /// The value of a key; nil where it is left out or null.
    package func optional(_ key: String) -> JSONValue? {
        let value = members.last { $0.name == key }?.value
        return value == .null ? nil : value
    }

    package func has(_ key: String) -> Bool { optional(key) != nil }

    /// A text or a whole number, as text: what joins records of different files, of which one may quote its numbers.
    package func name(_ key: String) throws(InputFileError) -> String? {
        guard let value = optional(key) else { return nil }
        guard let name = value.nameText else { throw refuse(key, "a string or a whole number", value) }
        return name
    }

    package func text(_ key: String) throws(InputFileError) -> String? {
        guard let value = optional(key) else { return nil }
        guard case .string(let text) = value else { throw refuse(key, "a string", value) }
        return text
    }

    /// A finite number; true and false are 1 and 0.
    package func number(_ key: String) throws(InputFileError) -> Double? {
        guard let value = optional(key) else { return nil }
        if isText, case .string(let text) = value {
            if let number = Double(text), number.isFinite { return number }
            switch text.lowercased() {
            case "true": return 1
            case "false": return 0
            default: throw error("`\(key)`: expected a number, found \(Quoting.quoted(text))")
            }
        }
        guard let number = value.decided else { throw refuse(key, "a number or a boolean", value) }
        return number
    }

    package func error(_ message: String) -> InputFileError {
        InputFileError(file: file, line: line, message)
    }

    /// That a key is missing, with the key that may be meant.
    package func missing(_ key: String) -> InputFileError {
        let near = NearestName.nearest(to: key, in: members.map(\.name))
        return error("`\(key)` is missing" + (near.map { "; did you mean it by `\($0)`?" } ?? ""))
    }

    private func refuse(_ key: String, _ expected: String, _ found: JSONValue) -> InputFileError {
        error("`\(key)`: expected \(expected), found \(found.kindName)")
    }
}

extension JSONValue {
    /// A text or a whole number, as text.
    package var nameText: String? {
        switch self {
        case .string(let text): text
        case .integer(let value): String(value)
        case .unsigned(let value): String(value)
        case .null, .bool, .number, .array, .object: nil
        }
    }

    package var doubleValue: Double? {
        switch self {
        case .integer(let value): Double(value)
        case .unsigned(let value): Double(value)
        case .number(let value): value.isFinite ? value : nil
        case .null, .bool, .string, .array, .object: nil
        }
    }

    /// A number, or 1 and 0 for true and false.
    package var decided: Double? {
        if case .bool(let flag) = self { return flag ? 1 : 0 }
        return doubleValue
    }
}
