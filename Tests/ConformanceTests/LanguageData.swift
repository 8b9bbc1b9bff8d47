import Foundation
import RewardKernel
import RewardMemory
import Testing

/// The multilingual texts of `PLAUDIT_DATA`, else of `../shared/data` beside the package; not part of this repository.
enum LanguageData {
    static let folder: URL? = {
        let package = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
            .deletingLastPathComponent()
        let named = ProcessInfo.processInfo.environment["PLAUDIT_DATA"].map { URL(fileURLWithPath: $0) }
        let candidate = (named ?? package.appendingPathComponent("../shared/data")).standardizedFileURL
            .appendingPathComponent("multilingual")
        return FileManager.default.fileExists(atPath: candidate.path) ? candidate : nil
    }()

    /// Whether the data is there; says loudly when it is not, since a skipped test proves nothing.
    static let isPresent: Bool = {
        if folder == nil {
            FileHandle.standardError.write(
                Data("*** SKIPPED: no multilingual data; set PLAUDIT_DATA to the folder that holds it ***\n".utf8))
        }
        return folder != nil
    }()

    /// The rows of a file, decoded.
    static func rows<Row: Decodable>(_ file: String, as: Row.Type = Row.self) throws -> [Row] {
        let url = try #require(folder).appendingPathComponent(file)
        let decoder = JSONDecoder()
        decoder.keyDecodingStrategy = .convertFromSnakeCase
        return try Data(contentsOf: url).split(separator: UInt8(ascii: "\n")).map {
            try decoder.decode(Row.self, from: $0)
        }
    }
}

/// A plan for one expectation, and a scratch to run it with.
final class LanguageProbe {
    private let storage = OwnedStorage()
    private let builder: PlanBuilder
    private var plans: [String: LanguageConsistencyPlan] = [:]
    private let againstPrompt: LanguageConsistencyPlan
    private let engine: LanguageEngine
    private let minLetters: Int
    private(set) var scratch: LanguageScratch
    let catalogue: LanguageCatalogue

    init(_ engine: LanguageEngine = .full, minLetters: Int = LanguageConsistencySettings().minLetters) throws {
        builder = PlanBuilder(storage: storage, requirements: ScratchRequirements())
        catalogue = LanguageCatalogue(storage: storage)
        self.engine = engine
        self.minLetters = minLetters
        againstPrompt = try LanguageConsistencyPlan(
            LanguageConsistencySettings(expect: .prompt, minLetters: minLetters, engine: engine), builder: builder)
        scratch = try LanguageScratch(builder.requirements.language)
    }

    /// The outcome for a completion that should be in that language.
    func outcome(_ completion: String, expecting code: String) throws -> ComponentOutcome {
        let plan =
            try plans[code]
            ?? LanguageConsistencyPlan(
                LanguageConsistencySettings(expect: .language(code), minLetters: minLetters, engine: engine),
                builder: builder)
        plans[code] = plan
        return plan.score(rollout(completion, prompt: nil), &scratch)
    }

    /// The outcome for a completion that should be in the prompt's language.
    func outcome(_ completion: String, prompt: String) -> ComponentOutcome {
        againstPrompt.score(rollout(completion, prompt: prompt), &scratch)
    }

    func explanation(_ outcome: ComponentOutcome) -> String {
        var text = RigidBytes(capacity: Limits.rationaleByteCountMax)
        againstPrompt.explain(outcome, into: &text)
        return String(decoding: (0..<text.count).map { text[$0] }, as: UTF8.self)
    }

    var heapAllocationCount: Int { scratch.heapAllocationCount }

    private func rollout(_ completion: String, prompt: String?) -> Rollout {
        let view = storage.makeText(completion.utf8)
        return Rollout(
            completion: view, completionIsASCII: view.isASCII, prompt: prompt.map { storage.makeText($0.utf8) },
            referenceAnswer: .absent, tokenCount: -1, isTruncated: false, fields: storage.makeTable([]))
    }
}
