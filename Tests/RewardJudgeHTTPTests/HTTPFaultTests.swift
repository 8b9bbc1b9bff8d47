import CLinux
import RewardJudge
import RewardJudgeHTTP
import Testing

/// What goes wrong is told apart, and never taken for an answer.
@Suite struct HTTPFaultTests {
    @Test(
        arguments: [
            ("reset before anything", [.reset], TransportFailure.Kind.reset),
            ("close before anything", [.close], .reset),
            ("reset inside the headers", [.send("HTTP/1.1 200 OK\r\nContent-"), .reset], .reset),
            ("reset inside the body", [.send("HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\nhalf"), .reset], .reset),
            ("close inside the body", [.send("HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\nhalf"), .close], .reset),
            (
                "close inside a chunk",
                [.send("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n64\r\nhalf"), .close], .reset
            ),
            (
                "chunk without a length",
                [.send("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\nhalf\r\n"), .hang], .reset
            ),
            ("no HTTP", [.send("SSH-2.0-OpenSSH_9.2\r\n"), .close], .other),
            ("no HTTP and no end", [.send("SSH-2.0-OpenSSH_9.2\r\n"), .hang], .other),
            ("nonsense for a status", [.send("HTTP/1.1 abc OK\r\n\r\n"), .close], .other),
        ] as [(String, [FaultStep], TransportFailure.Kind)])
    func brokenAnswerIsAFailureOfItsKind(name: String, steps: [FaultStep], kind: TransportFailure.Kind) throws {
        try withServer(["/v1": steps]) { server, driver in
            #expect(driver.perform(server.request("/v1"))?.failureKind == kind, "\(name)")
            #expect(driver.transferCount == 0)
            #expect(OpenDescriptors.count(to: server) == 0)
        }
    }

    @Test(
        arguments: [
            [.hang],
            [.send("HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\nhalf"), .hang],
            [.send("HTTP/1.1 200 OK\r\nContent-Length: 100000\r\n\r\n")]
                + (0..<1_000).flatMap { _ in [.send("x"), .wait(milliseconds: 10)] },
        ] as [[FaultStep]])
    func answerThatDoesNotEndInTimeIsATimeoutAndItsConnectionIsClosed(steps: [FaultStep]) throws {
        try withServer(["/v1": steps]) { server, driver in
            #expect(driver.perform(server.request("/v1"), timeoutNanoseconds: 100_000_000)?.failureKind == .timeout)
            #expect(OpenDescriptors.count(to: server) == 0)
            #expect(server.wait { $0.accepted == $0.closedByPeer })
        }
    }

    @Test func responseThatPassesALimitIsGivenUp() throws {
        var settings = HTTPDriverSettings()
        settings.responseByteCountMax = 100_000
        settings.headerCountMax = 20
        settings.headerByteCountMax = 20_000
        let piece = Array(repeating: UInt8(ascii: "x"), count: 1_000)
        let lines = Array("X-Header: yes\r\n".utf8)
        let interim = Array("HTTP/1.1 100 Continue\r\n\r\n".utf8)
        let start = "HTTP/1.1 200 OK\r\n"
        try withServer(
            [
                "/announced": [.send(start + "Content-Length: 100001\r\n\r\n"), .hang],
                "/unannounced": [.send(start + "\r\n"), .sendRepeatedly(piece, count: 1_000_000)],
                "/chunked": [
                    .send(start + "Transfer-Encoding: chunked\r\n\r\n186a1\r\n"), .sendRepeatedly(piece, count: 101),
                ],
                "/lines": [.send(start), .sendRepeatedly(lines, count: 1_000_000)],
                "/line": [.send(start + "X-Long: "), .sendRepeatedly(piece, count: 1_000_000)],
                "/first-line": [.send("HTTP/1.1 200 "), .sendRepeatedly(piece, count: 1_000_000)],
                "/interim": [.sendRepeatedly(interim, count: 1_000_000)],
                "/trailers": [
                    .send(start + "Transfer-Encoding: chunked\r\n\r\n0\r\n"), .sendRepeatedly(lines, count: 1_000_000),
                ],
                "/fits": [.send(start + "Content-Length: 100000\r\n\r\n"), .sendRepeatedly(piece, count: 100)],
            ], settings: settings
        ) { server, driver in
            for target in ["/announced", "/unannounced", "/chunked", "/lines", "/line", "/interim", "/trailers"] {
                #expect(driver.perform(server.request(target))?.failureKind == .tooLarge, "\(target)")
            }
            #expect(driver.perform(server.request("/first-line"))?.response == nil)
            #expect(driver.perform(server.request("/fits"))?.response?.body.count == 100_000)
            // A request may name a limit of its own, which holds for it alone.
            var batch = server.request("/announced")
            batch.responseByteCountMax = 100_001
            #expect(driver.perform(batch, timeoutNanoseconds: 100_000_000)?.failureKind == .timeout)
            #expect(driver.perform(server.request("/chunked"))?.failureKind == .tooLarge)
            var larger = server.request("/unannounced")
            larger.responseByteCountMax = 200_000
            #expect(driver.perform(larger)?.failureKind == .tooLarge)
        }
    }

