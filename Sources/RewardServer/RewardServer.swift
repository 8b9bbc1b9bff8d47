internal import CLinux
package import RewardJudge
package import RewardKernel
internal import RewardMemory
internal import RewardWire
internal import Synchronization

/// A configuration ready to be served: what a reload brings.
package struct LoadedPlans: Sendable {
    package let plans: RewardPlans
    package let configurationHash: String
    /// Where judged components are asked; needed when a plan has any.
    package let desk: (any JudgeDesk)?

    package init(plans: RewardPlans, configurationHash: String, desk: (any JudgeDesk)? = nil) {
        self.plans = plans
        self.configurationHash = configurationHash
        self.desk = desk
    }
}

/// Why a configuration could not be loaded again; the old one stays in force.
package struct ReloadFailure: Error, Sendable {
    package let message: String

    package init(_ message: String) {
        self.message = message
    }
}

/// What the server tells its owner, on the control thread: for the log.
package enum ServerNotice: Sendable {
    case event(ServerEvent, worker: Int)
    case reloaded(configurationHash: String)
    case reloadFailed(String)
    case draining
    case stopped
}

/// The sidecar: a listener, its workers, and the control thread that reloads and drains.
///
/// `start` returns once clients can connect; `run` then serves on the calling thread until the server is told to stop, and
/// returns when it has drained. The server never imports how configurations are read: `load` brings them.
// Allocates: on the control thread only.
@safe
package final class RewardServer: @unchecked Sendable {
    private let settings: SidecarSettings
    private let source: EpochSource
    private let board: RigidPool<ServerBoard>
    private let load: @Sendable () throws(ReloadFailure) -> LoadedPlans
    private let isStopRequested = Atomic<Bool>(false)
    private let isReloadRequested = Atomic<Bool>(false)
    private var threads: [UInt64] = []

    package let budget: MemoryBudget

    package var socketPath: String { settings.socketPath }
    package var workerCount: Int { settings.workerCount }

    /// Listens at the settings' path and starts the workers.
    ///
    /// - Throws: `ServerError` when the path, the descriptors or the address space cannot be had.
    // Allocates: once.
    package init(
        _ settings: SidecarSettings, serving loaded: LoadedPlans,
        load: @escaping @Sendable () throws(ReloadFailure) -> LoadedPlans
    ) throws(ServerError) {
        self.settings = settings
        self.load = load
        source = EpochSource(
            PlanEpoch(loaded, version: 0, workerCount: settings.workerCount))
        board = RigidPool(capacity: 1) { _ in
            ServerBoard(workerCount: settings.workerCount, settings.pressureLimits)
        }
        budget = MemoryBudget(
            workerCount: settings.workerCount, planByteCount: loaded.plans.storageByteCount,
            isAudited: settings.store.map { $0.board[0].rings.capacity > 0 } ?? false)
        guard board[0].isComplete else { throw .noDescriptors }
        // A worker's own thread owns it; a box carries it there.
        var boxes: [WorkerBox] = []
        for index in 0..<settings.workerCount {
            boxes.append(WorkerBox(try Worker(index: index, server: board, settings: settings, source: source)))
        }
        // Last, so that a sidecar that cannot be had leaves no socket behind.
        boxes[0].worker?.startListening(try Self.listen(settings))
        for (index, box) in boxes.enumerated() {
            do throws(ServerError) {
                threads.append(try box.start(name: "\(settings.threadName)-\(index)"))
                if settings.pinsWorkers {
                    let outcome = plaudit_thread_pin(threads[index], Int32(index))
                    if outcome != 0 { throw ServerError.cannotPin(errno: -outcome) }
                }
            } catch {
                drain()
                throw error
            }
        }
    }

    deinit {
        board.destroy()
    }

    private static func listen(_ settings: SidecarSettings) throws(ServerError) -> Int32 {
        let listener = unsafe settings.socketPath.withCString { path in
            unsafe plaudit_listen_unix(path, settings.socketMode, 128)
        }
        switch listener {
        case 0...: return listener
        case -ENAMETOOLONG: throw .pathTooLong(settings.socketPath)
        case -EEXIST: throw .notASocket(settings.socketPath)
        case -EADDRINUSE: throw .alreadyServed(settings.socketPath)
        default: throw .cannotListen(settings.socketPath, errno: -listener)
        }
    }

    /// Asks the server to drain and stop; from any thread.
    package func stop() {
        isStopRequested.store(true, ordering: .releasing)
        board[0].wakeControl()
    }

    /// Asks for the configuration to be read again; from any thread.
    package func reload() {
        isReloadRequested.store(true, ordering: .releasing)
        board[0].wakeControl()
    }

    /// Serves until SIGTERM, SIGINT or `stop`, reloading on SIGHUP; drains and returns.
    ///
    /// - Parameter signals: The descriptor of `SignalSource`, or -1 to leave signals alone.
    package func run(signals: Int32, notify: (ServerNotice) -> Void) {
        while !isStopRequested.load(ordering: .acquiring) {
            let ready = plaudit_wait_readable(board[0].controlDescriptor, signals, -1)
            if ready & 1 != 0 { plaudit_event_drain(board[0].controlDescriptor) }
            if ready & 2 != 0 { takeSignals(signals) }
            reportEvents(notify)
            let isWantedByClient = board[0].isReloadWanted.exchange(false, ordering: .acquiringAndReleasing)
            let isWanted = isReloadRequested.exchange(false, ordering: .acquiringAndReleasing)
            if isWantedByClient || isWanted { reloadNow(notify) }
        }
        notify(.draining)
        drain()
        reportEvents(notify)
        notify(.stopped)
    }

    private func drain() {
        // While the listener still holds the path: afterwards it may be another sidecar's.
        _ = unsafe settings.socketPath.withCString { path in unsafe unlink(path) }
        board[0].isDraining.store(true, ordering: .releasing)
        for index in 0..<settings.workerCount { board[0].workers[index].wake() }
        for thread in threads { plaudit_thread_join(thread) }
        threads = []
    }

    private func takeSignals(_ signals: Int32) {
        while true {
            switch plaudit_next_signal(signals) {
            case SIGHUP: isReloadRequested.store(true, ordering: .relaxed)
            case SIGTERM, SIGINT: isStopRequested.store(true, ordering: .relaxed)
            default: return
            }
        }
    }

    private func reportEvents(_ notify: (ServerNotice) -> Void) {
        for index in 0..<settings.workerCount {
            while let event = board[0].workers[index].takeEvent() { notify(.event(event, worker: index)) }
        }
    }

    /// Reads the configuration again. When it is wrong, the old one stays in force and everybody is told why.
    private func reloadNow(_ notify: (ServerNotice) -> Void) {
        board[0].reloadsBegun.add(1, ordering: .acquiringAndReleasing)
        do throws(ReloadFailure) {
            let loaded = try load()
            // Made once here, so that a worker cannot fail where it would have nobody to tell.
            do { _ = try RowScorer(loaded.plans.requirements, settings.limits) } catch {
                throw ReloadFailure(error.message)
            }
            let next = PlanEpoch(loaded, version: source.current.version + 1, workerCount: settings.workerCount)
            source.replace(by: next)
            board[0].reloadCount.add(1, ordering: .relaxed)
            board[0].version.store(next.version, ordering: .releasing)
            notify(.reloaded(configurationHash: loaded.configurationHash))
        } catch {
            source.fail(error.message)
            board[0].reloadFailureCount.add(1, ordering: .relaxed)
            notify(.reloadFailed(error.message))
        }
        for index in 0..<settings.workerCount {
            board[0].workers[index].reloadTicket.add(1, ordering: .releasing)
            board[0].workers[index].wake()
        }
    }
}

/// Carries a worker to its thread, which takes it over.
// Allocates: once per worker, at start.
private final class WorkerBox {
    var worker: Worker?

    init(_ worker: consuming Worker) {
        self.worker = consume worker
    }

    func start(name: String) throws(ServerError) -> UInt64 {
        let box = unsafe Unmanaged.passRetained(self)
        var identifier: UInt64 = 0
        let outcome = unsafe name.withCString { name in
            unsafe plaudit_thread_start(
                name,
                { context in
                    guard let context = unsafe context else { return }
                    let box = unsafe Unmanaged<WorkerBox>.fromOpaque(context).takeRetainedValue()
                    if var worker = box.worker.take() { worker.run() }
                }, box.toOpaque(), &identifier)
        }
        guard outcome == 0 else {
            unsafe box.release()
            throw .noDescriptors
        }
        return identifier
    }
}

/// Turns SIGTERM, SIGINT and SIGHUP into something to wait for. To be made before any thread is.
// Allocates: once, at start.
package enum SignalSource {
    package static func makeDescriptor() -> Int32 {
        plaudit_signal_descriptor()
    }
}
