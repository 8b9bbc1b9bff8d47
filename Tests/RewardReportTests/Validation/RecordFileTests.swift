import RewardKernel
import RewardReport
import Testing

@Suite struct RecordFileTests {
    private func file(_ text: String, _ name: String = "m.jsonl") throws -> RecordFile {
        try RecordFile(Array(text.utf8), name: name)
    }

    @Test func linesAndTablesAreReadAlike() throws {
        let lines = try file("{\"id\": 7, \"value\": 0.5}\n\n{\"id\": \"b\", \"value\": true}\r\n")
        let table = try file("\u{FEFF}id,value\r\n7,0.5\n\nb,true\r\n", "m.CSV")
        for file in [lines, table] {
            #expect(try file.records.map { try $0.name("id") } == ["7", "b"])
            #expect(try file.records.map { try $0.number("value") } == [0.5, 1])
            #expect(file.records.map(\.line) == (file.name == "m.CSV" ? [2, 4] : [1, 3]))
        }
    }

    @Test func cellsInQuotesHoldAnything() throws {
        let records = try file("id,note\n1,\"a, \"\"b\"\"\nc\"\n2,\n3,x", "m.csv").records
        #expect(records.map { $0.optional("note") } == [.string("a, \"b\"\nc"), nil, .string("x")])
        #expect(records.map(\.line) == [2, 4, 5])
    }

    @Test(arguments: [
        ("id,value\n1\n", "m.csv:2: has 1 cells where the header has 2"),
        ("id,value\n1,\"x\n", "m.csv:2: a quote is not closed"),
        ("id,value\n\"1\"x,2\n", "m.csv:2: a quote ends inside a cell"), ("id,value\n", "m.csv: has no records"),
    ])
    func tablesThatAreNoneSayWhere(_ text: String, _ message: String) {
        #expect(throws: InputFileError.self) { try file(text, "m.csv") }
        do { _ = try file(text, "m.csv") } catch { #expect("\(error)" == message) }
    }

    @Test(arguments: [
        ("[1]", "m.jsonl:1: expected an object, found an array"), ("{\"a\": 1}\n{", "m.jsonl:2: not JSON at byte "),
        ("\n", "m.jsonl: has no records"),
    ])
    func linesThatAreNoObjectsSayWhere(_ text: String, _ message: String) {
        do {
            _ = try file(text)
            Issue.record("nothing is thrown")
        } catch {
            #expect("\(error)".hasPrefix(message))
        }
    }

    @Test func valuesOfTheWrongKindNameTheirKey() throws {
        let record = try file("{\"id\": [1], \"value\": \"high\", \"text\": 3}").records[0]
        let messages: [String] = [
            #expect(throws: InputFileError.self) { try record.name("id") }?.message ?? "",
            #expect(throws: InputFileError.self) { try record.number("value") }?.message ?? "",
            #expect(throws: InputFileError.self) { try record.text("text") }?.message ?? "",
            record.missing("valeu").message, record.missing("labeler").message,
        ]
        #expect(
            messages == [
                "`id`: expected a string or a whole number, found an array",
                "`value`: expected a number or a boolean, found a string", "`text`: expected a string, found a number",
                "`valeu` is missing; did you mean it by `value`?", "`labeler` is missing",
            ])
    }
}
