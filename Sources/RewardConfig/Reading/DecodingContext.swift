import RewardMemory

/// What all readers of one configuration share: the errors found so far, where each key stands, the files it refers to.
final class DecodingContext {
    let file: String
    let files: ReferencedFiles
    let environment: ProcessEnvironment.Lookup
    /// Judges, rubrics and what components ask of them.
    let judgeLane = JudgeLaneDraft()
    private(set) var errors: [ConfigurationError] = []
    /// What is not wrong, but hardly meant.
    private(set) var warnings: [ConfigurationError] = []
    private(set) var sourceMap = SourceMap()

    init(
        file: String, files: ReferencedFiles, environment: @escaping ProcessEnvironment.Lookup
    ) {
        self.file = file
        self.files = files
        self.environment = environment
    }

    /// Whether there are more errors than one check reports.
    var isFull: Bool { errors.count > Limits.configurationErrorCountMax }

    func report(_ error: ConfigurationError) {
        errors.append(error)
    }

    /// Reports what may be found several times: by each of the endpoints that share a key.
    func reportOnce(_ error: ConfigurationError) {
        if !errors.contains(error) { errors.append(error) }
    }

    func warn(_ warning: ConfigurationError) {
        guard warnings.count < Limits.configurationErrorCountMax else { return }
        warnings.append(warning)
    }

    func note(_ path: ConfigurationPath, key: SourceMark, value: SourceMark) {
        sourceMap.note(path, key: key, value: value)
    }
}

/// Where each key of a configuration stands, for errors that are found after it has been read.
package struct SourceMap: Sendable {
    private struct Place: Sendable {
        let key: SourceMark
        let value: SourceMark
        let path: ConfigurationPath
    }

    private var places: [[String]: Place] = [:]

    mutating func note(_ path: ConfigurationPath, key: SourceMark, value: SourceMark) {
        places[path.steps] = Place(key: key, value: value, path: path)
    }

    /// An error of the value that the steps lead to, or of the nearest value around it that stands in the file.
    func error(at steps: [String], file: String, _ message: String, suggestion: String? = nil) -> ConfigurationError {
        var known = steps[...]
        while !known.isEmpty && places[Array(known)] == nil { known.removeLast() }
        guard let place = places[Array(known)] else {
            return ConfigurationError(
                file: file, keyPath: steps.joined(separator: "."), message, suggestion: suggestion)
        }
        // What is absent is missed where its mapping is named; what is present is wrong where its value stands.
        let isExact = known.count == steps.count
        let path = steps[known.count...].reduce(place.path) { $0.appending(key: $1) }
        return ConfigurationError(
            file: file, mark: isExact ? place.value : place.key, keyPath: path.description, message,
            suggestion: suggestion)
    }
}
