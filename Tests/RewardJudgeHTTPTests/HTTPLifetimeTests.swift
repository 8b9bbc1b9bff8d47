import Foundation
import RewardJudge
import RewardJudgeHTTP
import RewardMemory
import Testing

/// Transfers that end in every way, many of them: nothing may be left behind.
@Suite struct HTTPLifetimeTests {
    @Test(arguments: [false, true])
    func abortClosesTheConnectionAtOnce(overUnixSocket: Bool) throws {
        try withServer(["/v1": [.hang]], overUnixSocket: overUnixSocket) { server, driver in
            driver.start(1, server.request("/v1"), timeoutNanoseconds: 60_000_000_000)
            #expect(server.waitDriving(driver) { $0.requests == 1 })
            #expect(OpenDescriptors.count(to: server) == 1)
            driver.abort(1)
            #expect(OpenDescriptors.count(to: server) == 0)
            #expect(driver.transferCount == 0)
            #expect(driver.handleCount == 1)
            #expect(server.wait { $0.closedByPeer == 1 })
            var completions: [HTTPCompletion] = []
            _ = driver.wait(untilNanoseconds: 0, into: &completions)
            #expect(completions.isEmpty)
        }
    }

    @Test func abortOfOneLeavesTheOthers() throws {
        try withServer(["/v1": [.waitForRequests(count: 3), .respond()]]) { server, driver in
            for identifier in 1...3 as ClosedRange<UInt64> {
                driver.start(identifier, server.request("/v1"), timeoutNanoseconds: 60_000_000_000)
            }
            driver.abort(2)
            driver.abort(2)
            driver.abort(99)
            driver.start(4, server.request("/v1"), timeoutNanoseconds: 60_000_000_000)
            #expect(driver.complete(3).map(\.identifier).sorted() == [1, 3, 4])
        }
    }

    @Test func abortedRequestThatCouldNotBeSentIsNotHeardOf() throws {
        let driver = try HTTPDriver(settings: HTTPDriverSettings())
        driver.start(1, HTTPRequest(url: "", headers: [], body: []), timeoutNanoseconds: 1)
        driver.abort(1)
        var completions: [HTTPCompletion] = []
        _ = driver.wait(untilNanoseconds: 0, into: &completions)
        #expect(completions.isEmpty)
    }

    @Test func thousandTransfersAreUnderWayAtOnce() throws {
        guard OpenFileLimit.raise(to: 4_096) else {
            print("SKIPPED thousandTransfersAreUnderWayAtOnce: the process may not open 4,096 files")
            return
        }
        let count = 1_024
        try withServer(["/v1": [.waitForRequests(count: count), .respond()]]) { server, driver in
            for identifier in 0..<UInt64(count) {
                driver.start(identifier, server.request("/v1"), timeoutNanoseconds: 60_000_000_000)
            }
            let completions = driver.complete(count)
            #expect(Set(completions.map(\.identifier)).count == count)
            #expect(completions.allSatisfy { $0.outcome.response?.statusCode == 200 })
            #expect(server.counts.accepted == count)
        }
    }

    @Test func transfersWaitForAConnectionWhereThereAreFewAndMayExpireMeanwhile() throws {
        var settings = HTTPDriverSettings()
        settings.plainConnections.perHostCountMax = 2
        try withServer(["/v1": [.wait(milliseconds: 1), .respond()], "/hang": [.hang]], settings: settings) {
            server, driver in
            for identifier in 0..<20 as Range<UInt64> {
                driver.start(identifier, server.request("/v1"), timeoutNanoseconds: 60_000_000_000)
            }
            #expect(driver.complete(20).allSatisfy { $0.outcome.response != nil })
            #expect(server.counts.accepted <= 2)

            for identifier in 0..<20 as Range<UInt64> {
                driver.start(
                    identifier, server.request("/hang"), timeoutNanoseconds: identifier < 10 ? 50_000_000 : .max)
            }
            #expect(driver.complete(10).allSatisfy { $0.outcome.failureKind == .timeout })
            for identifier in 10..<20 as Range<UInt64> { driver.abort(identifier) }
            #expect(driver.transferCount == 0)
            #expect(OpenDescriptors.count(to: server) == 0)
        }
    }

