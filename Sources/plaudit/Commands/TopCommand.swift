import ArgumentParser
import Glibc
import RewardClient
import RewardMemory
import RewardReport
import TerminalText

/// `plaudit top`: what a running sidecar is doing.
struct TopCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "top",
        abstract: "Shows what a running sidecar is doing, live.",
        discussion: """
            Rollouts a second and what becomes of them, each component, and of each judge what is under way, its calls and failures \
            a second and its latency. `q` leaves. A sidecar that goes away is waited for.

            Where standard output is no terminal, a line of `key=value` pairs is printed each time instead.

            Examples:
              plaudit top --socket /run/plaudit.sock
              plaudit top --socket /run/plaudit.sock --once
              plaudit top --socket /run/plaudit.sock --interval 10 >> sidecar.log
            """)

    @Option(help: "Where the sidecar listens.")
    var socket: String

    @Option(help: "Seconds from one look to the next, 0.1 to 3600.")
    var interval = 1.0

    @Option(help: ArgumentHelp("Looks to take; without end by default.", valueName: "n"))
    var count: Int?

    @Flag(help: "Take one look: --count 1.")
    var once = false

    mutating func validate() throws {
        guard (0.1...3_600).contains(interval) else { throw ValidationError("--interval: wanted 0.1 to 3600") }
        if let count, count < 1 { throw ValidationError("--count: wanted 1 or more") }
        if once, count != nil { throw ValidationError("give --once or --count, not both") }
    }

    mutating func run() throws {
        // Nobody to look at is wrong usage at the beginning; later it is news.
        var watch = SidecarWatch(socket: socket, connection: try SidecarSession.connect(socket))
        let looks = once ? 1 : count
        if let screen = LiveScreen() {
            show(&watch, looks, on: screen)
        } else {
            try print(&watch, looks)
        }
    }

    private var intervalNanoseconds: UInt64 { UInt64(interval * 1e9) }

    private func show(_ watch: inout SidecarWatch, _ looks: Int?, on screen: LiveScreen) {
        let style = TerminalStyle.standardOutput
        var lookCount = 0
        while true {
            let view = watch.look()
            lookCount += 1
            let next = MonotonicClock.nanoseconds + intervalNanoseconds
            var isWaiting = true
            while isWaiting {
                let width = screen.size.columnCount
                screen.draw(
                    view?.lines(title: "plaudit top   \(socket)   q leaves", columnCount: width, style: style)
                        ?? [
                            DisplayWidth.truncated("No sidecar answers on \(socket); trying again. q leaves", to: width)
                        ])
                if lookCount == looks { return }
                let now = MonotonicClock.nanoseconds
                let rest = now < next ? Int32(clamping: (next - now) / 1_000_000 + 1) : 0
                switch screen.wait(milliseconds: rest) {
                case .quit: return
                case .redraw: isWaiting = MonotonicClock.nanoseconds < next
                case .timeout: isWaiting = false
                }
            }
        }
    }

    private func print(_ watch: inout SidecarWatch, _ looks: Int?) throws {
        var lookCount = 0
        while true {
            let next = MonotonicClock.nanoseconds + intervalNanoseconds
            if let view = watch.look() {
                StandardStream.output.write(view.line)
            } else {
                StandardStream.error.write("plaudit: no sidecar answers on \(socket); trying again")
                if looks != nil { throw ExitStatus.failed }
            }
            lookCount += 1
            if lookCount == looks { return }
            let now = MonotonicClock.nanoseconds
            if now < next { usleep(useconds_t(clamping: (next - now) / 1_000)) }
        }
    }
}

/// Looks at a sidecar again and again, also at one that goes away and comes back.
private struct SidecarWatch {
    let socket: String
    private var connection: SidecarConnection?
    private var former: TopView.Sample?

    init(socket: String, connection: SidecarConnection) {
        self.socket = socket
        self.connection = connection
    }

    /// Nil when nobody answers.
    mutating func look() -> TopView? {
        do throws(ClientError) {
            let reached: SidecarConnection
            if let connection { reached = connection } else { reached = try SidecarConnection(path: socket) }
            connection = reached
            let stats = try reached.call("stats", timeout: .seconds(10))
            let sample = TopView.Sample(stats, nanoseconds: MonotonicClock.nanoseconds)
            defer { former = sample }
            return TopView(sample, since: former)
        } catch {
            connection = nil
            former = nil
            return nil
        }
    }
}
