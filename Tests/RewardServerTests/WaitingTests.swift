import Foundation
import RewardClient
import RewardServer
import ServerFixture
import Testing

/// How workers wait for requests changes nothing of what they answer.
@Suite struct WaitingTests {
    private static let yaml = "rewards: {short: {components: {length: {type: length_penalty, target: 4}}}}"

    private static func answers(_ server: TestServer) throws -> [MessageValue?] {
        let connections = [try server.connect(), try server.connect()]
        return try (0..<40).map { round in
            let texts: [MessageValue] = (0..<(round % 7 == 0 ? 300 : 1)).map { .string("text \($0)") }
            return try connections[round % 2].score("short", texts).value["rewards"]
        }
    }

    @Test func workersThatPollAnswerLikeWorkersThatSleep() throws {
        let sleeping = try withServer(Self.yaml) { try Self.answers($0) }
        #expect(sleeping.allSatisfy { $0 != nil })
        for microseconds in [1, 10_000] as [UInt64] {
            let polling = try withServer(Self.yaml, { $0.busyPollNanoseconds = microseconds * 1_000 }) {
                try Self.answers($0)
            }
            #expect(polling == sleeping)
        }
    }

    @Test func pinnedWorkersKeepToOneCoreEach() throws {
        let name = "pin\(UInt16.random(in: 0...UInt16.max))"
        let cores = try withServer(
            Self.yaml,
            {
                $0.pinsWorkers = true
                $0.threadName = name
            }
        ) { server in
            _ = try Self.answers(server)
            return try (0..<2).map { try Self.usableCores(ofThread: "\(name)-\($0)") }
        }
        #expect(cores.allSatisfy { $0.count == 1 }, "\(cores)")
        #expect(ProcessInfo.processInfo.activeProcessorCount < 2 || cores[0] != cores[1])
    }

    /// As the kernel lists them: cores and ranges of cores.
    private static func usableCores(ofThread name: String) throws -> Set<Substring> {
        for thread in try FileManager.default.contentsOfDirectory(atPath: "/proc/self/task") {
            let status = (try? String(contentsOfFile: "/proc/self/task/\(thread)/status", encoding: .utf8)) ?? ""
            let lines = status.split(separator: "\n")
            guard lines.contains("Name:\t\(name)") else { continue }
            let list = lines.first { $0.hasPrefix("Cpus_allowed_list:") }?.split(separator: "\t").last ?? ""
            return Set(list.split(whereSeparator: { $0 == "," || $0 == "-" }))
        }
        return []
    }
}
