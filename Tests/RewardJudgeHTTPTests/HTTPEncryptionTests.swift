import Foundation
import RewardJudge
import RewardJudgeHTTP
import RewardMemory
import Testing

/// TLS, against the server that comes with the `openssl` command.
@Suite struct HTTPEncryptionTests {
    @Test func certificateOfATrustedAuthorityIsAccepted() throws {
        guard let server = try EncryptedServer.start() else { return }
        var settings = HTTPDriverSettings()
        settings.certificateFile = server.authorityPath
        let driver = try HTTPDriver(settings: settings)
        let response = try #require(driver.perform(server.request(host: "127.0.0.1"))?.response)
        #expect(response.statusCode == 200)
        #expect(String(decoding: response.body, as: UTF8.self).contains("TLSv1."))
    }

    /// The handshake says that the server speaks HTTP/1.1 only; what waited to share the connection goes on others.
    @Test func transfersThatCannotShareAConnectionGetTheirOwn() throws {
        guard let server = try EncryptedServer.start() else { return }
        var settings = HTTPDriverSettings()
        settings.certificateFile = server.authorityPath
        let driver = try HTTPDriver(settings: settings)
        for identifier in 0..<20 as Range<UInt64> {
            driver.start(identifier, server.request(host: "127.0.0.1"), timeoutNanoseconds: 20_000_000_000)
        }
        #expect(driver.complete(20).filter { $0.outcome.response?.statusCode == 200 }.count == 20)
    }

    @Test func certificateOfAnUnknownAuthorityIsRefused() throws {
        guard let server = try EncryptedServer.start() else { return }
        let driver = try HTTPDriver(settings: HTTPDriverSettings())
        #expect(driver.perform(server.request(host: "127.0.0.1"))?.failureKind == .tls)
    }

    @Test func certificateOfAnotherNameIsRefused() throws {
        guard let server = try EncryptedServer.start() else { return }
        var settings = HTTPDriverSettings()
        settings.certificateFile = server.authorityPath
        let driver = try HTTPDriver(settings: settings)
        #expect(driver.perform(server.request(host: "localhost"))?.failureKind == .tls)
    }

    @Test func serverWithoutEncryptionIsRefused() throws {
        try withServer(["/": [.respond()]]) { server, driver in
            let url = "https" + server.url.dropFirst("http".count)
            // The server waits for the end of a request that never comes, or takes the handshake for one.
            let outcome = driver.perform(HTTPRequest(method: "GET", url: url, headers: [], body: []))
            #expect(outcome?.failureKind == .tls || outcome?.failureKind == .connect)
        }
    }
}

/// `openssl s_server` with a certificate for 127.0.0.1 of an authority made for it; ends with the object.
private final class EncryptedServer {
    private let folder: TemporaryFolder
    private let process = Process()
    private var port: UInt16 = 0

    var authorityPath: String { folder.path + "/authority.pem" }

    private init(folder: TemporaryFolder) {
        self.folder = folder
    }

    deinit {
        if process.isRunning {
            // A process started from a thread of a pool has that thread's signal mask, with every other signal blocked.
            kill(process.processIdentifier, SIGKILL)
            process.waitUntilExit()
        }
    }

    func request(host: String) -> HTTPRequest {
        HTTPRequest(method: "GET", url: "https://\(host):\(port)/", headers: [], body: [])
    }

    /// Nil, with words on the terminal, where there is no `openssl`.
    static func start() throws -> EncryptedServer? {
        guard FileManager.default.isExecutableFile(atPath: "/usr/bin/openssl") else {
            print("SKIPPED the tests of encryption: there is no /usr/bin/openssl")
            return nil
        }
        let server = EncryptedServer(folder: try TemporaryFolder())
        try server.makeCertificates()
        try server.listen()
        return server
    }

    private func makeCertificates() throws {
        let key = ["-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes"]
        try run(
            ["req", "-x509"] + key + ["-keyout", "authority.key", "-out", "authority.pem", "-days", "2"]
                + ["-subj", "/CN=Authority of a test"])
        try run(["req"] + key + ["-keyout", "server.key", "-out", "server.csr", "-subj", "/CN=server"])
        try Data("subjectAltName=IP:127.0.0.1\n".utf8).write(to: URL(fileURLWithPath: folder.path + "/names"))
        try run(
            ["x509", "-req", "-in", "server.csr", "-CA", "authority.pem", "-CAkey", "authority.key", "-CAcreateserial"]
                + ["-out", "server.pem", "-days", "2", "-extfile", "names"])
    }

    private func run(_ arguments: [String]) throws {
        let command = Process()
        command.executableURL = URL(fileURLWithPath: "/usr/bin/openssl")
        command.currentDirectoryURL = URL(fileURLWithPath: folder.path)
        command.arguments = arguments
        command.standardOutput = FileHandle.nullDevice
        command.standardError = FileHandle.nullDevice
        try command.run()
        command.waitUntilExit()
        try #require(command.terminationStatus == 0, "openssl \(arguments.joined(separator: " "))")
    }

    /// Starts the server on a free port, which it says on its output: `ACCEPT [::]:40357`.
    private func listen() throws {
        let output = Pipe()
        process.executableURL = URL(fileURLWithPath: "/usr/bin/openssl")
        process.currentDirectoryURL = URL(fileURLWithPath: folder.path)
        process.arguments = ["s_server", "-accept", "0", "-cert", "server.pem", "-key", "server.key", "-www"]
        process.standardInput = FileHandle.nullDevice
        process.standardOutput = output
        process.standardError = FileHandle.nullDevice
        try process.run()
        var text = ""
        while true {
            let piece = output.fileHandleForReading.availableData
            try #require(!piece.isEmpty, "openssl s_server ended: \(text)")
            text += String(decoding: piece, as: UTF8.self)
            for line in text.split(separator: "\n", omittingEmptySubsequences: false).dropLast() {
                guard line.hasPrefix("ACCEPT "), let colon = line.lastIndex(of: ":") else { continue }
                port = try #require(UInt16(line[line.index(after: colon)...]))
                return
            }
        }
    }
}
