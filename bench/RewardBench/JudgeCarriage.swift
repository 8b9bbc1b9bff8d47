import RewardJudge
import RewardJudgeHTTP
import RewardMemory

/// The judge lane's HTTP driver without the lane: one request again and again, with nothing written into it and its responses read by
/// nobody. What is left of a call when all that makes it a judge's is taken away, as in the C client.
struct JudgeCarriage {
    let request: HTTPRequest
    let inFlightCount: Int
    let callCount: Int

    private static let timeoutNanoseconds: UInt64 = 60_000_000_000

    /// A closed loop on one thread: the next call starts when one has ended.
    func run() throws -> JudgeRun {
        let driver: HTTPDriver
        do { driver = try HTTPDriver(settings: HTTPDriverSettings()) } catch { throw BenchError("no driver: \(error)") }
        var startedCount = 0
        func startNext() {
            guard startedCount < callCount else { return }
            driver.start(UInt64(startedCount), request, timeoutNanoseconds: Self.timeoutNanoseconds)
            startedCount += 1
        }
        let begin = MonotonicClock.nanoseconds
        let processorBegin = JudgeRun.processorSeconds()
        for _ in 0..<inFlightCount { startNext() }
        var endedCount = 0
        var completions: [HTTPCompletion] = []
        while endedCount < callCount {
            _ = driver.wait(untilNanoseconds: nil, into: &completions)
            for completion in completions {
                guard case .response(let response) = completion.outcome, response.statusCode == 200 else {
                    throw BenchError("a call failed: \(completion.outcome)")
                }
                endedCount += 1
                startNext()
            }
            completions.removeAll(keepingCapacity: true)
        }
        return JudgeRun(
            callCount: callCount, seconds: Double(MonotonicClock.nanoseconds - begin) / 1e9,
            processorSeconds: JudgeRun.processorSeconds() - processorBegin)
    }
}
