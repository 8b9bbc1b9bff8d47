import BenchSupport
import Foundation
import RewardMemory
import RewardStore
import RewardWire
import TerminalText

/// Rows a second of the audit log, against a loop in C that inserts a row of the same text into one plain table.
struct StoreBench {
    let stage: Stage

    private static let textByteCount = 300

    func figures(_ progress: (String) -> Void) throws -> [Figure] {
        let rowCount = stage.settings.rounds > 3 ? 400_000 : 100_000
        var ours = Rounds()
        var floors = Rounds()
        for round in 0..<stage.settings.rounds {
            progress("audit log, round \(round + 1)")
            let floor = try ChildProcess(
                stage.floor("store_floor"),
                [stage.path("floor-\(round).db"), String(rowCount), String(Self.textByteCount)])
            guard let rate = Double(try floor.readLine(seconds: 120)) else {
                throw BenchError("store_floor gave no rate")
            }
            floor.stop()
            floors.add(rate)
            ours.add(try rowsPerSecond(file: stage.path("store-\(round).db"), rowCount))
            for name in ["floor-\(round).db", "store-\(round).db"] {
                for suffix in ["", "-wal", "-shm"] {
                    try? FileManager.default.removeItem(atPath: stage.path(name + suffix))
                }
            }
        }
        return [
            Figure(
                section:
                    "Audit log: rows with \(Self.textByteCount) B of text and two components, until they are committed",
                name: "\(Figures.count(rowCount)) rows", unit: "rows/s", rounds: ours, floor: floors,
                floorName: "C loop, one table without an index")
        ]
    }

    /// Rows go through a ring as a worker writes them; the store's thread does the rest.
    private func rowsPerSecond(file: String, _ rowCount: Int) throws -> Double {
        let store: RewardStore
        do { store = try RewardStore(StoreSettings(path: file, ringCount: 1)) } catch {
            throw BenchError(error.message)
        }
        let storage = OwnedStorage()
        let text = storage.makeText(Array(repeating: UInt8(ascii: "x"), count: Self.textByteCount))
        let hash = storage.makeText(Array(repeating: UInt8(ascii: "a"), count: 64))
        let begun = MonotonicClock.nanoseconds
        for row in 0..<rowCount {
            let capacity = 1_024
            var room = store.board[0].rings[0].reserve(capacity)
            while room == nil {
                usleep(1_000)
                room = store.board[0].rings[0].reserve(capacity)
            }
            guard let room else { continue }
            var writer = AuditRowWriter(unsafe: room, capacity: capacity)
            writer.text(hash)
            writer.text(ByteView("reward"))
            writer.name(Int64(row))
            writer.name(Int64(row / 8))
            for name in [ByteView("length"), ByteView("format")] {
                writer.component(name, score: 0.5, status: 0)
                for _ in 0..<3 { writer.text(nil) }
            }
            writer.text(nil)
            writer.text(text)
            for _ in 0..<2 { writer.text(nil) }
            var head = AuditHead()
            head.wallClockMicroseconds = Int64(row)
            head.componentCount = 2
            head.completionByteCount = UInt32(Self.textByteCount)
            store.board[0].rings[0].commit(writer.finish(head))
            store.board[0].wakeIfSleeping()
        }
        store.close()
        let seconds = Double(MonotonicClock.nanoseconds - begun) / 1e9
        guard store.board[0].total(StoreCounter.rowsWritten.rawValue) == UInt64(rowCount) else {
            throw BenchError("the store did not write every row")
        }
        return Double(rowCount) / seconds
    }
}
