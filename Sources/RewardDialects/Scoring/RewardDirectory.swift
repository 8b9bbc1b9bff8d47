import RewardClient

/// The rewards of the sidecar and what they read, asked once until there is reason to think that they have changed.
actor RewardDirectory {
    struct Entry: Sendable {
        let name: String
        let fieldNames: [String]
        let configurationHash: String
    }

    private let hello: @Sendable () async throws(ClientError) -> MessageValue
    private var known: MessageValue?

    init(hello: @escaping @Sendable () async throws(ClientError) -> MessageValue) {
        self.hello = hello
    }

    func forget() {
        known = nil
    }

    /// - Parameter name: Nil for the only reward that there is.
    func reward(_ name: String?) async throws(ScoringError) -> Entry {
        let rewards = try await names()
        if let name {
            if !rewards.names.contains(name) {
                // It may have come with a configuration that was loaded since.
                known = nil
                let again = try await names()
                guard again.names.contains(name) else { throw .unknownReward(name, known: again.names) }
                return entry(name, again.hello)
            }
            return entry(name, rewards.hello)
        }
        guard rewards.names.count == 1 else { throw .noReward(known: rewards.names) }
        return entry(rewards.names[0], rewards.hello)
    }

    func rewardName(grading digest: String) async throws(ScoringError) -> String? {
        known = nil
        return try await names().hello["graders"]?.map?.first { $0.value.string == digest }?.key
    }

    private func names() async throws(ScoringError) -> (names: [String], hello: MessageValue) {
        if let known { return (Self.names(known), known) }
        do throws(ClientError) {
            let answer = try await hello()
            known = answer
            return (Self.names(answer), answer)
        } catch {
            throw ScoringError(error)
        }
    }

    private static func names(_ hello: MessageValue) -> [String] {
        hello["rewards"]?.array?.compactMap(\.string) ?? []
    }

    private func entry(_ name: String, _ hello: MessageValue) -> Entry {
        Entry(
            name: name, fieldNames: hello["fields"]?[name]?.array?.compactMap(\.string) ?? [],
            configurationHash: hello["config_hash"]?.string ?? "")
    }
}
