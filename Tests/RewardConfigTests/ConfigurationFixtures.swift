import RewardConfig
import RewardKernel
import Testing

/// The variables that configurations of tests look up.
let variables = [
    "JUDGE_KEY": "sk-judge-0123456789", "OTHER_KEY": "sk-other-0123456789", "ACCESS": "AKIDEXAMPLE",
    "SECRET": "wJalrXUtnFEMI/K7MDENG", "SESSION": "session-token-of-the-test", "EMPTY": "", "UMLAUT": "schl\u{FC}ssel",
    "lower_case": "sk-lower-0123456789",
]

/// The lines that checking the text prints; none when it is right.
func errorLines(
    _ yaml: String, baseDirectory: String = "", environment: @escaping (String) -> String? = { variables[$0] }
) -> [String] {
    do {
        _ = try Configuration.read(
            Array(yaml.utf8), file: "r.yaml", baseDirectory: baseDirectory, environment: environment)
        return []
    } catch {
        return error.errors.map(\.description)
    }
}

/// The lines that checking one component prints. The component's flow mapping begins in line 4, column 10.
func errorLines(component: String) -> [String] {
    errorLines(
        """
        rewards:
          r:
            components:
              c: \(component)
        """
    )
}

/// The settings of one component of a configuration that is right.
func settings(component: String) throws -> ComponentSettings {
    try read("{rewards: {r: {components: {c: \(component)}}}}").rewards[0].components[0].component
}

func read(
    _ yaml: String, baseDirectory: String = "", environment: @escaping (String) -> String? = { variables[$0] }
) throws -> Configuration {
    try Configuration.read(
        Array(yaml.utf8), file: "r.yaml", baseDirectory: baseDirectory, environment: environment)
}

/// A configuration that asks the judge `j` described here. The judge's flow mapping begins in line 1, column 13.
func asking(judge: String) -> String {
    """
    judges: {j: \(judge)}
    rubrics: {q: {criteria: [{name: a, text: It is right.}]}}
    rewards: {r: {components: {c: {type: judge, judge: j, rubric: q}}}}
    """
}

/// A configuration that asks the rubric `q` described here. The rubric's flow mapping begins in line 1, column 14.
func asking(rubric: String) -> String {
    """
    rubrics: {q: \(rubric)}
    judges: {j: {api: openai, url: "http://127.0.0.1:8080/v1", model: m}}
    rewards: {r: {components: {c: {type: judge, judge: j, rubric: q}}}}
    """
}

/// A configuration with a judged component `c`, three judges that write text (`j`, `k`, `l`), one that answers Boolean
/// questions (`b`), and two rubrics: `q`, and `s`, a scale. The component's flow mapping begins in line 1, column 32.
func asking(component: String) -> String {
    """
    rewards: {r: {components: {c: \(component),
      d: {type: preference, judges: [j, k, l, m], rubric: q}, e: {type: preference, judge: j, rubric: s},
      f: {type: judge, judge: b, rubric: q}}}}
    judges:
      j: {api: openai, url: "http://127.0.0.1:8080/v1", model: m}
      k: {api: anthropic, url: "http://127.0.0.1:8080", model: m}
      l: {api: openai, url: "unix:/tmp/l.sock", model: m}
      m: {api: openai, url: "unix:/tmp/m.sock", model: m}
      b: {api: systemone, url: "unix:/tmp/b.sock", model: m}
    rubrics:
      q: {criteria: [{name: a, text: It is right.}, {name: b, text: It is rude., weight: -1}]}
      s: {scale: {low: 1, high: 5, text: The higher the better.}}
    """
}
