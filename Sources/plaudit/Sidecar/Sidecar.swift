import Glibc
import RewardConfig
import RewardJudge
import RewardJudgeHTTP
import RewardKernel
import RewardMemory
import RewardServer
import RewardStore
import RewardWire
import TerminalText

/// Starting a sidecar out of a checked configuration, for `serve` and for the commands that bring one along.
enum Sidecar {
    /// A sidecar that has been started: its server, and its store when it keeps something.
    struct Running {
        let server: RewardServer
        let store: RewardStore?

        /// To be called when the server has stopped: writes what is still to be written.
        func close() { store?.close() }
    }

    /// What a sidecar keeps on disk.
    enum StoreUse {
        /// As its configuration says.
        case configured
        /// The verdicts of a file alone, known and new ones; nothing is written of what is scored. Nil keeps nothing.
        case verdicts(path: String?)

        func section(of configuration: Configuration) -> StoreSection? {
            switch self {
            case .configured: configuration.store
            case .verdicts(let path): path.map(StoreSection.init)
            }
        }
    }

    typealias DeskMaker =
        @Sendable (
            JudgeCatalog, RewardStore?, @escaping @Sendable (ShadowVerdict) -> Void,
            @escaping @Sendable (String) -> Void
        ) throws(HTTPDriverError) -> any JudgeDesk

    /// The thread that asks judges.
    @Sendable static func makeService(
        _ catalog: JudgeCatalog, _ journal: RewardStore?, _ takeShadow: @escaping @Sendable (ShadowVerdict) -> Void,
        _ warn: @escaping @Sendable (String) -> Void
    ) throws(HTTPDriverError) -> any JudgeDesk {
        try JudgeService(catalog: catalog, journal: journal, takeShadow: takeShadow) { warn($0.message) }
    }

    /// Starts the server, which serves once its `run` is called. Ends the process with a message when it cannot listen.
    ///
    /// - Parameters:
    ///   - keeping: What is read from disk and written there.
    ///   - desks: Makes the thread that asks judges, or what stands in for it, of the catalogue, the store that has verdicts, and
    ///     what takes the findings of second rubrics and lines for the log.
    ///   - warn: Called with what the judge lane and the store have for the log, on their threads.
    static func start(
        _ configuration: Configuration, socket: String?, workerCount: Int?,
        keeping: StoreUse = .configured, desks: @escaping DeskMaker = makeService,
        warn: @escaping @Sendable (String) -> Void = { _ in }
    ) throws -> Running {
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
        settings.pinsWorkers = configuration.server.pinsWorkers
        settings.busyPollNanoseconds = UInt64(configuration.server.busyPollMicroseconds) * 1_000
        let section = keeping.section(of: configuration)
        let store = try openStore(section, workerCount: settings.workerCount, warn)
        if let store, let section {
            settings.store = StoreTap(
                board: store.board, keepsTexts: section.keepsTexts, textByteCountMax: section.textByteCountMax)
            settings.storeOwner = store
        }
        let file = configuration.file
        let loaded: LoadedPlans
        do throws(ReloadFailure) { loaded = try load(configuration, keeping, store, desks, warn) } catch {
            throw fail(error.message)
        }
        do throws(ServerError) {
            let server = try RewardServer(settings, serving: loaded) { () throws(ReloadFailure) in
                let configuration: Configuration
                do throws(ConfigurationRefusal) { configuration = try Configuration.load(path: file) } catch {
                    throw ReloadFailure(error.description)
                }
                return try load(configuration, keeping, store, desks, warn)
            }
            return Running(server: server, store: store)
        } catch {
            throw fail(error.message)
        }
    }

    private static func openStore(
        _ section: StoreSection?, workerCount: Int, _ warn: @escaping @Sendable (String) -> Void
    ) throws -> RewardStore? {
        guard let section else { return nil }
        do throws(StoreError) {
            return try RewardStore(StoreSettings(section, workerCount: workerCount)) { warn($0.message) }
        } catch {
            throw fail(error.message)
        }
    }

    private static func fail(_ message: String) -> ExitStatus {
        StandardStream.error.write("plaudit: \(message)")
        return .failed
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
        _ configuration: Configuration, _ keeping: StoreUse, _ store: RewardStore?, _ desks: DeskMaker,
        _ warn: @escaping @Sendable (String) -> Void
    ) throws(ReloadFailure) -> LoadedPlans {
        guard let catalog = configuration.judges else {
            return LoadedPlans(plans: configuration.plans, configurationHash: configuration.hash)
        }
        let section = keeping.section(of: configuration)
        if let store, section?.isAudited == true {
            do throws(StoreError) { try store.describe(configuration.rubricRecords(catalog)) } catch {
                warn("store: what judges are asked could not be written down: \(error.message)")
            }
        }
        do throws(HTTPDriverError) {
            let journal = section?.keepsVerdicts == true ? store : nil
            return LoadedPlans(
                plans: configuration.plans, configurationHash: configuration.hash,
                desk: try desks(catalog, journal, shadowLog(store, section), warn))
        } catch {
            throw ReloadFailure("the judge lane cannot start: \(error)")
        }
    }

    /// Keeps what second rubrics find where there is an audit log.
    private static func shadowLog(
        _ store: RewardStore?, _ section: StoreSection?
    ) -> @Sendable (ShadowVerdict) -> Void {
        guard let store, let section, section.isAudited else { return { _ in } }
        return { shadow in
            let completion = section.keepsTexts ? String(shadow.completion.prefix(section.textByteCountMax)) : nil
            store.keep(shadow, completion: completion)
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

extension StoreSettings {
    init(_ section: StoreSection, workerCount: Int) {
        self.init(
            path: section.path, ringCount: section.isAudited ? workerCount : 0,
            retentionSeconds: section.retentionDays.map { Int($0 * 86_400) },
            byteCountMax: section.megabyteCountMax.map { $0 * 1_000_000 })
    }
}

extension Configuration {
    /// What judges are asked, for the audit log.
    func rubricRecords(_ catalog: JudgeCatalog) -> [RubricRecord] {
        rewards.flatMap { reward in
            reward.components.compactMap { component in
                guard case .judged(let settings) = component.component,
                    case .rubric(let question) = catalog.tasks[settings.task].question
                else { return nil }
                return RubricRecord(
                    configurationHash: hash, reward: reward.name, component: component.name, rubric: question.rubric)
            }
        }
    }
}
