import Hummingbird
import NIOCore
import RewardKernel
import RewardMemory
import Synchronization

/// Why a body could not be had.
enum BodyError: Error {
    case tooLarge
    /// It did not come in time.
    case slow
    /// Too many bodies are held at this moment.
    case full
    case broken
    case notJSON(String)
}

/// Bytes that may be held at the same time.
final class ByteBudget: Sendable {
    private let countMax: Int
    private let count = Atomic(0)

    init(_ countMax: Int) {
        self.countMax = countMax
    }

    fileprivate func take(_ byteCount: Int) -> Bool {
        let (_, taken) = count.add(byteCount, ordering: .relaxed)
        if taken <= countMax { return true }
        give(byteCount)
        return false
    }

    fileprivate func give(_ byteCount: Int) {
        count.subtract(byteCount, ordering: .relaxed)
    }
}

/// What one request has taken of the budget; given back when the request is done with.
final class ByteLease: Sendable {
    private let budget: ByteBudget
    private let count = Atomic(0)

    init(_ budget: ByteBudget) {
        self.budget = budget
    }

    deinit {
        budget.give(count.load(ordering: .relaxed))
    }

    func extend(by byteCount: Int) -> Bool {
        guard budget.take(byteCount) else { return false }
        count.add(byteCount, ordering: .relaxed)
        return true
    }
}

/// Reads the bodies of requests: bounded in bytes and in time, each and all together.
struct RequestBodies: Sendable {
    let timeout: Duration
    let budget: ByteBudget

    /// The JSON of a request, with the lease that the caller holds while it works on it.
    func json(of request: Request) async throws -> (value: JSONValue, lease: ByteLease) {
        let (bytes, lease) = try await bytes(of: request)
        do {
            return (try JSONValue.make(parsing: bytes), lease)
        } catch {
            throw BodyError.notJSON("not JSON at byte \(error.offset + 1): \(error.message)")
        }
    }

    /// The bytes of a request, with the lease that the caller holds while it works on them.
    func bytes(of request: Request) async throws -> (bytes: [UInt8], lease: ByteLease) {
        let lease = ByteLease(budget)
        let bytes = try await withThrowingTaskGroup(of: [UInt8].self) { group in
            group.addTask { try await Self.collect(request.body, lease) }
            group.addTask {
                try await Task.sleep(for: timeout)
                throw BodyError.slow
            }
            defer { group.cancelAll() }
            return try await group.next() ?? []
        }
        return (bytes, lease)
    }

    private static func collect(_ body: RequestBody, _ lease: ByteLease) async throws -> [UInt8] {
        var bytes: [UInt8] = []
        do {
            for try await chunk in body {
                guard bytes.count + chunk.readableBytes <= Limits.gatewayBodyByteCountMax else {
                    throw BodyError.tooLarge
                }
                guard lease.extend(by: chunk.readableBytes) else { throw BodyError.full }
                bytes.append(contentsOf: chunk.readableBytesView)
            }
        } catch let error as BodyError {
            throw error
        } catch {
            throw BodyError.broken
        }
        return bytes
    }
}
