import RewardConfig
import RewardKernel
import RewardMemory
import Testing

@Suite struct ConfigurationReadingTests {
    @Test func componentsKeepTheOrderOfTheFile() throws {
        let yaml = """
            rewards:
              zebra:
                components:
                  z: {type: length_penalty, target: 5}
                  a: {type: length_penalty, target: 5}
                  m: {type: length_penalty, target: 5}
              ant: {components: {c: {type: length_penalty, target: 5}}}
            """
        let configuration = try read(yaml)
        #expect(configuration.rewards.map(\.name) == ["zebra", "ant"])
        #expect(configuration.rewards[0].components.map(\.name) == ["z", "a", "m"])
        #expect(configuration.plans.rewards.count == 2)
    }

    @Test func rewardKeysAreRead() throws {
        let yaml = """
            rewards:
              r:
                aggregate: weighted_sum
                range: [-1, 2.5]
                neutral: {fixed: 0.25}
                components:
                  c: {type: length_penalty, target: 5, weight: -0.5, scale: 2, clamp: [-1, 1], gate: {below: 0.5, reward: -1}}
            """
        let reward = try read(yaml).rewards[0]
        #expect(reward.aggregate == .weightedSum)
        #expect(reward.range == -1...2.5)
        #expect(reward.neutral == .fixed(0.25))
        let component = reward.components[0]
        #expect(component.weight == -0.5)
        #expect(component.scale == 2)
        #expect(component.clamp == -1...1)
        #expect(component.gate == GateSettings(below: 0.5, reward: -1))
    }

    @Test func defaultsAreTheDocumentedOnes() throws {
        let configuration = try read("{rewards: {r: {components: {c: {type: length_penalty, target: 5}}}}}")
        let reward = configuration.rewards[0]
        #expect(reward.aggregate == .weightedMean)
        #expect(reward.range == 0...1)
        #expect(reward.neutral == .renormalise)
        #expect(reward.components[0].weight == 1)
        #expect(reward.components[0].scale == 1)
        #expect(reward.components[0].clamp == nil)
        #expect(reward.components[0].gate == nil)
        #expect(configuration.server == ServerSection())
    }

    @Test(arguments: [
        ("renormalise", NeutralPolicy.renormalise), ("group_mean", .groupMean), ("null", .null), ("~", .null),
        ("\"null\"", .null), ("{fixed: -1}", .fixed(-1)), ("\"fixed: 0.5\"", .fixed(0.5)),
        ("\"fixed:1e-2\"", .fixed(0.01)),
    ])
    func everyFormOfTheNeutralPolicyIsRead(text: String, policy: NeutralPolicy) throws {
        let yaml = "rewards:\n  r:\n    neutral: \(text)\n    components: {c: {type: length_penalty, target: 5}}"
        #expect(try read(yaml).rewards[0].neutral == policy)
    }

    @Test func lengthPenaltyIsRead() throws {
        guard
            case .lengthPenalty(let both) = try settings(
                component: "{type: length_penalty, unit: tokens, target: [20, 200], tolerance: [10, 50]}"),
            case .lengthPenalty(let short) = try settings(component: "{type: length_penalty, target: 7, tolerance: 3}")
        else {
            Issue.record("another component was read")
            return
        }
        #expect(both.measure.unit == .tokens)
        #expect(both.target == 20...200)
        #expect(both.toleranceBelow == 10)
        #expect(both.toleranceAbove == 50)
        #expect(short.measure.unit == .words)
        #expect(short.target == 7...7)
        #expect(short.toleranceBelow == 3)
        #expect(short.toleranceAbove == 3)
    }

    @Test func serverSettingsAreRead() throws {
        let yaml = """
            server:
              workers: 2
              socket: /run/plaudit.sock
              socket_mode: 0660
              allow_users: [root, 1000]
              allow_groups: ["root"]
              limits: {frame_bytes: 64 MiB, completion_bytes: 65536, rollouts: 1024, connections: 8}
              busy_poll_us: 50
              pin_workers: true
            rewards: {r: {components: {c: {type: length_penalty, target: 5}}}}
            """
        let server = try read(yaml).server
        #expect(server.workerCount == 2)
        #expect(server.socketPath == "/run/plaudit.sock")
        #expect(server.socketMode == 0o660)
        #expect(server.allowedUsers == [Account(name: "root", identifier: 0), Account(name: "1000", identifier: 1000)])
        #expect(server.allowedGroups == [Account(name: "root", identifier: 0)])
        #expect(server.limits.frameByteCount == 64 << 20)
        #expect(server.limits.completionByteCount == 65536)
        #expect(server.limits.rolloutCount == 1024)
        #expect(server.limits.connectionCount == 8)
        #expect(server.busyPollMicroseconds == 50 && server.pinsWorkers)
    }

    @Test func aliasesStandForTheirValue() throws {
        let yaml = """
            rewards:
              a: {components: &parts {c: {type: length_penalty, target: &target [2, 4]}}}
              b: {components: *parts}
              c: {components: {d: {type: length_penalty, target: *target}}}
            """
        let configuration = try read(yaml)
        #expect(configuration.rewards.map { $0.components.count } == [1, 1, 1])
    }

    @Test func hashIsThatOfTheBytes() throws {
        let yaml = "{rewards: {r: {components: {c: {type: length_penalty, target: 5}}}}}\n"
        // printf '%s\n' '{rewards: ...}' | sha256sum
        #expect(
            try read(yaml).hash == "156e05ef2c2328ef0abd880d337f3bf6e0882179eff18bee89cffe5630ee91c4")
        #expect(try read(yaml + "# a comment\n").hash != read(yaml).hash)
    }
}
