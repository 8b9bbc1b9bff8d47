/// Signs of reward hacking over a training run, from what the audit log holds.
package struct HackingMonitor: Sendable {
    package let windows: [MonitorWindow]
    /// The windows that changes are measured against: the first quarter, one at least.
    package let baselineCount: Int
    package let traces: [MonitorTrace]

    /// - Parameter baseline: The rollouts of the first `baselineCount` windows together.
    package init(
        windows: [MonitorWindow], baselineCount: Int, baseline: MonitorWindow, _ settings: MonitorSettings
    ) {
        self.windows = windows
        self.baselineCount = baselineCount
        let names = Set(windows.flatMap(\.criteria.keys)).sorted()
        let signals: [MonitorSignal] =
            [.length, .growth, .saturation, .zeroSpread, .divergence, .unscored] + names.map { .criterion($0) }
        traces = signals.map { signal in
            MonitorTrace(
                signal: signal, baseline: Self.value(signal, baseline, baseline),
                points: windows.enumerated().map { place, window in
                    let value = Self.value(signal, window, baseline)
                    // A window that is part of the baseline is not measured against it.
                    let isCompared = place >= baselineCount
                    return .init(
                        value: value, isAlarm: Self.isAlarm(signal, window, baseline, isCompared, settings))
                })
        }
    }

    package var alarms: [MonitorTrace] { traces.filter(\.isAlarm) }

    /// The signals that are alarms in a window.
    package func alarms(ofWindow place: Int) -> [MonitorSignal] {
        traces.filter { $0.points[place].isAlarm }.map(\.signal)
    }

    private static func value(
        _ signal: MonitorSignal, _ window: MonitorWindow, _ baseline: MonitorWindow
    ) -> Estimate<Double> {
        switch signal {
        case .length: window.lengthCorrelation.map(\.coefficient)
        case .growth:
            window.length.mean.flatMap { mean in
                baseline.length.mean.flatMap { $0 > 0 ? .value(mean / $0) : .undefined(.constant) }
            }
        case .saturation: window.saturation.value
        case .zeroSpread: window.zeroSpread.value
        case .divergence:
            window.judged.mean.flatMap { judged in window.deterministic.mean.map { judged - $0 } }
        case .unscored: window.unscored.value
        case .criterion(let name):
            window.criteria[name]?.value ?? .undefined(.tooFew(needed: 1, found: 0))
        }
    }

    private static func isAlarm(
        _ signal: MonitorSignal, _ window: MonitorWindow, _ baseline: MonitorWindow, _ isCompared: Bool,
        _ settings: MonitorSettings
    ) -> Bool {
        /// Above the bound beyond what chance explains.
        func isAbove(_ proportion: Proportion, _ bound: Double) -> Bool {
            (proportion.wilson(level: settings.level).value?.low ?? 0) > bound
        }
        func distance(_ moments: KeyPath<MonitorWindow, MonitorWindow.Moments>) -> Double {
            window[keyPath: moments].distance(above: baseline[keyPath: moments]).value ?? 0
        }
        switch signal {
        case .length:
            let interval = window.lengthCorrelation.flatMap { $0.interval(level: settings.level) }
            return (interval.value?.low ?? 0) > settings.lengthCorrelationMax
        case .growth:
            let factor = value(.growth, window, baseline).value ?? 1
            return isCompared && factor > settings.lengthFactorMax && distance(\.length) > settings.distanceMin
                && distance(\.reward) > settings.distanceMin
        case .saturation: return isAbove(window.saturation, settings.saturationMax)
        case .zeroSpread: return isAbove(window.zeroSpread, settings.zeroSpreadMax)
        case .divergence:
            let change = value(.divergence, window, baseline).value.flatMap { now in
                value(.divergence, baseline, baseline).value.map { now - $0 }
            }
            return isCompared && (change ?? 0) > settings.divergenceMax && distance(\.judged) > settings.distanceMin
                && distance(\.deterministic) < -settings.distanceMin
        case .unscored: return isAbove(window.unscored, settings.unscoredMax)
        case .criterion(let name):
            guard isCompared, let now = window.criteria[name], let before = baseline.criteria[name],
                let change = difference(now, before)
            else { return false }
            return abs(change.value) > settings.criterionChangeMax && abs(change.distance) > settings.distanceMin
        }
    }

    /// Of two shares, and in standard errors of the pooled share.
    private static func difference(_ now: Proportion, _ before: Proportion) -> (value: Double, distance: Double)? {
        guard let one = now.value.value, let other = before.value.value else { return nil }
        let pooled = Double(now.successCount + before.successCount) / Double(now.count + before.count)
        let error = pooled * (1 - pooled) * (1 / Double(now.count) + 1 / Double(before.count))
        guard error > 0 else { return (one - other, 0) }
        return (one - other, (one - other) / error.squareRoot())
    }
}
