import Dispatch
import Glibc
import RewardClient
import RewardConfig
import RewardServer

/// A connection to a sidecar: a running one, or one that is started for this command and stopped with it.
final class SidecarSession {
    let connection: SidecarConnection
    private let sidecar: Sidecar.Running?
    private let served = DispatchGroup()
    private let directory: String?

    /// - Parameter socket: Where a running sidecar listens; nil starts one in this process, with this configuration.
    convenience init(_ configuration: Configuration, socket: String?) throws {
        if let socket {
            try self.init(socket: socket)
        } else {
            try self.init(configuration)
        }
    }

    private init(socket: String) throws {
        sidecar = nil
        directory = nil
        connection = try Self.connect(socket)
    }

    /// Starts a sidecar in this process.
    init(
        _ configuration: Configuration, keeping: Sidecar.StoreUse = .configured,
        desks: @escaping Sidecar.DeskMaker = Sidecar.makeService
    ) throws {
        let directory = try Self.makeDirectory()
        self.directory = directory
        let path = "\(directory)/plaudit.sock"
        let sidecar = try Sidecar.start(
            configuration, socket: path, workerCount: nil, keeping: keeping, desks: desks)
        self.sidecar = sidecar
        let server = sidecar.server
        DispatchQueue.global().async(group: served) { server.run(signals: -1) { _ in } }
        connection = try Self.connect(path)
    }

    /// Stops the sidecar when it is ours. To be called before the process ends.
    func close() {
        sidecar?.server.stop()
        served.wait()
        sidecar?.close()
        if let directory { rmdir(directory) }
    }

    static func connect(_ path: String) throws -> SidecarConnection {
        do throws(ClientError) {
            return try SidecarConnection(path: path)
        } catch {
            throw fail(error)
        }
    }

    /// Calls a method; a failure is told and ends the command.
    static func call(
        _ connection: SidecarConnection, _ method: String, _ parameters: MessageValue = .map([])
    ) throws -> MessageValue {
        do throws(ClientError) {
            return try connection.call(method, parameters, timeout: .seconds(600))
        } catch {
            throw fail(error)
        }
    }

    /// Tells why a call failed. A request that was refused for what it asks is wrong usage.
    private static func fail(_ error: ClientError) -> ExitStatus {
        StandardStream.error.write("plaudit: \(error.message)")
        return .failed
    }

    private static func makeDirectory() throws -> String {
        let parent = getenv("TMPDIR").map { String(cString: $0) } ?? "/tmp"
        var template = Array("\(parent)/plaudit-XXXXXX".utf8CString)
        guard let made = mkdtemp(&template) else {
            StandardStream.error.write("plaudit: \(parent): cannot make a folder for a socket; set TMPDIR")
            throw ExitStatus.failed
        }
        return String(cString: made)
    }
}
