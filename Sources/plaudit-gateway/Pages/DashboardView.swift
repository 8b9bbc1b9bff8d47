import ReportPages
import RewardClient
import RewardKernel
import RewardStore

/// The dashboard.
struct DashboardView {
    let content: DashboardContent
    /// The sidecar's counters; nil without one.
    let live: MessageValue?

    var html: String {
        PageFrame("Dashboard", .dashboard).html { main in
            writeWindows(into: &main)
            guard let range = content.range, !content.rewards.isEmpty else {
                main.note(
                    .warning,
                    """
                    Nothing has been scored yet that the store has kept. Rollouts are kept with \
                    \(code: "store: {path: plaudit.db, audit: true}") in the sidecar's configuration.
                    """)
                writeLive(into: &main)
                return
            }
            main.element(
                "p", [.class("help")],
                text:
                    "From \(PageTime.text(range.lowerBound)) to \(PageTime.text(range.upperBound)), the end of the log."
            )
            for trend in content.rewards where content.reward == nil || trend.reward == content.reward {
                RewardTrendView(trend: trend, range: range).write(into: &main)
            }
            writeLive(into: &main)
            main.element("h2", text: "Rollouts without a score, the latest")
            ExcerptTable(
                caption: "Neutral and refused rollouts: a failure is never a score",
                empty: "Every rollout of this time has a score.", excerpts: content.failed
            ).write(into: &main)
            main.element("h2", text: "Lowest rewards")
            ExcerptTable(
                caption: "Rollouts that were scored, the lowest first", empty: "None.", excerpts: content.lowest
            )
            .write(into: &main)
        }
    }

    private func writeWindows(into main: inout Markup) {
        main.element("ul", [.class("windows"), .init("aria-label", "Time")]) { list in
            for window in DashboardPages.Window.allCases {
                list.element("li") {
                    $0.link(window.text, path(window, content.reward), window == content.window ? Self.here : [])
                }
            }
        }
        guard content.rewards.count > 1 else { return }
        main.element("ul", [.class("windows"), .init("aria-label", "Reward")]) { list in
            list.element("li") {
                $0.link("all rewards", path(content.window, nil), content.reward == nil ? Self.here : [])
            }
            for trend in content.rewards {
                list.element("li") {
                    $0.link(
                        trend.reward, path(content.window, trend.reward),
                        trend.reward == content.reward ? Self.here : [])
                }
            }
        }
    }

    private static let here: [Attribute] = [.init("aria-current", "true")]

    private func path(_ window: DashboardPages.Window, _ reward: String?) -> String {
        var query = QueryText()
        query.append("window", window.rawValue)
        if let reward { query.append("reward", reward) }
        return "/dashboard?\(query.text)"
    }

    private func writeLive(into main: inout Markup) {
        main.element("h2", text: "Judges and cost, live")
        guard let live else {
            main.note(.warning, "No sidecar answers on the socket; what follows its counters is not known.")
            return
        }
        JudgeHealth(live).write(into: &main)
    }
}

/// One reward: figures, and how they went over time.
struct RewardTrendView {
    let trend: RewardTrend
    /// What is shown, in microseconds since 1970.
    let range: ClosedRange<Int64>

    func write(into main: inout Markup) {
        main.element("h2", text: trend.reward)
        let total = trend.whole.total
        var plotCount = 0
        Block.keyFigures(figures(total)).write(into: &main, plotCount: &plotCount)
        main.element("div", [.class("tiles")]) { tiles in
            rewardPlot.write(into: &tiles, identifier: "reward-\(trend.reward)")
            componentPlot?.write(into: &tiles, identifier: "components-\(trend.reward)")
            failurePlot?.write(into: &tiles, identifier: "failures-\(trend.reward)")
            timePlot.write(into: &tiles, identifier: "time-\(trend.reward)")
        }
        table.write(into: &main)
    }

