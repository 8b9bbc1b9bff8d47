extension NodeReader {
    private static let variableNameByteCountMax = 128

    /// The value of the environment variable that this value names. Neither is shown, but for names that are clearly
    /// such: where a name should stand, people put the secret itself.
    func secretFromEnvironment() -> String? {
        guard let scalar, scalar.kind == .string, Self.isVariableName(scalar.text) else {
            report(
                "expected the name of an environment variable", suggestion: "the secret itself stays out of this file")
            return nil
        }
        guard let value = context.environment(scalar.text) else {
            // No secret that we know of is written like a variable.
            let isShown = scalar.text.utf8.allSatisfy { !(UInt8(ascii: "a")...UInt8(ascii: "z")).contains($0) }
            report(
                "the environment variable \(isShown ? Quoting.shortened(scalar.text) : "that it names") is not set")
            return nil
        }
        guard !value.isEmpty else {
            report("the environment variable that it names is empty")
            return nil
        }
        return value
    }

    /// What the file that this value names contains, without white space at its ends.
    func secretFromFile() -> String? {
        guard let scalar, scalar.kind == .string, !scalar.text.isEmpty, !scalar.text.utf8.contains(0) else {
            report("expected the path of a file", suggestion: "the secret itself stays out of this file")
            return nil
        }
        let bytes: [UInt8]
        do {
            bytes = try context.files.readSecret(scalar.text)
        } catch {
            report("the file that it names: \(error)")
            return nil
        }
        let isSpace: (UInt8) -> Bool = { $0 == 0x20 || (0x09...0x0D).contains($0) }
        let secret = bytes.drop(while: isSpace).reversed().drop(while: isSpace).reversed()
        guard !secret.isEmpty else {
            report("the file that it names is empty")
            return nil
        }
        // What is not ASCII is refused where the endpoint is made.
        return String(decoding: secret, as: UTF8.self)
    }

    func reportOnce(_ message: String) {
        context.reportOnce(context.sourceMap.error(at: path.steps, file: context.file, message))
    }

    private static func isVariableName(_ text: String) -> Bool {
        guard text.utf8.count <= variableNameByteCountMax, let first = text.utf8.first, first.isNameStart else {
            return false
        }
        return text.utf8.allSatisfy {
            $0.isNameStart || (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0)
        }
    }
}
