import RewardConfig
import RewardKernel
import Testing

/// The lines that checking the text prints; none when it is right.
func errorLines(_ yaml: String, baseDirectory: String = "") -> [String] {
    do {
        _ = try Configuration.read(Array(yaml.utf8), file: "r.yaml", baseDirectory: baseDirectory)
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

func read(_ yaml: String, baseDirectory: String = "") throws -> Configuration {
    try Configuration.read(Array(yaml.utf8), file: "r.yaml", baseDirectory: baseDirectory)
}