    @Test func transferBeyondTheLimitFails() throws {
        var settings = HTTPDriverSettings()
        settings.transferCountMax = 2
        settings.idleHandleCountMax = 1
        try withServer(["/hang": [.hang]], settings: settings) { server, driver in
            for identifier in 1...3 as ClosedRange<UInt64> {
                driver.start(identifier, server.request("/hang"), timeoutNanoseconds: .max)
            }
            let completions = driver.complete()
            #expect(completions.map(\.identifier) == [3])
            #expect(completions.first?.outcome.failureKind == .other)
            driver.abort(1)
            driver.abort(2)
            #expect(driver.handleCount == 1)
        }
    }

    /// More than the 10,000 of a usual run, where somebody waits for it.
    private static let transferCount =
        ProcessInfo.processInfo.environment["PLAUDIT_CANCELLED_CALLS"].flatMap { Int($0) } ?? 10_000

    /// Goal: no descriptor, handle or connection stays behind. Method: 10,000 transfers in waves, each aborted after a
    /// random number of waits or left to expire soon; most over a Unix socket, because TCP keeps the ports of closed
    /// connections.
    @Test(arguments: [(true, transferCount / 10 * 9), (false, transferCount / 10)])
    func nothingIsLeftOfTransfersThatWereAbortedOrExpired(overUnixSocket: Bool, total: Int) throws {
        var generator = SeededGenerator.forTest("nothingIsLeftOfTransfersThatWereAbortedOrExpired")
        let answers: [String: [FaultStep]] = [
            "/hang": [.hang],
            "/half": [.send("HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nhalf"), .hang],
        ]
        try withServer(answers, overUnixSocket: overUnixSocket) { server, driver in
            var completions: [HTTPCompletion] = []
            var expiring = 0
            for wave in 0..<(total / 100) {
                var aborted: [UInt64] = []
                for index in 0..<100 {
                    let identifier = UInt64(wave * 100 + index)
                    let isAborted = Bool.random(using: &generator)
                    if isAborted { aborted.append(identifier) } else { expiring += 1 }
                    driver.start(
                        identifier, server.request(index % 2 == 0 ? "/hang" : "/half"),
                        timeoutNanoseconds: isAborted ? .max : .random(in: 0...3_000_000, using: &generator))
                }
                for identifier in aborted {
                    if Int.random(in: 0..<4, using: &generator) == 0 {
                        _ = driver.wait(untilNanoseconds: 0, into: &completions)
                    }
                    driver.abort(identifier)
                }
            }
            completions += driver.complete(expiring - completions.count)
            #expect(completions.count == expiring)
            #expect(completions.allSatisfy { $0.outcome.failureKind == .timeout })
            #expect(driver.transferCount == 0)
            #expect(driver.handleCount <= 1_024)
            #expect(OpenDescriptors.count(to: server) == 0)
            #expect(server.wait { $0.open == 0 })
        }
    }

    @Test func driverTakesItsTransfersAndDescriptorsWithIt() throws {
        try withServer(["/hang": [.hang], "/v1": [.respond()]]) { server, _ in
            let before = OpenDescriptors.count(named: "anon_inode:[eventpoll]")
            for _ in 0..<200 {
                let driver = try HTTPDriver(settings: HTTPDriverSettings())
                driver.start(1, server.request("/v1"), timeoutNanoseconds: .max)
                #expect(driver.complete().count == 1)
                driver.start(2, server.request("/hang"), timeoutNanoseconds: .max)
                driver.start(3, server.request("/hang"), timeoutNanoseconds: .max)
            }
            #expect(OpenDescriptors.count(to: server) == 0)
            // Tests beside this one make and drop a few of their own.
            #expect(OpenDescriptors.count(named: "anon_inode:[eventpoll]") < before + 100)
        }
    }
}

extension FaultServer {
    /// As `wait(until:)`, while the driver goes on.
    fileprivate func waitDriving(_ driver: HTTPDriver, until isWanted: (Counts) -> Bool) -> Bool {
        var completions: [HTTPCompletion] = []
        let limit = MonotonicClock.nanoseconds + 30_000_000_000
        while MonotonicClock.nanoseconds < limit {
            if isWanted(counts) { return true }
            _ = driver.wait(untilNanoseconds: MonotonicClock.nanoseconds + 1_000_000, into: &completions)
        }
        return false
    }
}
