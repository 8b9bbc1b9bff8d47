import ReportPages
import RewardStore

/// One rollout of the audit log, with everything that was found of it.
struct RolloutView {
    let rollout: StoredRollout

    var html: String {
        var frame = PageFrame("Rollout \(rollout.identifier ?? "\(rollout.key)")", .dashboard)
        frame.trail = ("Dashboard", "/dashboard")
        return frame.html { main in
            main.element("dl", [.class("facts")]) { list in
                for (name, value) in facts {
                    list.element("div") { entry in
                        entry.element("dt", text: name)
                        entry.element("dd", text: value)
                    }
                }
            }
            main.element("div", [.class("columns")]) { columns in
                columns.element("div", [.class("texts")]) { RolloutTexts(rollout: rollout).write(into: &$0) }
                columns.element("div", [.class("questions")]) { side in
                    table.write(into: &side)
                    for component in rollout.components where component.judge != nil {
                        write(component, into: &side)
                    }
                }
            }
        }
    }

    private var facts: [(String, String)] {
        [
            ("reward", "\(rollout.reward): \(FigureText.decimal(rollout.aggregateReward, fractionDigits: 4))"),
            ("status", rollout.status), ("scored", PageTime.text(rollout.at)), ("group", rollout.group ?? "none"),
            ("key in the store", "\(rollout.key)"), ("configuration", String(rollout.configurationHash.prefix(12))),
        ]
    }

    private var table: Table {
        var table = Table(
            caption: "Components", columns: ["component", .init("score", .number), "status", "judge"])
        for component in rollout.components {
            table.add([
                Cell(component.name), component.score.map { .number($0, fractionDigits: 4) } ?? .none,
                Cell(
                    component.status,
                    tone: component.status.hasPrefix("neutral") || component.status.hasPrefix("error") ? .bad : nil),
                component.judge.map { Cell($0) } ?? .none,
            ])
        }
        return table
    }

    private func write(_ component: StoredRollout.Component, into side: inout Markup) {
        side.element("h3", text: "What the judge of \(component.name) said")
        if !component.findings.isEmpty {
            side.element("dl", [.class("pair said")]) { list in
                for finding in component.findings {
                    list.element("dt", text: finding.name)
                    let verdict = finding.judgement.replacing("_", with: " ")
                    list.element(
                        "dd", [.init("dir", "auto")],
                        text: finding.reason.map { "\(verdict): \(VisibleText.of($0))" } ?? verdict)
                }
            }
        }
        if !component.rationale.isEmpty, !component.findings.contains(where: { $0.reason != nil }) {
            side.element("div", [.class("words"), .init("dir", "auto")], text: VisibleText.of(component.rationale))
        }
    }
}