    private func figures(_ total: Trend.Sums) -> [KeyFigure] {
        let neutral = total.count(where: { $0.kind == .neutral })
        let refused = total.count(where: \.isError)
        func share(_ count: Int) -> String {
            FigureText.percent(Double(count) / Double(max(1, total.count))) + " of all"
        }
        return [
            KeyFigure("rollouts", FigureText.count(total.count)),
            KeyFigure(
                "mean reward", total.mean.map { FigureText.decimal($0, fractionDigits: 3) } ?? "undefined",
                note: total.standardDeviation.map { "standard deviation \(FigureText.decimal($0, fractionDigits: 3))" }),
            KeyFigure(
                "neutral", FigureText.count(neutral), note: share(neutral), tone: neutral > 0 ? .warning : nil),
            KeyFigure("refused", FigureText.count(refused), note: share(refused), tone: refused > 0 ? .bad : nil),
            KeyFigure(
                "mean time",
                total.meanMilliseconds.map { FigureText.decimal($0, fractionDigits: 1) + " ms" } ?? "undefined",
                note: "from the request to the reward"),
        ]
    }

    private var time: Axis {
        let (first, last) = (Double(range.lowerBound) / 1e6, Double(range.upperBound) / 1e6)
        return Axis("time, UTC", range: first...max(first + 60, last), format: .time)
    }

    private static func points(_ trend: Trend, _ value: (Trend.Sums) -> Double?) -> [Series.Point] {
        trend.steps.map { .init(Double($0.start) / 1e6, value($0.sums) ?? .nan) }
    }

    private var rewardPlot: Plot {
        Plot(
            title: "Reward", description: "Mean of the rollouts that were scored.",
            .lines([Series(trend.reward, Self.points(trend.whole, \.mean))], x: time, y: Axis("mean reward")))
    }

    /// Colours and strokes tell eight series apart; what there is more of stands in the table.
    private static let seriesCountMax = 8

    private var componentPlot: Plot? {
        let shown = trend.components.prefix(Self.seriesCountMax)
        guard !shown.isEmpty else { return nil }
        let cut = trend.components.count > shown.count ? " The first \(shown.count) of \(trend.components.count)." : ""
        return Plot(
            title: "Components", description: "Mean score of each where it has one.\(cut)",
            .lines(
                shown.map { Series($0.component ?? "", Self.points($0, \.mean)) }, x: time, y: Axis("mean score")))
    }

    private var failurePlot: Plot? {
        guard trend.whole.total.count(where: \.isMissing) > 0 else { return nil }
        let kinds: [(String, (Status) -> Bool)] = [("neutral", { $0.kind == .neutral }), ("refused", \.isError)]
        return Plot(
            title: "Without a score", description: "Share of the rollouts that are neutral or were refused.",
            .lines(
                kinds.map { name, isWanted in
                    Series(
                        name, Self.points(trend.whole) { Double($0.count(where: isWanted)) / Double(max(1, $0.count)) })
                }, x: time, y: Axis("share", format: .percent)))
    }

    private var timePlot: Plot {
        Plot(
            title: "Time", description: "Mean time from the request to the reward; judges are most of it.",
            .lines([Series("time", Self.points(trend.whole, \.meanMilliseconds))], x: time, y: Axis("milliseconds")))
    }

    private var table: Table {
        var table = Table(
            caption: "Outcomes of the components of \(trend.reward)",
            columns: [
                "component", .init("scored", .number), .init("mean score", .number), .init("deviation", .number),
                .init("gated", .number), .init("abstained", .number), .init("failed", .number), "why",
            ])
        for component in trend.components {
            let total = component.total
            let failed = total.count(where: \.isMissing)
            let why = total.counts.sorted { $0.value > $1.value }.compactMap { code, count in
                Status(rawValue: code).flatMap { $0.isMissing ? "\($0.name) \(FigureText.count(count))" : nil }
            }
            table.add([
                Cell(component.component ?? ""), .count(total.scoredCount),
                total.mean.map { .number($0) } ?? .undefined("nothing was scored"),
                total.standardDeviation.map { .number($0) } ?? .none, .count(total.count { $0 == .gated }),
                .count(total.count { $0 == .abstained }), .count(failed, tone: failed > 0 ? .bad : nil),
                Cell(why.joined(separator: ", ")),
            ])
        }
        return table
    }
}

/// What the sidecar counts of its judges.
struct JudgeHealth {
    private let judging: MessageValue?

    init(_ stats: MessageValue) { judging = stats["judging"] }

