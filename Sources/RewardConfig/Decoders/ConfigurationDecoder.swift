import RewardKernel
import RewardMemory

/// Decodes the top level of a configuration.
enum ConfigurationDecoder {
    /// The one version of the format there is.
    private static let version = 1

    /// Nil when the top level is no mapping; otherwise what could be read, which is only whole when nothing was reported.
    static func decode(
        _ root: NodeReader
    ) -> (rewards: [RewardSettings], server: ServerSection, store: StoreSection?)? {
        guard let top = root.mapping("a mapping with the key `rewards`") else { return nil }
        if let versionReader = top.optional("version"), let number = versionReader.number(), number != Double(version) {
            versionReader.report("this version of plaudit reads configurations of version \(version)")
        }
        // Before the rewards, whose components name them.
        if let judges = top.optional("judges") { JudgesDecoder.decode(judges) }
        if let rubrics = top.optional("rubrics") { RubricsDecoder.decode(rubrics) }
        let judging = top.optional("judging")
        if let judging { JudgingDecoder.decode(judging) }
        let errorCount = root.context.errors.count
        let rewards = top.required("rewards").flatMap(decodeRewards) ?? []
        // A component that is wrong may well be the one that asks.
        if root.context.errors.count == errorCount { root.context.judgeLane.reportUnused(judging: judging) }
        let server = top.optional("server").flatMap(ServerDecoder.decode) ?? ServerSection()
        let store = StoreDecoder.decode(top.optional("store"), cachePath: root.context.judgeLane.cachePath)
        top.finish()
        return (rewards, server, store)
    }

    private static func decodeRewards(_ reader: NodeReader) -> [RewardSettings]? {
        guard let mapping = reader.mapping("a mapping from reward names to rewards") else { return nil }
        let values = mapping.values
        guard !values.isEmpty else {
            reader.report("a configuration has at least one reward")
            return nil
        }
        guard values.count <= Limits.rewardCountMax else {
            reader.report("has \(values.count) rewards; at most \(Limits.rewardCountMax) are allowed")
            return nil
        }
        return values.compactMap { name, value in
            value.checkName(name, of: "a reward")
            return RewardDecoder.decode(value, name: name)
        }
    }
}

extension NodeReader {
    /// Reports a name that could not be told apart from others on the command line, in a metric or in a file.
    func checkName(_ name: String, of what: String) {
        let isFirstAllowed = name.utf8.first.map { $0.isNameStart } ?? false
        guard isFirstAllowed, name.utf8.allSatisfy({ $0.isNameStart || $0.isNameContinuation }) else {
            reportKey(
                "the name of \(what) begins with a letter or `_`, and has letters, digits and `_`, `-`, `.` (ASCII)")
            return
        }
        guard name.utf8.count <= Limits.nameByteCountMax else {
            reportKey("the name of \(what) has at most \(Limits.nameByteCountMax) characters")
            return
        }
    }
}

extension UInt8 {
    var isNameStart: Bool {
        switch self {
        case UInt8(ascii: "A")...UInt8(ascii: "Z"), UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "_"): true
        default: false
        }
    }

    var isNameContinuation: Bool {
        switch self {
        case UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "."), UInt8(ascii: "-"): true
        default: false
        }
    }
}
