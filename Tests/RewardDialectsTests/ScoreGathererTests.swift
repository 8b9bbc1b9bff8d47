import RewardClient
import RewardDialects
import RewardKernel
import RewardReport
import Synchronization
import Testing

/// Small requests share one of the socket, and nobody pays for another's mistake.
@Suite struct ScoreGathererTests {
    /// A sidecar that rewards a completion by its length, and refuses requests that hold "bad".
    private final class Sidecar: Sendable {
        let sizes = Mutex<[Int]>([])

        func score(_ parameters: MessageValue) throws(ClientError) -> MessageValue {
            let completions = parameters["completions"]?.array?.compactMap(\.string) ?? []
            sizes.withLock { $0.append(completions.count) }
            if completions.contains("bad") { throw .refused(code: 3, name: "bad_request", message: "bad") }
            let rewards = completions.flatMap { text in
                (0..<8).map { UInt8(truncatingIfNeeded: Double(text.utf8.count).bitPattern >> (8 * UInt64($0))) }
            }
            return [
                "rewards": .binary(rewards), "status": .binary([UInt8](repeating: 0, count: completions.count)),
                "components": [:], "config_hash": "h",
            ]
        }
    }

    private func gather(_ texts: [[String]], _ sidecar: Sidecar) async -> [Result<[Double], ClientError>] {
        // Nobody waits so long: the gathering is full before, or it is the last.
        let gatherer = ScoreGatherer(window: .milliseconds(50), deadline: .seconds(9)) {
            parameters throws(ClientError) in
            try sidecar.score(parameters)
        }
        return await withTaskGroup(of: (Int, Result<[Double], ClientError>).self) { group in
            for (index, texts) in texts.enumerated() {
                group.addTask {
                    do throws(ClientError) {
                        let batch = try await gatherer.score(
                            texts.map { RolloutRecord(completion: $0) }, reward: "r", fieldNames: [],
                            wantsRationales: false)
                        return (index, .success(batch.rewards))
                    } catch {
                        return (index, .failure(error))
                    }
                }
            }
            var results: [Int: Result<[Double], ClientError>] = [:]
            for await (index, result) in group { results[index] = result }
            return texts.indices.compactMap { results[$0] }
        }
    }

    @Test func everyRequestGetsItsOwnRows() async {
        let sidecar = Sidecar()
        let texts = (0..<100).map { index in (0...(index % 3)).map { String(repeating: "x", count: index + $0) } }
        let results = await gather(texts, sidecar)
        for (texts, result) in zip(texts, results) {
            #expect(result == .success(texts.map { Double($0.utf8.count) }))
        }
        #expect(sidecar.sizes.withLock { $0.count } < 100)
    }

    @Test func aRefusedRequestIsRefusedAlone() async {
        let results = await gather([["a"], ["bad"], ["ccc"]], Sidecar())
        #expect(results[0] == .success([1]))
        #expect(results[1] == .failure(.refused(code: 3, name: "bad_request", message: "bad")))
        #expect(results[2] == .success([3]))
    }

    @Test func requestsThatAreLargeEnoughGoAlone() async {
        let sidecar = Sidecar()
        let results = await gather([[String](repeating: "x", count: 300)], sidecar)
        #expect(results == [.success([Double](repeating: 1, count: 300))])
        #expect(sidecar.sizes.withLock { $0 } == [300])
    }
}
