/// One thing that a `FaultServer` does after a request has come.
package enum FaultStep: Sendable {
    case send([UInt8])
    /// The bytes so many times over, without holding them all.
    case sendRepeatedly([UInt8], count: Int)
    case wait(milliseconds: UInt64)
    /// Goes on once the server has got so many requests in all.
    case waitForRequests(count: Int)
    /// Nothing more, until the client goes.
    case hang
    /// An orderly end of the connection.
    case close
    /// An end by RST, on TCP.
    case reset

    package static func send(_ text: String) -> FaultStep {
        .send(Array(text.utf8))
    }

    /// A whole response with its length.
    package static func respond(
        _ status: String = "200 OK", headers: [String] = ["Content-Type: application/json"], body: String = "{}"
    ) -> FaultStep {
        let lines = ["HTTP/1.1 \(status)"] + headers + ["Content-Length: \(body.utf8.count)"]
        return .send(lines.map { $0 + "\r\n" }.joined() + "\r\n" + body)
    }
}
