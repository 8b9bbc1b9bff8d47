import RewardConfig

/// Reads a configuration for a command; a wrong one is told whole, and ends the command with the code for usage.
enum ConfigurationFile {
    static func load(_ path: String) throws -> Configuration {
        do {
            return try Configuration.load(path: path)
        } catch {
            StandardStream.error.write(error.description)
            throw ExitStatus.usage
        }
    }
}
