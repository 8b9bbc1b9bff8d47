import RewardKernel
import RewardMemory

/// `tokenizer`: the path of a `.tiktoken` file whose name is that of its encoding, or a mapping of `file` and `encoding`
/// or `pattern`.
enum TokenizerDecoder {
    /// How the published encodings split a text before they merge bytes (`tiktoken_ext/openai_public.py` of tiktoken).
    /// `\z` stands where Rust's `$` does, which knows no line end.
    private static let patterns: [(names: [String], pattern: String)] = [
        (
            ["gpt2", "r50k_base", "p50k_base", "p50k_edit"],
            #"'(?:[sdmt]|ll|ve|re)| ?\p{L}++| ?\p{N}++| ?[^\s\p{L}\p{N}]++|\s++\z|\s+(?!\S)|\s"#
        ),
        (
            ["cl100k_base"],
            #"'(?i:[sdmt]|ll|ve|re)|[^\r\n\p{L}\p{N}]?+\p{L}++|\p{N}{1,3}+| ?[^\s\p{L}\p{N}]++[\r\n]*+"#
                + #"|\s++\z|\s*[\r\n]|\s+(?!\S)|\s"#
        ),
        (
            ["o200k_base", "o200k_harmony"],
            #"[^\r\n\p{L}\p{N}]?[\p{Lu}\p{Lt}\p{Lm}\p{Lo}\p{M}]*[\p{Ll}\p{Lm}\p{Lo}\p{M}]+(?i:'s|'t|'re|'ve|'m|'ll|'d)?"#
                + #"|[^\r\n\p{L}\p{N}]?[\p{Lu}\p{Lt}\p{Lm}\p{Lo}\p{M}]+[\p{Ll}\p{Lm}\p{Lo}\p{M}]*"#
                + #"(?i:'s|'t|'re|'ve|'m|'ll|'d)?|\p{N}{1,3}| ?[^\s\p{L}\p{N}]+[\r\n/]*|\s*[\r\n]+|\s+(?!\S)|\s+"#
        ),
    ]

    private static var names: [String] { patterns.flatMap(\.names) }

    static func decode(_ reader: NodeReader) -> TokenizerSettings? {
        guard reader.scalar == nil else { return settings(file: reader, pattern: pattern(ofFile: reader)) }
        guard let mapping = reader.mapping("the path of a .tiktoken file, or a mapping with `file`") else { return nil }
        let file = mapping.required("file", suggestion: "such as `file: cl100k_base.tiktoken`")
        let encoding = mapping.optional("encoding")
        let own = mapping.optional("pattern")
        mapping.finish()
        guard let file else { return nil }
        if let encoding, own != nil {
            encoding.reportKey("an encoding has its pattern, so only one of `encoding` and `pattern` may be given")
            return nil
        }
        if let own { return settings(file: file, pattern: own.nonEmptyString("a regular expression")) }
        return settings(file: file, pattern: encoding.map(pattern(named:)) ?? pattern(ofFile: file))
    }

    private static func pattern(named reader: NodeReader) -> String? {
        guard let name = reader.nonEmptyString("the name of an encoding") else { return nil }
        if let known = patterns.first(where: { $0.names.contains(name) }) { return known.pattern }
        reader.report(
            "no encoding is called \(Quoting.quoted(name))",
            suggestion: NearestName.suggestion(for: name, in: names, listed: "known are"))
        return nil
    }

    /// The pattern of the encoding that the file is called after.
    private static func pattern(ofFile reader: NodeReader) -> String? {
        guard let path = reader.nonEmptyString("the path of a .tiktoken file") else { return nil }
        let name = path.split(separator: "/").last?.split(separator: ".").first.map(String.init) ?? ""
        if let known = patterns.first(where: { $0.names.contains(name) }) { return known.pattern }
        reader.report(
            "\(Quoting.quoted(path)) is not called after a known encoding",
            suggestion: "`{file: …, encoding: cl100k_base}` or one of \(names.joined(separator: ", ")); "
                + "or `{file: …, pattern: …}` with the regular expression that splits its texts")
        return nil
    }

    private static func settings(file: NodeReader, pattern: String?) -> TokenizerSettings? {
        guard let contents = file.fileContents(), let pattern else { return nil }
        do {
            return try TokenizerFile.settings(contents, pattern: pattern)
        } catch {
            file.report("\(Quoting.quoted(file.scalar?.text ?? "")), line \(error.line): \(error.message)")
            return nil
        }
    }
}
