import Foundation
import Testing

/// `@_noAllocation` is the lock on the data plane: code that may allocate must not compile. Each file of Tests/CompileFail
/// says in its first line how the compiler must refuse it; the one that it must accept shows that it is not refused for
/// something else.
@Suite struct CompileFailTests {
    private static let folder = Repository.root.appendingPathComponent("Tests/CompileFail")
    private static let files = ((try? FileManager.default.contentsOfDirectory(atPath: folder.path)) ?? []).sorted()

    @Test func everyKindOfAllocationHasItsFile() {
        let kinds = [
            "Accepted", "ArrayAppend", "BoxedThrow", "ClassCreation", "DictionaryLookup", "Existential", "StringCount",
            "UntrustedCall",
        ]
        #expect(Self.files == kinds.map { $0 + ".swift" })
    }

    @Test(arguments: files) func compilerDecidesAsTheFileSays(_ file: String) throws {
        let url = Self.folder.appendingPathComponent(file)
        let firstLine = try #require(String(contentsOf: url, encoding: .utf8).split(separator: "\n").first)
        let (status, output) = try compile(url)
        if firstLine == "// Accepted" {
            #expect(status == 0, "\(output)")
        } else {
            let prefix = "// Refused: "
            try #require(firstLine.hasPrefix(prefix))
            #expect(status != 0)
            #expect(output.contains("error: ") && output.contains(firstLine.dropFirst(prefix.count)), "\(output)")
        }
    }

    private func compile(_ file: URL) throws -> (status: Int32, output: String) {
        let process = Process()
        process.executableURL = URL(fileURLWithPath: "/usr/bin/env")
        process.arguments = ["swiftc", "-swift-version", "6", "-emit-sil", "-o", "/dev/null", file.path]
        let output = Pipe()
        process.standardOutput = output
        process.standardError = output
        try process.run()
        let text = String(decoding: try output.fileHandleForReading.readToEnd() ?? Data(), as: UTF8.self)
        process.waitUntilExit()
        return (process.terminationStatus, text)
    }
}
