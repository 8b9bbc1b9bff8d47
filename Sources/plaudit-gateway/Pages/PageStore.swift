import Dispatch
import RewardStore
import Synchronization

/// The store that the pages show. Opened when it is first asked for, since the gateway may start before the sidecar that makes it.
final class PageStore: Sendable {
    private let path: String
    private let opened = Mutex<ReviewStore?>(nil)
    private let trendReader = Mutex<TrendReader?>(nil)
    /// Database calls block, and must not hold up the threads that serve requests.
    private let queue = DispatchQueue(label: "plaudit.pages", attributes: .concurrent)

    init(path: String) {
        self.path = path
    }

    /// Runs `body` with the store, away from the threads that serve requests.
    func use<Outcome: Sendable>(
        _ body: @escaping @Sendable (ReviewStore) throws(ReviewError) -> Outcome
    ) async throws -> Outcome {
        try await withCheckedThrowingContinuation { continuation in
            queue.async {
                continuation.resume(with: Result { () throws -> Outcome in try body(try self.open()) })
            }
        }
    }

    /// The same with what dashboards show.
    func trends<Outcome: Sendable>(
        _ body: @escaping @Sendable (TrendReader) throws(StoreError) -> Outcome
    ) async throws -> Outcome {
        try await use { _ throws(ReviewError) in
            do throws(StoreError) { return try body(try self.openTrends()) } catch { throw .store(error) }
        }
    }

    /// Behind the other, which brings the tables up to date.
    private func openTrends() throws(StoreError) -> TrendReader {
        try trendReader.withLock { reader throws(StoreError) in
            if let reader { return reader }
            let new = try TrendReader(path: path)
            reader = new
            return new
        }
    }

    private func open() throws -> ReviewStore {
        try opened.withLock { store in
            if let store { return store }
            let new = try ReviewStore(path: path)
            store = new
            return new
        }
    }
}