    @Test func nobodyThereIsAFailureToConnect() throws {
        let driver = try HTTPDriver(settings: HTTPDriverSettings())
        let (descriptor, port) = FaultServer.listenOnLoopback(isListening: false)
        defer { plaudit_close(descriptor) }
        let refused = HTTPRequest(url: "http://127.0.0.1:\(port)/", headers: [], body: [])
        #expect(driver.perform(refused)?.failureKind == .connect)

        let folder = try TemporaryFolder()
        let absent = HTTPRequest(
            url: "http://localhost/", unixSocketPath: folder.path + "/absent", headers: [], body: [])
        #expect(driver.perform(absent)?.failureKind == .connect)
    }

    /// `.invalid` leads nowhere by RFC 2606; a machine without a name server says the same.
    @Test func unknownNameIsAFailureToResolve() throws {
        let driver = try HTTPDriver(settings: HTTPDriverSettings())
        let request = HTTPRequest(url: "http://judge.invalid/", headers: [], body: [])
        let kind = driver.perform(request)?.failureKind
        // A name server that does not answer within the connect timeout makes it a failure to connect.
        #expect(kind == .resolve || kind == .connect)
    }

    @Test func requestThatCannotBeSentIsRefusedBeforeAnythingIs() throws {
        try withServer(["/v1": [.respond()]]) { server, driver in
            let good = server.request("/v1")
            let changes: [(inout HTTPRequest) -> Void] = [
                { $0.method = "BREW" },
                { $0.url = "ftp://127.0.0.1/" },
                { $0.url = "file:///etc/passwd" },
                { $0.url = "" },
                { $0.url = "http://" },
                { $0.url += " HTTP/1.1\r\nX-Smuggled: 1" },
                { $0.url = "http://user:secret@127.0.0.1/" },
                { $0.requestTarget = "/ HTTP/1.1\r\nX-Smuggled: 1" },
                { $0.requestTarget = "" },
                { $0.headers.append(.init("X-Header", "a\r\nX-Smuggled: 1")) },
                { $0.headers.append(.init("X-Header\r\nX-Smuggled", "1")) },
                { $0.headers.append(.init("X-Header:", "1")) },
                { $0.headers.append(.init("", "1")) },
                { $0.headers.append(.init("Content-Length", "1")) },
                { $0.headers.append(.init("TRANSFER-ENCODING", "chunked")) },
                { $0.unixSocketPath = "" },
                { $0.unixSocketPath = "/" + String(repeating: "x", count: 107) },
            ]
            for (index, change) in changes.enumerated() {
                var request = good
                change(&request)
                #expect(driver.perform(request)?.failureKind == .badRequest, "change \(index)")
            }
            #expect(server.counts.requests == 0)
            #expect(driver.perform(good)?.response?.statusCode == 200)
        }
    }

    @Test func proxyOfTheSettingsIsUsed() throws {
        try withServer(["http://judge.invalid/v1": [.respond()]]) { proxy, _ in
            var settings = HTTPDriverSettings()
            settings.proxy = proxy.url
            let driver = try HTTPDriver(settings: settings)
            let request = HTTPRequest(url: "http://judge.invalid/v1", headers: [], body: [])
            #expect(driver.perform(request)?.response?.statusCode == 200)
        }
    }

    @Test(arguments: TransportFailure.Kind.allCases)
    func failureKeepsItsWordsAndSaysWhetherAnotherAttemptMayDoBetter(kind: TransportFailure.Kind) {
        let failure = TransportFailure(kind, "words").providerFailure
        #expect(failure.message == "words")
        #expect(failure.statusCode == nil)
        #expect(failure.mayPass == (kind != .tooLarge && kind != .badRequest))
        #expect((failure.kind == .timeout) == (kind == .timeout))
    }

    @Test func settingsWithoutSenseAreRefused() {
        var settings = HTTPDriverSettings()
        settings.headerCountMax = 0
        #expect(throws: HTTPDriverError.badLimit(name: "headerCountMax")) { try HTTPDriver(settings: settings) }
        settings = HTTPDriverSettings()
        settings.certificateFile = "/nonexistent.pem"
        #expect(throws: HTTPDriverError.unreadableCertificates(path: "/nonexistent.pem")) {
            try HTTPDriver(settings: settings)
        }
    }
}
