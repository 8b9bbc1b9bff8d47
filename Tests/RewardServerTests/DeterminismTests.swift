import Foundation
import RewardClient
import RewardServer
import ServerFixture
import Synchronization
import Testing

/// Same bytes in, same bytes out: whatever the number of workers, however rollouts are cut into requests, in any order, from
/// any number of connections at once.
@Suite struct DeterminismTests {
    /// Everything that a reply says about one rollout, as bits.
    private struct Bits: Equatable {
        let reward: UInt64
        let status: UInt8
        let scores: [UInt64]
        let statuses: [UInt8]
    }

    @Test func sameRolloutsGetTheSameBitsHoweverTheyAreSent() throws {
        var generator = SeededGenerator.forTest("sameRolloutsGetTheSameBitsHoweverTheyAreSent")
        let published = PublishedTexts.load(1_200) ?? []
        let texts = published + VariedTexts.make(2_000 - published.count, using: &generator)
        let expected = try withServer(Configurations.everythingRowwise, workerCount: 1) { server in
            try score([Array(texts.indices)], of: texts, on: server.connect())
        }
        // Many different rewards, or the same bits would prove little.
        #expect(Set(expected.values.map(\.reward)).count > 200)
        for workerCount in [1, 2, 4] {
            try withServer(Configurations.everythingRowwise, workerCount: workerCount) { server in
                let whole = try score([texts.indices.reversed()], of: texts, on: server.connect())
                #expect(whole == expected)
                #expect(try scoreAtOnce(texts, connectionCount: 3, on: server, &generator) == expected)
            }
        }
    }

    /// Group means and degraded groups as well, when the groups stay together.
    @Test func groupsGetTheSameBitsWithAnyNumberOfWorkers() throws {
        var generator = SeededGenerator.forTest("groupsGetTheSameBitsWithAnyNumberOfWorkers")
        let completions = VariedTexts.make(600, using: &generator).map { MessageValue.string($0) }
        let columns = EverythingColumns.make(Array(completions.indices))
        let replies = try [1, 2, 4].map { workerCount in
            try withServer(Configurations.everything, workerCount: workerCount) { server in
                let reply = try server.connect().score("everything", completions, columns)
                return ["rewards", "status", "components", "degraded_groups"].map { reply.value[$0] }
            }
        }
        #expect(replies[0] == replies[1] && replies[0] == replies[2])
        #expect(replies[0].allSatisfy { $0 != nil })
    }

    // MARK: Helpers

    /// Scores the rows in shuffled requests of random sizes, from several connections at once.
    private func scoreAtOnce(
        _ texts: [String], connectionCount: Int, on server: TestServer, _ generator: inout SeededGenerator
    ) throws -> [Int: Bits] {
        let rows = texts.indices.shuffled(using: &generator)
        var requests: [[[Int]]] = Array(repeating: [], count: connectionCount)
        var start = 0
        while start < rows.count {
            let size = [1, 7, 31, 32, 33, 200].randomElement(using: &generator) ?? 1
            let end = min(start + size, rows.count)
            requests[Int.random(in: 0..<connectionCount, using: &generator)].append(Array(rows[start..<end]))
            start = end
        }
        let merged = Mutex<[Int: Bits]>([:])
        let shares = requests
        DispatchQueue.concurrentPerform(iterations: connectionCount) { share in
            #expect(throws: Never.self) {
                let part = try score(shares[share], of: texts, on: server.connect())
                merged.withLock { $0.merge(part) { first, _ in first } }
            }
        }
        return merged.withLock { $0 }
    }

    private func score(
        _ requests: [[Int]], of texts: [String], on connection: SidecarConnection
    ) throws -> [Int: Bits] {
        var found: [Int: Bits] = [:]
        for rows in requests {
            let columns = EverythingColumns.make(rows).filter { $0.key != "group_ids" }
            let reply = try connection.score("everything", rows.map { .string(texts[$0]) }, columns)
            let names = reply.components.keys.sorted()
            for (position, row) in rows.enumerated() {
                found[row] = Bits(
                    reward: reply.rewards[position].bitPattern, status: reply.status[position],
                    scores: names.map { reply.components[$0]?.scores[position].bitPattern ?? 0 },
                    statuses: names.map { reply.components[$0]?.status[position] ?? 0xFF })
            }
        }
        return found
    }
}
