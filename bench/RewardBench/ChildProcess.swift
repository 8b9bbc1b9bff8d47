import Foundation

/// A failure of the bench itself, in words for people.
struct BenchError: Error, CustomStringConvertible {
    let description: String

    init(_ description: String) {
        self.description = description
    }
}

/// A program of the bench under way: its standard input and output are pipes, its standard error is ours or a file.
///
/// Spawned straight into this process group, so that an interrupt at the terminal ends it together with the bench.
final class ChildProcess {
    private let name: String
    let identifier: pid_t
    private let input: FileHandle
    private let output: Int32
    private var buffered: [UInt8] = []
    private var isReaped = false

    /// Where its standard error goes when it is not ours.
    private let log: String?

    /// Starts `executable`, looked up in PATH when it has no slash. With `core`, it runs on that core alone; with `log`,
    /// its standard error goes to that file, whose text becomes part of an error about it.
    init(_ executable: String, _ arguments: [String], core: Int? = nil, log: String? = nil) throws {
        self.log = log
        var command = [executable] + arguments
        if let core { command = ["taskset", "-c", String(core)] + command }
        name = (executable as NSString).lastPathComponent
        var inputPipe: [Int32] = [0, 0]
        var outputPipe: [Int32] = [0, 0]
        guard pipe(&inputPipe) == 0, pipe(&outputPipe) == 0 else {
            throw BenchError("no pipe: " + String(cString: strerror(errno)))
        }
        // One thread starts all programs, so none of them slips in between and inherits another's pipe.
        for descriptor in inputPipe + outputPipe { _ = fcntl(descriptor, F_SETFD, FD_CLOEXEC) }
        var actions = posix_spawn_file_actions_t()
        posix_spawn_file_actions_init(&actions)
        defer { posix_spawn_file_actions_destroy(&actions) }
        posix_spawn_file_actions_adddup2(&actions, inputPipe[0], 0)
        posix_spawn_file_actions_adddup2(&actions, outputPipe[1], 1)
        if let log { posix_spawn_file_actions_addopen(&actions, 2, log, O_WRONLY | O_CREAT | O_TRUNC, 0o600) }
        var identifier: pid_t = 0
        var words = command.map { strdup($0) }
        words.append(nil)
        defer { for word in words { free(word) } }
        let failure = posix_spawnp(&identifier, command[0], &actions, nil, words, environ)
        close(inputPipe[0])
        close(outputPipe[1])
        self.identifier = identifier
        input = FileHandle(fileDescriptor: inputPipe[1], closeOnDealloc: true)
        output = outputPipe[0]
        guard failure == 0 else {
            isReaped = true
            throw BenchError("\(command[0]) does not start: " + String(cString: strerror(failure)))
        }
    }

    deinit {
        if !isReaped { stop() }
        close(output)
    }

    /// Asks the program to end and waits until it has; after so many seconds it is killed.
    func stop(seconds: Int = 5) {
        guard !isReaped else { return }
        isReaped = true
        kill(identifier, SIGTERM)
        var status: Int32 = 0
        for _ in 0..<100 * seconds {
            if waitpid(identifier, &status, WNOHANG) != 0 { return }
            usleep(10_000)
        }
        kill(identifier, SIGKILL)
        waitpid(identifier, &status, 0)
    }

    /// Bytes that the process has in memory, the most it ever had with `isPeak`.
    func residentByteCount(isPeak: Bool) throws -> Int {
        let key = isPeak ? "VmHWM:" : "VmRSS:"
        let status = (try? String(contentsOfFile: "/proc/\(identifier)/status", encoding: .utf8)) ?? ""
        let line = status.split(separator: "\n").first { $0.hasPrefix(key) }
        guard let kibibytes = line?.split(whereSeparator: \.isWhitespace).dropFirst().first.flatMap({ Int($0) }) else {
            throw BenchError("the kernel says nothing about the memory of \(name)")
        }
        return kibibytes * 1_024
    }

    func write(line: String) throws {
        do {
            try input.write(contentsOf: Data((line + "\n").utf8))
        } catch {
            throw BenchError("\(name) has ended")
        }
    }

    /// The next line of the program's output; an error when none comes within `seconds` or the program has ended.
    func readLine(seconds: Int) throws -> String {
        while true {
            if let end = buffered.firstIndex(of: UInt8(ascii: "\n")) {
                let line = String(decoding: buffered[..<end], as: UTF8.self)
                buffered.removeSubrange(...end)
                return line
            }
            var wait = pollfd(fd: output, events: Int16(POLLIN), revents: 0)
            let ready = poll(&wait, 1, Int32(seconds * 1_000))
            guard ready != 0 else { throw BenchError("\(name) says nothing for \(seconds) s") }
            if ready < 0 { continue }
            var chunk = [UInt8](repeating: 0, count: 4_096)
            let count = read(output, &chunk, chunk.count)
            guard count > 0 else { throw BenchError("\(name) ended before it answered" + logged()) }
            buffered += chunk[..<count]
        }
    }

    private func logged() -> String {
        guard let log, let text = try? String(contentsOfFile: log, encoding: .utf8), !text.isEmpty else { return "" }
        return ":\n" + text
    }

    /// Runs a program that prints one line and ends; that line. An error when it fails.
    static func line(of executable: String, _ arguments: [String], core: Int? = nil, seconds: Int) throws -> String {
        try ChildProcess(executable, arguments, core: core).lastLine(seconds: seconds)
    }

    /// The line of a program that prints one and ends. An error when it fails.
    func lastLine(seconds: Int) throws -> String {
        let line = try readLine(seconds: seconds)
        try awaitSuccess()
        return line
    }

    /// Waits until the program has ended by itself. An error when it failed.
    func awaitSuccess() throws {
        var status: Int32 = 0
        waitpid(identifier, &status, 0)
        isReaped = true
        guard status == 0 else { throw BenchError("\(name) failed" + logged()) }
    }
}
