import RewardJudge
import Testing

/// When something that goes wrong now and then is too much.
@Suite struct DriftWatchTests {
    @Test func fewOutcomesSayNothing() {
        var watch = DriftWatch(shareMax: 0.1)
        for _ in 1..<DriftWatch.countMin { #expect(watch.add(isWrong: true) == nil) }
        #expect(watch.wrongShare == nil && !watch.isRaised)
        #expect(watch.add(isWrong: true) == .raised)
    }

    @Test func alarmIsToldOnceAndClearedOnce() {
        var watch = DriftWatch(shareMax: 0.1)
        var changes: [DriftWatch.Change] = []
        func play(_ isWrong: Bool, _ count: Int) {
            for _ in 0..<count { if let change = watch.add(isWrong: isWrong) { changes.append(change) } }
        }
        play(false, 90)
        play(true, 30)
        #expect(changes == [.raised] && watch.isRaised && watch.count == DriftWatch.windowCount)
        play(false, 200)
        #expect(changes == [.raised, .cleared] && watch.wrongCount == 0)
        play(true, 11)
        #expect(changes == [.raised, .cleared, .raised] && watch.alarmCount == 2)
    }

    @Test func shareAtTheLimitIsNoAlarm() {
        var watch = DriftWatch(shareMax: 0.1)
        for index in 0..<1_000 { #expect(watch.add(isWrong: index % 10 == 9) == nil) }
        #expect(watch.wrongShare == 0.1)
    }
}
