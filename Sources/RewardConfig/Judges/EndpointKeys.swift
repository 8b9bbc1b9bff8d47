/// What a judge, or one of its endpoints, says of where calls go. What an endpoint leaves out the judge says.
struct EndpointKeys {
    let mapping: MappingReader
    private(set) var url: TextKey?
    private(set) var model: TextKey?
    private(set) var region: TextKey?
    let credential: CredentialKeys
    let limits: NodeReader?

    init(_ mapping: MappingReader) {
        self.mapping = mapping
        url = TextKey(mapping.optional("url"), "a URL")
        model = TextKey(mapping.optional("model"), "the name of a model")
        region = TextKey(mapping.optional("region"), "the name of an AWS region")
        credential = CredentialKeys(mapping)
        limits = mapping.optional("limits")
    }

    func filled(from judge: EndpointKeys) -> EndpointKeys {
        var filled = self
        filled.url = url ?? judge.url
        filled.model = model ?? judge.model
        filled.region = region ?? judge.region
        return filled
    }

    func reportMissing(_ key: String, suggestion: String? = nil) {
        report("the key `\(key)` is missing", suggestion: suggestion)
    }

    /// Reports an error of the whole, once: endpoints may share it.
    func report(_ message: String, suggestion: String?) {
        mapping.context.reportOnce(
            ConfigurationError(
                file: mapping.context.file, mark: mapping.mark, keyPath: mapping.path.description, message,
                suggestion: suggestion))
    }
}
