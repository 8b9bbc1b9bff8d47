import Foundation

/// The Python programs of `bench/peers`: each is started for one run, prints one line of JSON and ends; servers print a line
/// that begins with "ready" and go on.
struct PeerScripts {
    /// An interpreter that has what bench/peers/requirements.txt names.
    let python: String
    /// The core that everything of a comparison shares, so that nobody waits for a core that sleeps; nil where the scheduler puts
    /// each.
    var core: Int?

    /// To stand behind what is compared.
    var placement: String {
        core == nil ? "; both sides where the scheduler puts them" : "; both sides on the same core"
    }

    private static func path(_ script: String) -> String { "bench/peers/\(script).py" }

    func run<Result: Decodable>(_ script: String, _ arguments: [String]) throws -> Result {
        // A Python program on a busy machine takes minutes.
        let line = try ChildProcess.line(of: python, [Self.path(script)] + arguments, core: core, seconds: 600)
        do { return try JSONDecoder().decode(Result.self, from: Data(line.utf8)) } catch {
            throw BenchError("\(script).py said: \(line.prefix(300))")
        }
    }

    /// A server, and the words of its line behind "ready".
    func serve(_ script: String, _ arguments: [String]) throws -> (process: ChildProcess, words: [String]) {
        let process = try ChildProcess(python, [Self.path(script)] + arguments, core: core)
        let words = try process.readLine(seconds: 120).split(separator: " ").map(String.init)
        guard words.first == "ready" else { throw BenchError("\(script).py said: \(words)") }
        return (process, Array(words.dropFirst()))
    }
}
