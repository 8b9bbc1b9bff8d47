/// Makes windows out of rollouts that come one after the other, keeping one window of them and the baseline at a time.
package struct MonitorBuilder {
    private let rolloutCount: Int
    private let windowCount: Int
    private let baselineCount: Int
    private var seenCount = 0
    private var current: [MonitoredRollout] = []
    private var first: [MonitoredRollout] = []
    private var windows: [MonitorWindow] = []

    /// - Parameters:
    ///   - rolloutCount: How many will come.
    ///   - windowCount: In how many windows; fewer when there are not two rollouts for each.
    package init(rolloutCount: Int, windowCount: Int) {
        precondition(windowCount > 0, "there is a window at least")
        self.rolloutCount = rolloutCount
        self.windowCount = max(1, min(windowCount, rolloutCount / 2))
        baselineCount = max(1, self.windowCount / 4)
    }

    package mutating func add(_ rollout: MonitoredRollout) {
        current.append(rollout)
        seenCount += 1
        // The last window takes what came unannounced.
        guard windows.count < windowCount - 1,
            seenCount * windowCount >= (windows.count + 1) * rolloutCount
        else { return }
        endWindow()
    }

    /// Nil without rollouts.
    package consuming func finish(_ settings: MonitorSettings) -> HackingMonitor? {
        if !current.isEmpty { endWindow() }
        guard !windows.isEmpty else { return nil }
        let count = min(baselineCount, windows.count)
        return HackingMonitor(
            windows: windows, baselineCount: count, baseline: MonitorWindow(first), settings)
    }

    private mutating func endWindow() {
        if windows.count < baselineCount { first += current }
        windows.append(MonitorWindow(current))
        current.removeAll(keepingCapacity: true)
    }
}
