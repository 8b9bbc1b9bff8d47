import Foundation
import RewardMemory
import ServerFixture
import Testing

@Suite struct RecordRingTests {
    /// Writes a record of equal bytes; false when the ring is full.
    private static func write(_ ring: RigidPool<RecordRing>, _ byte: UInt8, _ count: Int, reserving: Int? = nil) -> Bool
    {
        guard let room = ring[0].reserve(reserving ?? count) else { return false }
        room.update(repeating: byte, count: count)
        ring[0].commit(count)
        return true
    }

    private static func withRing(_ capacity: Int, _ body: (RigidPool<RecordRing>) throws -> Void) rethrows {
        let ring = RigidPool(capacity: 1) { _ in RecordRing(capacity: capacity) }
        defer { ring.destroy() }
        try body(ring)
    }

    @Test func recordsComeOutInTheirOrder() {
        Self.withRing(4_096) { ring in
            #expect(ring[0].first() == nil && ring[0].waitingByteCount == 0)
            #expect(Self.write(ring, 1, 5, reserving: 100) && Self.write(ring, 2, 0) && Self.write(ring, 3, 64))
            for (byte, count) in [(UInt8(1), 5), (2, 0), (3, 64)] {
                let record = ring[0].first()
                #expect(record?.makeArray() == Array(repeating: byte, count: count))
                ring[0].release()
            }
            #expect(ring[0].first() == nil && ring[0].waitingByteCount == 0)
        }
    }

    @Test func fullRingRefusesAndCounts() {
        Self.withRing(4_096) { ring in
            var count = 0
            while Self.write(ring, 7, 100) { count += 1 }
            #expect(count == 4_096 / 112)
            #expect(ring[0].droppedCount == 1)
            #expect(!Self.write(ring, 7, 2_049) && ring[0].droppedCount == 2)
            ring[0].release()
            #expect(Self.write(ring, 8, 100))
        }
    }

    /// A writer and a reader on threads of their own, records of every length, a ring that wraps hundreds of times.
    @Test func recordsSurviveTwoThreads() {
        var generator = SeededGenerator.forTest("recordsSurviveTwoThreads")
        let lengths = (0..<20_000).map { _ in Int.random(in: 0...700, using: &generator) }
        Self.withRing(8_192) { ring in
            let hasEnded = DispatchSemaphore(value: 0)
            Thread {
                for (index, length) in lengths.enumerated() {
                    while !Self.write(ring, UInt8(truncatingIfNeeded: index), length) {}
                }
                hasEnded.signal()
            }.start()
            var wrongCount = 0
            for (index, length) in lengths.enumerated() {
                var record: ByteView?
                while record == nil { record = ring[0].first() }
                let bytes = record?.makeArray() ?? []
                if bytes != Array(repeating: UInt8(truncatingIfNeeded: index), count: length) { wrongCount += 1 }
                ring[0].release()
            }
            hasEnded.wait()
            #expect(wrongCount == 0 && ring[0].waitingByteCount == 0)
        }
    }
}
