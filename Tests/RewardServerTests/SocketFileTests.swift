import CLinux
import Foundation
import RewardClient
import RewardMemory
import RewardServer
import ServerFixture
import Testing

/// The socket's file: who may connect, and what stands at its path before and after.
@Suite struct SocketFileTests {
    @Test(arguments: [0o600, 0o660, 0o666] as [UInt32]) func fileHasTheModeOfTheSettings(_ mode: UInt32) throws {
        try withServer(Configurations.plain) {
            $0.socketMode = mode
        } _: { server in
            let found = try status(server.path)
            #expect(found.st_mode & 0o7777 == mode)
        }
    }

    @Test func fileIsOpenToItsOwnUserOnlyUnlessToldOtherwise() throws {
        try withServer(Configurations.plain) { server in
            let mode = try status(server.path).st_mode
            #expect(mode & 0o777 == 0o600 && mode & S_IFMT == S_IFSOCK)
        }
    }

    @Test func fileGoesWithTheServer() throws {
        let path = try withServer(Configurations.plain) { $0.path }
        #expect(throws: CocoaError.self) { try status(path) }
        #expect(throws: ClientError.self) { () throws in try SidecarConnection(path: path) }
    }

    @Test func staleSocketIsReplaced() throws {
        let path = try TemporaryFolder.make() + "/s"
        close(try listen(path))
        #expect(try status(path).st_mode & S_IFMT == S_IFSOCK)
        try withServer(Configurations.plain) {
            $0.socketPath = path
        } _: { _ in
            let reply = try SidecarConnection(path: path).call("ping")
            #expect(reply["time_us"] != nil)
        }
    }

