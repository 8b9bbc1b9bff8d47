import Glibc
import RewardConfig
import RewardJudge
import RewardJudgeHTTP
import RewardKernel
import RewardMemory
import RewardServer
import TerminalText

/// Starting a sidecar out of a checked configuration, for `serve` and for the commands that bring one along.
enum Sidecar {
    /// Starts the server, which serves once its `run` is called. Ends the process with a message when it cannot listen.
    ///
    /// - Parameter notify: Called with what the judge lane has for the log, on its thread.
    static func start(
        _ configuration: Configuration, socket: String?, workerCount: Int?,
        notify: @escaping @Sendable (LaneNotice) -> Void = { _ in }
    ) throws -> RewardServer {
        raiseDescriptorLimit()
        guard let path = socket ?? configuration.server.socketPath else {
            StandardStream.error.write("plaudit: nowhere to listen; give --socket PATH or `server: {socket: PATH}`")
            throw ExitStatus.usage
        }
        let cores = Int(sysconf(Int32(_SC_NPROCESSORS_ONLN)))
        var settings = SidecarSettings(
            socketPath: path, workerCount: workerCount ?? configuration.server.workerCount ?? cores)
        settings.socketMode = configuration.server.socketMode
        settings.allowedUsers = configuration.server.allowedUsers.map(\.identifier)
        settings.allowedGroups = configuration.server.allowedGroups.map(\.identifier)
        settings.limits = configuration.server.limits
        let file = configuration.file
        let loaded: LoadedPlans
        do throws(ReloadFailure) { loaded = try load(configuration, notify) } catch {
            StandardStream.error.write("plaudit: \(error.message)")
            throw ExitStatus.failed
        }
        do throws(ServerError) {
            return try RewardServer(settings, serving: loaded) { () throws(ReloadFailure) in
                let configuration: Configuration
                do throws(ConfigurationRefusal) { configuration = try Configuration.load(path: file) } catch {
                    throw ReloadFailure(error.description)
                }
                return try load(configuration, notify)
            }
        } catch {
            StandardStream.error.write("plaudit: \(error.message)")
            throw ExitStatus.failed
        }
    }

    /// Takes as many descriptors as the system allows: connections and calls to judges have one each, and the usual soft limit
    /// of 1,024 is below what both may have together.
    private static func raiseDescriptorLimit() {
        var limit = rlimit()
        guard getrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &limit) == 0 else { return }
        limit.rlim_cur = max(limit.rlim_cur, min(limit.rlim_max, 65_536))
        _ = setrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &limit)
    }

    /// The plans, with the thread that asks their judges when they have any.
    private static func load(
        _ configuration: Configuration, _ notify: @escaping @Sendable (LaneNotice) -> Void
    ) throws(ReloadFailure) -> LoadedPlans {
        guard let catalog = configuration.judges else {
            return LoadedPlans(plans: configuration.plans, configurationHash: configuration.hash)
        }
        do throws(HTTPDriverError) {
            let service = try JudgeService(catalog: catalog, notify: notify)
            return LoadedPlans(
                plans: configuration.plans, configurationHash: configuration.hash, desk: service)
        } catch {
            throw ReloadFailure("the judge lane cannot start: \(error)")
        }
    }

    /// What `serve` says once clients can connect: `key=value` pairs on one line.
    static func readyLine(_ server: RewardServer, _ configuration: Configuration) -> String {
        let limits = configuration.server.limits
        let pairs = [
            ("socket", server.socketPath),
            ("workers", "\(server.workerCount)"),
            ("rewards", configuration.rewards.map(\.name).joined(separator: ",")),
            ("config_hash", String(configuration.hash.prefix(12))),
            ("rollouts_max", "\(limits.rolloutCount)"),
            ("frame_bytes_max", "\(limits.frameByteCount)"),
            ("connections_max", "\(limits.connectionCount)"),
            ("memory_max_bytes", "\(server.budget.total)"),
        ]
        return "plaudit ready " + pairs.map { "\($0.0)=\($0.1)" }.joined(separator: " ")
    }
}
