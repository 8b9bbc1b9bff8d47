import CLinux
import RewardClient
import RewardMemory
import RewardServer
import ServerFixture
import Testing

/// Many calls at once over one connection to a real sidecar.
@Suite struct SidecarPipelineTests {
    private static let yaml = "{rewards: {r: {components: {c: {type: string_check}}}}}"

    /// Whether a completion gets the reward 1; nil when the call fails.
    private func isRewarded(_ pipeline: SidecarPipeline, _ completion: String) async -> Bool? {
        let result = try? await pipeline.call(
            "score", ["reward": "r", "completions": [.string(completion)], "reference_answers": ["yes"]])
        // The highest byte of 1.0 is 3F, that of 0.0 is 00.
        return result?["rewards"]?.binary?.last.map { $0 == 0x3F }
    }

    /// What a call fails with; nil when it does not.
    private func failure(
        of pipeline: SidecarPipeline, _ method: String, timeout: Duration = .seconds(60)
    ) async -> ClientError? {
        do throws(ClientError) {
            _ = try await pipeline.call(method, timeout: timeout)
            return nil
        } catch {
            return error
        }
    }

    /// Starts a server without a closure around the test, which has to wait.
    private func withPipeline(_ body: (SidecarPipeline, TestServer) async throws -> Void) async throws {
        let server = try TestServer(Self.yaml)
        defer {
            server.server.stop()
            server.waitForEnd()
        }
        try await body(try SidecarPipeline(path: server.path), server)
    }

    @Test func eachCallGetsItsOwnReply() async throws {
        try await withPipeline { pipeline, _ in
            await withTaskGroup(of: Bool.self) { group in
                for index in 0..<500 {
                    let isRight = index.isMultiple(of: 3)
                    group.addTask { await isRewarded(pipeline, isRight ? "yes" : "no") == isRight }
                }
                for await isRight in group { #expect(isRight) }
            }
        }
    }

    @Test func largeFramesPassWhileOthersWait() async throws {
        try await withPipeline { pipeline, _ in
            let completions = MessageValue.array(
                [MessageValue](repeating: .string(String(repeating: "x", count: 64 << 10)), count: 256))
            async let large = pipeline.call(
                "score",
                [
                    "reward": "r", "completions": completions,
                    "reference_answers": .array([MessageValue](repeating: "x", count: 256)),
                ])
            #expect(await isRewarded(pipeline, "yes") == true)
            let scored = try await large
            #expect(scored["rewards"]?.binary?.count == 256 * 8)
        }
    }

    @Test func aRefusalConcernsItsCallAlone() async throws {
        try await withPipeline { pipeline, _ in
            #expect(await failure(of: pipeline, "nothing") != nil)
            #expect(await isRewarded(pipeline, "yes") == true)
        }
    }

    @Test func aCallWithoutAServerFailsAndTheNextConnects() async throws {
        let folder = try TemporaryFolder.make()
        let pipeline = try SidecarPipeline(path: folder + "/s")
        #expect(await failure(of: pipeline, "ping") != nil)
        // They live until the end, for each removes the folder of its socket.
        var servers: [TestServer] = []
        for _ in 0..<2 {
            let server = try TestServer(Self.yaml, path: folder + "/s")
            servers.append(server)
            #expect(await isRewarded(pipeline, "yes") == true)
            server.server.stop()
            server.waitForEnd()
            #expect(await failure(of: pipeline, "ping") != nil)
        }
    }

    @Test func aCallThatIsNotAnsweredEndsAtItsDeadline() async throws {
        // A socket that listens and never answers.
        let path = try TemporaryFolder.make() + "/s"
        let listener = SilentListener(path)
        let pipeline = try SidecarPipeline(path: path)
        #expect(await failure(of: pipeline, "ping", timeout: .milliseconds(50)) == .deadline)
        withExtendedLifetime(listener) {}
    }
}

/// A Unix socket that takes connections into its queue and nothing more.
private final class SilentListener {
    private let descriptor: Int32

    init(_ path: String) {
        descriptor = plaudit_listen_unix(path, 0o600, 8)
    }

    deinit {
        plaudit_close(descriptor)
    }
}
