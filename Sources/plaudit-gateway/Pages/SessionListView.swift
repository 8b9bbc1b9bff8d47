import Foundation
import ReportPages
import RewardKernel
import RewardMemory
import RewardReport
import RewardStore

/// All review sessions, and the form that draws a new one.
struct SessionListView {
    let sources: [ReviewSource]
    let sessions: [ReviewSession]

    var html: String {
        PageFrame("Review", .review).html { main in
            main.element("p", [.class("lead")]) { lead in
                lead.text(
                    "People answer what the judge was asked, without seeing its verdict first. How far they agree says whether "
                        + "the judge can be trusted.")
            }
            if !sessions.isEmpty { writeSessions(into: &main) }
            main.element("h2", text: "Draw a session")
            if sources.isEmpty {
                main.note(
                    .warning,
                    """
                    No judge has scored anything lately that the store has kept. Rollouts are kept with \
                    \(code: "store: {path: plaudit.db, audit: true}") in the sidecar's configuration.
                    """)
            } else {
                writeForm(into: &main)
            }
        }
    }

    private func writeSessions(into main: inout Markup) {
        main.element("h2", text: "Sessions")
        main.element(
            "div", [.class("scroll"), .init("role", "region"), .init("aria-label", "Sessions"), .init("tabindex", "0")]
        ) { region in
            region.element("table") { table in
                table.element("thead") { head in
                    head.element("tr") { row in
                        for title in ["session", "component", "drawn", "items", "answered"] {
                            row.element("th", [.init("scope", "col")], text: title)
                        }
                    }
                }
                table.element("tbody") { body in
                    for session in sessions { write(session, into: &body) }
                }
            }
        }
    }

    private func write(_ session: ReviewSession, into body: inout Markup) {
        body.element("tr") { row in
            row.element("th", [.init("scope", "row")]) {
                $0.link("Session \(session.identifier)", "/review/\(session.identifier)")
            }
            row.element("td", text: "\(session.reward) · \(session.component)")
            row.element("td", text: PageTime.text(session.at))
            row.element("td", [.class("number")], text: "\(session.itemCount)")
            let progress = session.progress.map { "\($0.labeler) \($0.answeredCount)" }
            row.element("td", text: progress.isEmpty ? "nobody yet" : progress.joined(separator: ", "))
        }
    }

    private func writeForm(into main: inout Markup) {
        let shown = ReviewRequest(reward: "", component: "")
        main.form("/review") { form in
            form.element("p", [.class("field")]) { line in
                line.element("label", [.init("for", "field-about")], text: "Component")
                line.element("select", [.init("id", "field-about"), .init("name", "about"), .init("required")]) {
                    list in
                    for source in sources {
                        let names = JSONValue.array([.string(source.reward), .string(source.component)])
                        list.element(
                            "option", [.init("value", names.compactText)],
                            text: "\(source.component), of the reward \(source.reward)")
                    }
                }
            }
            form.field(
                "Rollouts", name: "count", value: "\(shown.count)",
                hint:
                    "40 % at random, 30 % near the threshold, 20 % where judges disagree, 10 % suspected of speaking to the judge.",
                [
                    .init("type", "number"), .init("min", "4"), .init("max", "\(Limits.reviewItemCountMax)"),
                    .init("required"),
                ])
            form.field(
                "Threshold", name: "threshold", value: "\(shown.threshold)",
                hint: "The score from which on the judge passes.",
                [
                    .init("type", "number"), .init("min", "0"), .init("max", "1"), .init("step", "any"),
                    .init("required"),
                ])
            form.field(
                "From the latest", name: "latest", value: "\(shown.frameCountMax)", hint: "Rollouts of the audit log.",
                [
                    .init("type", "number"), .init("min", "1"), .init("max", "\(Limits.reviewFrameRolloutCountMax)"),
                    .init("required"),
                ])
            form.field(
                "Seed", name: "seed", value: "\(shown.seed)",
                hint: "The same rollouts and seed give the same session.",
                [.init("type", "number"), .init("min", "0"), .init("required")])
            form.element("p", [.class("actions")]) { line in
                line.element("button", [.class("first")], text: "Draw the session")
            }
        }
    }
}

/// Times as pages show them: UTC, to the minute.
enum PageTime {
    static func text(_ microseconds: Int64) -> String {
        let seconds = Double(microseconds) / 1e6
        let style = Date.ISO8601FormatStyle(dateTimeSeparator: .space).year().month().day().time(
            includingFractionalSeconds: false)
        return String(Date(timeIntervalSince1970: seconds).formatted(style).prefix(16)) + " UTC"
    }
}
