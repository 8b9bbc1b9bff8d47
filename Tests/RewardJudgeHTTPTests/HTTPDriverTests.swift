import Foundation
import RewardJudge
import RewardJudgeHTTP
import RewardMemory
import Testing

/// What is sent and what comes back when all goes well.
@Suite struct HTTPDriverTests {
    @Test(arguments: [false, true])
    func answerComesBackWithStatusHeadersAndBody(overUnixSocket: Bool) throws {
        let answer = FaultStep.respond(
            headers: ["X-Request-ID: 7", "X-Twice: a", "x-twice:\t b "], body: #"{"pass":true}"#)
        try withServer(["/v1": [answer]], overUnixSocket: overUnixSocket) { server, driver in
            let response = try #require(driver.perform(server.request("/v1"))?.response)
            #expect(response.statusCode == 200)
            let headers = response.headers
            #expect(headers["x-request-id"] == "7" && headers["x-twice"] == "b" && headers["content-length"] == "13")
            #expect(String(decoding: response.body, as: UTF8.self) == #"{"pass":true}"#)
            #expect(driver.transferCount == 0)
        }
    }

    @Test func requestIsSentAsItStandsAndNothingIsAdded() throws {
        try withServer(["/v1/a%3Ab": [.respond()]]) { server, driver in
            var request = server.request("/v1/a%253Ab", body: String(repeating: "x", count: 2 << 20))
            request.requestTarget = "/v1/a%3Ab"
            request.headers.append(.init("X-Empty", ""))
            _ = try #require(driver.perform(request)?.response)
            let sent = try #require(server.requests.last)
            #expect(sent.method == "POST")
            #expect(sent.target == "/v1/a%3Ab")
            #expect(sent.body == request.body)
            let names = sent.headerLines.map { $0.prefix { $0 != ":" }.lowercased() }
            #expect(
                names.sorted() == [
                    "accept", "authorization", "content-length", "content-type", "host", "user-agent", "x-empty",
                ])
            #expect(sent.header("user-agent") == "plaudit/\(PlauditVersion.text)")
            #expect(sent.header("authorization") == "Bearer key")
        }
    }

    @Test func targetOfOneRequestIsNotThatOfTheNext() throws {
        try withServer(["/a": [.respond()], "/b": [.respond()]]) { server, driver in
            var first = server.request("/b")
            first.requestTarget = "/a"
            _ = driver.perform(first)
            _ = driver.perform(server.request("/b", body: ""))
            _ = driver.perform(HTTPRequest(method: "GET", url: server.url + "/a", headers: [], body: []))
            #expect(server.requests.map(\.target) == ["/a", "/b", "/a"])
            #expect(server.requests.map(\.method) == ["POST", "POST", "GET"])
            #expect(server.requests.map(\.body.count) == [14, 0, 0])
            #expect(server.requests[1].header("content-length") == "0")
            #expect(server.requests[2].header("authorization") == nil)
        }
    }

    /// More kinds of requests than the driver keeps in mind, so that some are forgotten and come again.
    @Test func everyRequestIsSentWithItsOwnHeaders() throws {
        var generator = SeededGenerator.forTest("everyRequestIsSentWithItsOwnHeaders")
        try withServer(["/v1": [.respond()]]) { server, driver in
            for _ in 0..<200 {
                let number = String(Int.random(in: 0..<40, using: &generator))
                var request = server.request("/v1")
                request.headers.append(.init("X-Number", number))
                #expect(driver.perform(request)?.response?.statusCode == 200)
                #expect(server.requests.last?.header("x-number") == number)
            }
        }
    }

    @Test func callsAfterOneAnotherShareAConnection() throws {
        try withServer(["/v1": [.respond()]]) { server, driver in
            for _ in 0..<20 {
                #expect(driver.perform(server.request("/v1"))?.response?.statusCode == 200)
            }
            #expect(server.counts.requests == 20)
            #expect(server.counts.accepted == 1)
            #expect(driver.handleCount == 1)
        }
    }

    @Test func connectionClosedBetweenCallsIsReplaced() throws {
        try withServer(["/v1": [.respond(), .close]]) { server, driver in
            for _ in 0..<5 {
                #expect(driver.perform(server.request("/v1"))?.response?.statusCode == 200)
            }
            #expect(server.counts.accepted == 5)
        }
    }

    @Test(arguments: [
        ("500 Internal Server Error", 500), ("429 Too Many Requests", 429), ("529 Overloaded", 529),
        ("301 Moved Permanently", 301),
    ])
    func everyStatusIsAResponseAndNothingIsFollowed(status: String, code: Int) throws {
        let html = FaultStep.respond(
            status, headers: ["Retry-After: 7", "Location: /other", "Content-Type: text/html"], body: "<html>no</html>")
        try withServer(["/v1": [html], "/other": [.respond()]]) { server, driver in
            let response = try #require(driver.perform(server.request("/v1"))?.response)
            #expect(response.statusCode == code)
            #expect(response.headers["retry-after"] == "7")
            #expect(String(decoding: response.body, as: UTF8.self) == "<html>no</html>")
            #expect(server.counts.requests == 1)
        }
    }

    @Test func chunkedSlowAndInterimAnswersArrive() throws {
        let chunks = ["4\r\n{\"pa\r\n", "9;x=y\r\nss\":true}\r\n", "0\r\nX-Trailer: late\r\n\r\n"]
        let head = "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n"
        let slow = Array("HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nhello".utf8)
        try withServer([
            "/chunked": [.send("HTTP/1.1 100 Continue\r\nX-Interim: 1\r\n\r\n" + head)] + chunks.map { .send($0) },
            "/first": [.wait(milliseconds: 50), .respond(body: "late")],
            "/dribble": slow.flatMap { [.send([$0]), .wait(milliseconds: 1)] },
            "/until-close": [.send("HTTP/1.1 200 OK\r\n\r\nall of it"), .close],
        ]) { server, driver in
            let chunked = try #require(driver.perform(server.request("/chunked"))?.response)
            #expect(chunked.headers == ["transfer-encoding": "chunked"])
            #expect(String(decoding: chunked.body, as: UTF8.self) == #"{"pass":true}"#)
            for (target, body) in [("/first", "late"), ("/dribble", "hello"), ("/until-close", "all of it")] {
                let response = try #require(driver.perform(server.request(target))?.response)
                #expect(String(decoding: response.body, as: UTF8.self) == body)
            }
        }
    }

    @Test func wakerEndsAWaitFromAnotherThread() throws {
        let driver = try HTTPDriver(settings: HTTPDriverSettings())
        var completions: [HTTPCompletion] = []
        let waker = driver.waker
        Thread { waker.wake() }.start()
        // Without an end: it is the waker or nothing.
        while !driver.wait(untilNanoseconds: nil, into: &completions) {}
        #expect(completions.isEmpty)
        // Several calls count as one, and the next wait is not ended by them.
        waker.wake()
        waker.wake()
        #expect(driver.wait(untilNanoseconds: nil, into: &completions))
        #expect(!driver.wait(untilNanoseconds: MonotonicClock.nanoseconds + 1_000_000, into: &completions))
    }

    @Test func wakerOutlivesItsDriver() throws {
        var driver: HTTPDriver? = try HTTPDriver(settings: HTTPDriverSettings())
        let waker = try #require(driver?.waker)
        driver = nil
        waker.wake()
    }
}
