import ArgumentParser
import Glibc
import Logging
import RewardConfig
import RewardJudge
import RewardKernel
import RewardMemory
import RewardServer
import TerminalText

/// `plaudit serve`: the sidecar.
struct ServeCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "serve",
        abstract: "Runs the sidecar: scores rollouts over a Unix socket until it is told to stop.",
        discussion: """
            Prints one line on standard output once clients can connect, beginning with `plaudit ready socket=`; the log goes \
            to standard error. SIGTERM finishes the requests under way and stops. SIGHUP reads the configuration again; when \
            it is wrong, the old one stays in force and the log says why.

              plaudit serve --config rewards.yaml --socket /run/user/1000/plaudit.sock
            """)

    @Option(name: .long, help: "The configuration file.")
    var config: String

    @Option(name: .long, help: "Where to listen. Default: `server.socket` of the configuration.")
    var socket: String?

    @Option(name: .long, help: "Worker threads. Default: `server.workers` of the configuration, else one a core.")
    var workers: Int?

    mutating func validate() throws {
        if let workers, workers < 1 || workers > Limits.workerCountMax {
            throw ValidationError("--workers: wanted 1 to \(Limits.workerCountMax)")
        }
    }

    mutating func run() throws {
        let startNanoseconds = MonotonicClock.nanoseconds
        // Before any thread is made, so that none of them is interrupted by a signal meant for the control thread.
        let signals = SignalSource.makeDescriptor()
        let configuration = try ConfigurationFile.load(config)
        let logger = ServeCommand.makeLogger()
        let sidecar = try Sidecar.start(
            configuration, socket: socket, workerCount: workers, warn: { logger.warning("\($0)") })
        let server = sidecar.server
        ProgramMemory.release()
        let milliseconds = Double(MonotonicClock.nanoseconds - startNanoseconds) / 1e6
        StandardStream.output.write(
            Sidecar.readyLine(server, configuration) + " start_ms=\(Figures.decimal(milliseconds, fractionDigits: 1))")
        server.run(signals: signals) { notice in
            ServeCommand.log(notice, logger)
            if case .reloaded = notice { ProgramMemory.release() }
        }
        sidecar.close()
    }

    private static func makeLogger() -> Logger {
        var logger = Logger(label: "plaudit", factory: { StreamLogHandler.standardError(label: $0) })
        logger.logLevel = .info
        return logger
    }

    private static func log(_ notice: ServerNotice, _ logger: Logger) {
        switch notice {
        case .event(let event, let worker): logger.warning("worker \(worker): \(event.message)")
        case .reloaded(let hash): logger.info("configuration reloaded, hash \(hash)")
        case .reloadFailed(let message):
            logger.error("the configuration stays as it was, for the new one is wrong:\n\(message)")
        case .draining: logger.info("finishing the requests under way")
        case .stopped: logger.info("stopped")
        }
    }
}
