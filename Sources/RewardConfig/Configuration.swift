import Digests
import RewardJudge
import RewardKernel
import RewardMemory

/// A configuration that has been checked whole: nothing in it is left to go wrong when the sidecar starts with it.
package struct Configuration: Sendable {
    /// In the order of the file.
    package let rewards: [RewardSettings]
    /// The same rewards, compiled.
    package let plans: RewardPlans
    package let server: ServerSection
    /// What is kept on disk; nil keeps nothing there.
    package let store: StoreSection?
    /// Judges and what they are asked; nil when no component is judged.
    package let judges: JudgeCatalog?
    /// SHA-256 in hexadecimal over the bytes of the YAML file, followed by the SHA-256 of each file it refers to, in the
    /// order of the first reference: the same hash, the same rewards. Without such files it is what `sha256sum` prints. Secrets, and
    /// the files that they are read from, are no part of it.
    package let hash: String
    /// The files it refers to, in the order of the first reference.
    package let files: [ReferencedFile]
    /// What is not wrong, but hardly meant.
    package let warnings: [ConfigurationError]
    /// The file as the user named it.
    package let file: String
    /// Where each key stands.
    package let sourceMap: SourceMap
}

extension Configuration {
    /// Reads and checks a configuration file.
    /// - Parameter environment: Where the variables are looked up that the secrets of judges are in.
    package static func load(
        path: String, environment: @escaping ProcessEnvironment.Lookup = ProcessEnvironment.value
    ) throws(ConfigurationRefusal) -> Configuration {
        let bytes: [UInt8]
        do {
            bytes = try RegularFile.read(path, byteCountMax: Limits.configurationByteCountMax)
        } catch {
            throw ConfigurationRefusal(errors: [ConfigurationError(file: path, error.description)])
        }
        let directory = path.lastIndex(of: "/").map { $0 == path.startIndex ? "/" : String(path[..<$0]) } ?? ""
        return try read(
            bytes, file: path, files: ReferencedFiles(baseDirectory: directory), environment: environment)
    }

    /// Checks the text of a configuration.
    /// - Parameters:
    ///   - file: What errors call it.
    ///   - baseDirectory: Where relative paths in it start.
    ///   - environment: Where the variables are looked up that the secrets of judges are in.
    package static func read(
        _ bytes: [UInt8], file: String, baseDirectory: String,
        environment: @escaping ProcessEnvironment.Lookup = ProcessEnvironment.value
    ) throws(ConfigurationRefusal) -> Configuration {
        try read(
            bytes, file: file, files: ReferencedFiles(baseDirectory: baseDirectory), environment: environment)
    }

    static func read(
        _ bytes: [UInt8], file: String, files: ReferencedFiles, environment: @escaping ProcessEnvironment.Lookup
    ) throws(ConfigurationRefusal) -> Configuration {
        let document = ConfigurationDocument(bytes, file: file)
        let context = DecodingContext(file: file, files: files, environment: environment)
        document.errors.forEach(context.report)
        var decoded: (rewards: [RewardSettings], server: ServerSection, store: StoreSection?)?
        if let root = document.root {
            let reader = NodeReader(
                root, keyMark: SourceMark(line: 1, column: 1), path: ConfigurationPath(), context: context)
            decoded = ConfigurationDecoder.decode(reader)
        }
        guard let decoded, context.errors.isEmpty else {
            PlanCheck.reportFaults(ofComponentsIn: decoded?.rewards ?? [], context)
            throw refusal(context.errors, file: file)
        }
        guard let plans = PlanCheck.compile(decoded.rewards, context) else {
            throw refusal(context.errors, file: file)
        }
        return Configuration(
            rewards: decoded.rewards, plans: plans, server: decoded.server, store: decoded.store,
            judges: context.judgeLane.catalog, hash: hash(of: bytes, files: files.files),
            files: files.files, warnings: context.warnings, file: file, sourceMap: context.sourceMap)
    }

    /// The errors in the order of the file, and no more of them than anybody mends in one go.
    private static func refusal(_ errors: [ConfigurationError], file: String) -> ConfigurationRefusal {
        precondition(!errors.isEmpty, "a configuration is refused with a reason")
        // Sorting is stable only by chance in the standard library; the order of discovery breaks ties.
        var sorted = errors.enumerated().sorted { left, right in
            (left.element.line, left.element.column, left.offset)
                < (right.element.line, right.element.column, right.offset)
        }.map(\.element)
        if sorted.count > Limits.configurationErrorCountMax {
            sorted.removeLast(sorted.count - Limits.configurationErrorCountMax)
            sorted.append(ConfigurationError(file: file, "and more; mend these first"))
        }
        return ConfigurationRefusal(errors: sorted)
    }

    private static func hash(of bytes: [UInt8], files: [ReferencedFile]) -> String {
        var hash = SHA256()
        hash.update(data: bytes)
        for file in files { hash.update(data: file.digest) }
        return hash.finalize().hexadecimal
    }
}

extension Configuration {
    /// Every word that can stand after `type:`, in the order of the documentation.
    package static var componentTypes: [String] { ComponentDecoder.all.map(\.type) }
}