    func write(into main: inout Markup) {
        guard let judging, judging["questions"] != nil else {
            main.element("p", text: "The sidecar asks no judge.")
            return
        }
        var plotCount = 0
        let calls = count("calls")
        let cached = count("cached")
        let failures = (judging.map ?? []).filter { $0.key.hasPrefix("neutral(") }.compactMap(\.value.double).reduce(
            0, +)
        let canaries = count("canaries")
        let passed = count("canaries_passed")
        Block.keyFigures([
            KeyFigure(
                "questions", Self.text(count("questions")), note: "\(Self.text(count("questions_waiting"))) wait"),
            KeyFigure("calls", Self.text(calls), note: "\(Self.text(count("retries"))) retries"),
            KeyFigure(
                "answered by the cache", share(cached, of: cached + calls), note: "\(Self.text(cached)) answers"),
            KeyFigure(
                "without a verdict", Self.text(failures), note: "neutral, for whatever reason",
                tone: failures > 0 ? .warning : nil),
            KeyFigure(
                "canaries that passed", canaries > 0 ? share(passed, of: canaries) : "undefined",
                note: canaries > 0 ? "of \(Self.text(canaries)), all known to be bad" : "none has been asked",
                tone: canaries > 0 && passed / canaries > 0.05 ? .bad : nil),
            KeyFigure(
                "cost", FigureText.decimal(count("cost"), fractionDigits: 4),
                note: "\(Self.text(count("tokens_in"))) tokens in, \(Self.text(count("tokens_out"))) out"),
        ]).write(into: &main, plotCount: &plotCount)
        var table = Table(
            caption: "Judges, since the configuration was loaded",
            columns: [
                "judge", .init("under way", .number), .init("at most", .number), .init("attempts", .number),
                .init("failed", .number), .init("latency", .number), .init("tokens today", .number),
            ])
        for judge in judging["judges"]?.map ?? [] {
            let latency = judge.value["latency_ms"]?.double ?? 0
            table.add([
                Cell(judge.key), .count(Int(judge.value["in_flight"]?.double ?? 0)),
                .count(Int(judge.value["concurrency"]?.double ?? 0)),
                .count(Int(judge.value["attempts"]?.double ?? 0)), .count(Int(judge.value["failures"]?.double ?? 0)),
                latency > 0 ? Cell(FigureText.decimal(latency, fractionDigits: 1) + " ms") : .none,
                .count(Int(judge.value["tokens_today"]?.double ?? 0)),
            ])
        }
        if !table.rows.isEmpty { table.write(into: &main) }
    }

    private func count(_ name: String) -> Double { judging?[name]?.double ?? 0 }

    private func share(_ part: Double, of all: Double) -> String {
        all > 0 ? FigureText.percent(part / all) : "undefined"
    }

    private static func text(_ value: Double) -> String {
        FigureText.decimal(value, fractionDigits: 0)
    }
}

/// Rollouts to look at, each with the way to its page.
struct ExcerptTable {
    let caption: String
    let empty: String
    let excerpts: [RolloutExcerpt]

    func write(into main: inout Markup) {
        guard !excerpts.isEmpty else {
            main.element("p", text: empty)
            return
        }
        let region: [Attribute] = [
            .class("scroll"), .init("role", "region"), .init("aria-label", caption), .init("tabindex", "0"),
        ]
        main.element("div", region) { scroll in
            scroll.element("table", [.class("excerpts")]) { table in
                table.element("caption", text: caption)
                table.element("thead") { head in
                    head.element("tr") { row in
                        for title in ["rollout", "scored", "reward", "status", "because", "completion"] {
                            row.element("th", [.init("scope", "col")], text: title)
                        }
                    }
                }
                table.element("tbody") { body in
                    for excerpt in excerpts { write(excerpt, into: &body) }
                }
            }
        }
    }

    private func write(_ excerpt: RolloutExcerpt, into body: inout Markup) {
        body.element("tr") { row in
            row.element("th", [.init("scope", "row")]) { $0.link("\(excerpt.key)", "/rollout/\(excerpt.key)") }
            row.element("td", text: PageTime.text(excerpt.at))
            row.element(
                "td", text: "\(excerpt.reward) \(FigureText.decimal(excerpt.aggregateReward, fractionDigits: 3))")
            row.element("td", text: excerpt.status)
            row.element("td", text: excerpt.reasons.joined(separator: ", "))
            row.element("td", [.class("words"), .init("dir", "auto")], text: VisibleText.of(excerpt.completion))
        }
    }
}