    @Test func liveSocketIsRefusedAndLeftAlone() throws {
        try withServer(Configurations.plain) { server in
            #expect(throws: ServerError.alreadyServed(server.path)) {
                try TestServer(Configurations.plain, path: server.path)
            }
            _ = try server.connect().call("ping")
        }
    }

    /// A server that is too busy to accept is a live one: it must not be waited for.
    @Test func socketWithAFullQueueIsRefusedAtOnce() throws {
        let path = try TemporaryFolder.make() + "/s"
        let listener = try listen(path, backlog: 0)
        defer { close(listener) }
        let waiting = try SidecarConnection(path: path)
        #expect(throws: ServerError.alreadyServed(path)) { try TestServer(Configurations.plain, path: path) }
        withExtendedLifetime(waiting) {}
    }

    @Test func fileThatIsNoSocketIsRefusedAndLeftAlone() throws {
        let path = try TemporaryFolder.make() + "/s"
        try Data("precious".utf8).write(to: URL(fileURLWithPath: path))
        #expect(throws: ServerError.notASocket(path)) { try TestServer(Configurations.plain, path: path) }
        #expect(try Data(contentsOf: URL(fileURLWithPath: path)) == Data("precious".utf8))
        // A link is no socket either, wherever it leads.
        let link = path + "-link"
        symlink(path, link)
        #expect(throws: ServerError.notASocket(link)) { try TestServer(Configurations.plain, path: link) }
    }

    @Test func pathThatIsTooLongOrNowhereIsRefused() throws {
        let long = "/tmp/" + String(repeating: "x", count: 103)
        #expect(throws: ServerError.pathTooLong(long)) { try TestServer(Configurations.plain, path: long) }
        let nowhere = "/tmp/no such folder/s"
        #expect(throws: ServerError.cannotListen(nowhere, errno: ENOENT)) {
            try TestServer(Configurations.plain, path: nowhere)
        }
    }

    /// A rolling restart: the next sidecar takes the path while the last one still finishes its requests.
    @Test func nextServerMayTakeThePathWhileTheLastOneDrains() throws {
        try withServer(Configurations.slow, workerCount: 1) { last in
            let (witness, busy) = (try last.connect(), try last.connect())
            let rows = [MessageValue](repeating: .string(Configurations.hostileText), count: 400)
            try busy.send(ScoreCall.frame(1, "score", ScoreCall.parameters("slow", rows)), Deadline.soon)
            #expect(try last.waitForCounters(on: witness) { $0["rollouts_in"] == 400 })
            last.server.stop()
            var next: TestServer?
            let deadline = Deadline.soon
            while next == nil, MonotonicClock.nanoseconds < deadline {
                do { next = try TestServer(Configurations.plain, path: last.path) } catch ServerError.alreadyServed {}
            }
            let server = try #require(next)
            #expect(try ScoreReply(#require(try busy.receiveMessage(Deadline.soon).array)[3]).status.count == 400)
            last.waitForEnd()
            let reply = try server.connect().call("ping")
            #expect(reply["time_us"] != nil)
            server.server.stop()
            server.waitForEnd()
        }
    }

    // MARK: Users

    private static let canChangeUser =
        geteuid() == 0
        && ["/usr/bin/setpriv", "/usr/bin/perl"].allSatisfy {
            FileManager.default.isExecutableFile(atPath: $0)
        }

    @Test(.enabled(if: canChangeUser, "needs root, setpriv and perl")) func otherUsersAreToldThatTheyMayNotConnect()
        throws
    {
        try withServer(Configurations.plain) {
            $0.socketMode = 0o666
        } _: { server in
            let answer = try ping(server.path, user: 65_534, group: 65_534)
            #expect(answer.contains("forbidden") && answer.contains("this user may not connect"))
            let counters = try Counters(server.connect())
            #expect(counters["forbidden"] == 1 && counters["connections"] == 1)
        }
    }

    @Test(.enabled(if: canChangeUser, "needs root, setpriv and perl")) func namedUsersAndGroupsMayConnect() throws {
        try withServer(Configurations.plain) {
            $0.socketMode = 0o666
            $0.allowedUsers = [65_534]
            $0.allowedGroups = [4_242]
        } _: { server in
            let answers = try [(65_534, 65_534), (65_533, 4_242), (65_533, 65_533)].map { user, group in
                try ping(server.path, user: user, group: group)
            }
            #expect(answers[0].contains("time_us") && answers[1].contains("time_us"))
            #expect(answers[2].contains("forbidden"))
        }
    }

    // MARK: Helpers

    /// What the server answers to a `ping` of another user.
    private func ping(_ path: String, user: Int, group: Int) throws -> String {
        chmod(URL(fileURLWithPath: path).deletingLastPathComponent().path, 0o755)
        let hex = ScoreCall.frame(1, "ping").map { String(format: "%02x", $0) }.joined()
        let script = """
            use IO::Socket::UNIX;
            $SIG{PIPE} = 'IGNORE';
            my $s = IO::Socket::UNIX->new(Peer => $ARGV[0]) or die "connect: $!";
            print $s pack('H*', $ARGV[1]); $s->flush(); shutdown($s, 1);
            local $/; print <$s>;
            """
        let process = Process()
        process.executableURL = URL(fileURLWithPath: "/usr/bin/setpriv")
        process.arguments = [
            "--reuid=\(user)", "--regid=\(group)", "--clear-groups", "perl", "-e", script, path, hex,
        ]
        let output = Pipe()
        process.standardOutput = output
        try process.run()
        let bytes = try output.fileHandleForReading.readToEnd() ?? Data()
        process.waitUntilExit()
        return String(decoding: bytes, as: UTF8.self)
    }

    private func status(_ path: String) throws -> stat {
        var found = stat()
        guard lstat(path, &found) == 0 else { throw CocoaError(.fileNoSuchFile) }
        return found
    }

    /// A listening socket that nobody accepts on.
    private func listen(_ path: String, backlog: Int32 = 8) throws -> Int32 {
        let descriptor = plaudit_listen_unix(path, 0o600, backlog)
        try #require(descriptor >= 0)
        return descriptor
    }
}
