import RewardJudge
import RewardKernel
import TerminalText

/// Who is asked, and what; never with what credential.
extension ConfigurationSummary {
    /// A table of judges, and one of what components ask of them.
    static func lines(of catalog: JudgeCatalog, style: TerminalStyle) -> [String] {
        var judges = TextTable([
            .init("judge"), .init("api"), .init("model"), .init("endpoint"), .init("credential"),
        ])
        for judge in catalog.judges {
            for (index, member) in judge.endpoints.enumerated() {
                judges.add([
                    .init(index == 0 ? judge.name : "", .name), .init(member.endpoint.api.rawValue),
                    .init(member.endpoint.model), .init(text(of: member.endpoint.url)),
                    .init(member.endpoint.credential.description),
                ])
            }
        }
        var tasks = TextTable([.init("component"), .init("asks"), .init("of"), .init("quorum", .right), .init("light")])
        for task in catalog.tasks {
            tasks.add([
                .init(task.name, .name), .init(text(of: task.question)),
                .init(task.judges.map { catalog.judges[$0].name }.joined(separator: " ")), .init("\(task.quorum)"),
                .init(task.light.map { catalog.judges[$0.judge].name } ?? ""),
            ])
        }
        return [style(.heading, "judges")] + judges.lines(style: style, indentation: 2) + [""]
            + [style(.heading, "asked")] + tasks.lines(style: style, indentation: 2) + [""]
    }

    static func json(of catalog: JudgeCatalog) -> JSONValue {
        .object([
            "judges": .array(
                catalog.judges.map { judge in
                    .object([
                        "name": .string(judge.name),
                        "endpoints": .array(judge.endpoints.map { json(of: $0.endpoint) }),
                    ])
                }),
            "tasks": .array(
                catalog.tasks.map { task in
                    .object([
                        "component": .string(task.name),
                        "asks": .string(text(of: task.question)),
                        "judges": .array(task.judges.map { .string(catalog.judges[$0].name) }),
                        "quorum": .count(task.quorum),
                        "light": .text(task.light.map { catalog.judges[$0.judge].name }),
                    ])
                }),
        ])
    }

    private static func json(of endpoint: JudgeEndpoint) -> JSONValue {
        .object([
            "api": .string(endpoint.api.rawValue),
            "model": .string(endpoint.model),
            "url": .string(text(of: endpoint.url)),
            "credential": .string(endpoint.credential.description),
        ])
    }

    private static func text(of url: EndpointURL) -> String {
        url.unixSocketPath.map { "unix:\($0)" } ?? url.url(target: url.basePath)
    }

    private static func text(of question: JudgeTask.Question) -> String {
        switch question {
        case .rubric(let question): "rubric \(question.rubric.name)"
        case .preference(let question): "preference in \(question.design.rawValue)"
        }
    }
}
