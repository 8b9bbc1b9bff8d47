/// Rows of comma-separated values (RFC 4180): cells in double quotes may hold commas, line feeds and doubled quotes.
struct DelimitedReader {
    struct Row {
        let line: Int
        var cells: [String]
    }

    private var rest: ArraySlice<UInt8>
    private var line = 1

    init(_ bytes: ArraySlice<UInt8>) {
        rest = bytes
    }

    /// The next row that is not empty; nil at the end.
    mutating func next(file: String) throws(InputFileError) -> Row? {
        while !rest.isEmpty {
            var row = Row(line: line, cells: [])
            repeat { row.cells.append(try cell(file: file)) } while take(UInt8(ascii: ","))
            _ = take(UInt8(ascii: "\r"))
            guard rest.isEmpty || take(UInt8(ascii: "\n")) else {
                throw InputFileError(file: file, line: line, "a quote ends inside a cell")
            }
            line += 1
            if row.cells != [""] { return row }
        }
        return nil
    }

    private mutating func take(_ byte: UInt8) -> Bool {
        guard rest.first == byte else { return false }
        rest.removeFirst()
        return true
    }

    private mutating func cell(file: String) throws(InputFileError) -> String {
        guard take(UInt8(ascii: "\"")) else {
            let text = rest.prefix { ![UInt8(ascii: ","), UInt8(ascii: "\n"), UInt8(ascii: "\r")].contains($0) }
            rest = rest[text.endIndex...]
            return String(decoding: text, as: UTF8.self)
        }
        let start = line
        var bytes: [UInt8] = []
        while let byte = rest.popFirst() {
            if byte == UInt8(ascii: "\n") { line += 1 }
            guard byte == UInt8(ascii: "\"") else {
                bytes.append(byte)
                continue
            }
            guard take(UInt8(ascii: "\"")) else { return String(decoding: bytes, as: UTF8.self) }
            bytes.append(UInt8(ascii: "\""))
        }
        throw InputFileError(file: file, line: start, "a quote is not closed")
    }
}
