import Foundation

/// The repository's own text.
enum Repository {
    static let root = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
        .deletingLastPathComponent()

    /// The Swift files below a folder, by their paths from the root.
    static func swiftFiles(below folder: String) -> [SourceFile] {
        let base = root.appendingPathComponent(folder)
        guard let names = FileManager.default.enumerator(atPath: base.path) else { return [] }
        return names.compactMap { $0 as? String }.filter { $0.hasSuffix(".swift") }.sorted().compactMap { name in
            let text = try? String(contentsOf: base.appendingPathComponent(name), encoding: .utf8)
            return text.map {
                SourceFile(
                    path: "\(folder)/\(name)", lines: $0.split(separator: "\n", omittingEmptySubsequences: false))
            }
        }
    }
}

struct SourceFile {
    let path: String
    let lines: [Substring]

    /// A function: the line that it begins in and how many lines it has. The layout that `script/lint` keeps ends it with a
    /// brace as far in as it begins.
    struct Function {
        let line: Int
        let lineCount: Int
    }

    var functions: [Function] {
        lines.indices.filter { isFunction(lines[$0]) }.map { start in
            let indentation = lines[start].prefix { $0 == " " }
            let end = lines[start...].firstIndex { $0 == indentation + "}" || isOneLine($0, in: start) } ?? start
            return Function(line: start, lineCount: end - start + 1)
        }
    }

    private func isOneLine(_ line: Substring, in start: Int) -> Bool {
        line.startIndex == lines[start].startIndex && line.hasSuffix("}")
    }

    private func isFunction(_ line: Substring) -> Bool {
        let words = line.split(separator: " ")
        guard let keyword = words.firstIndex(of: "func") else { return false }
        return words[..<keyword].allSatisfy { word in
            word.hasPrefix("@")
                || [
                    "package", "public", "private", "internal", "fileprivate", "static", "mutating",
                    "nonmutating", "final", "override", "consuming", "borrowing",
                ].contains(word)
        }
    }

    /// The lines that belong to the declaration in `line`, directly above it: attributes and comments.
    func head(of line: Int) -> [Substring] {
        let above = lines[..<line].reversed().map { $0.drop { $0 == " " } }
        return Array(above.prefix { $0.hasPrefix("@") || $0.hasPrefix("//") })
    }

    /// The line of the declaration at the left margin that `line` lies in.
    func outerDeclaration(of line: Int) -> Int {
        lines[...line].lastIndex { line in
            ["struct ", "enum ", "class ", "extension "].contains { line.contains($0) }
                && !line.hasPrefix(" ") && !line.hasPrefix("//")
        } ?? line
    }
}
