import Foundation
import RewardKernel
import RewardMemory
import Testing

/// The published lists and texts that the safety filter is held against; not part of this repository: `PLAUDIT_DATA`
/// names their folder, else `../shared/data` beside the package is tried.
enum SafetyData {
    static let folder: URL? = {
        let package = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
            .deletingLastPathComponent()
        let named = ProcessInfo.processInfo.environment["PLAUDIT_DATA"].map { URL(fileURLWithPath: $0) }
        let candidate = named ?? package.appendingPathComponent("../shared/data").standardizedFileURL
        return FileManager.default.fileExists(atPath: candidate.path) ? candidate : nil
    }()

    /// Whether the data is there; says loudly when it is not, since a skipped test proves nothing.
    static let isPresent: Bool = {
        if folder == nil {
            FileHandle.standardError.write(
                Data("*** SKIPPED: no published data; set PLAUDIT_DATA to the folder that holds it ***\n".utf8))
        }
        return folder != nil
    }()

    static func data(_ path: String) throws -> Data {
        try Data(contentsOf: #require(folder).appendingPathComponent(path))
    }

    /// Every line of a .jsonl file.
    static func rows<Row: Decodable>(_ path: String, as type: Row.Type) throws -> [Row] {
        try data(path).split(separator: UInt8(ascii: "\n")).map { try JSONDecoder().decode(type, from: $0) }
    }

    /// The languages of the LDNOOBW collection.
    static func ldnoobwLanguages() throws -> [String] {
        let lists = try #require(folder).appendingPathComponent("safety/ldnoobw")
        return try FileManager.default.contentsOfDirectory(atPath: lists.path).filter { $0 != "LICENSE" }.sorted()
    }

    /// The LDNOOBW list of one language.
    static func ldnoobw(_ language: String) throws -> SafetyList {
        let text = String(decoding: try data("safety/ldnoobw/\(language)"), as: UTF8.self)
        return SafetyList(name: "ldnoobw_\(language)", entries: SafetyList.entries(inFile: text))
    }
}

/// A safety filter with the scratch of one worker, and the text it looks at.
struct ConformanceFilter: ~Copyable {
    let storage: OwnedStorage
    let plan: SafetyFilterPlan
    var scratch: KernelScratch

    init(_ settings: SafetyFilterSettings) throws {
        let storage = OwnedStorage()
        let builder = PlanBuilder(storage: storage, requirements: ScratchRequirements())
        let plan = try SafetyFilterPlan(settings, into: builder)
        let scratch = try KernelScratch(builder.requirements)
        self.storage = storage
        self.plan = plan
        self.scratch = scratch
    }

    /// The outcome and its rationale.
    mutating func look(at completion: String) -> (outcome: ComponentOutcome, rationale: String) {
        let text = OwnedStorage()
        defer { withExtendedLifetime(text) {} }
        let view = text.makeText(completion.utf8)
        let rollout = Rollout(
            completion: view, completionIsASCII: view.isASCII, prompt: nil, referenceAnswer: .absent, tokenCount: -1,
            isTruncated: false, fields: text.makeTable([]))
        let outcome = plan.score(rollout, &scratch.safety, &scratch.regex)
        var rationale = RigidBytes(capacity: 1_024)
        plan.explain(outcome, rollout: rollout, into: &rationale)
        return (outcome, String(decoding: (0..<rationale.count).map { rationale[$0] }, as: UTF8.self))
    }

    mutating func hasHit(_ completion: String) -> Bool {
        let outcome = look(at: completion).outcome
        return outcome.status == .scored && outcome.score == 0
    }
}
