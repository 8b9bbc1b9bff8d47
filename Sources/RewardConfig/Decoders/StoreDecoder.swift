import RewardMemory

/// Decodes the `store:` part, and joins it with the path that `judging.cache` may name: a sidecar has one store.
enum StoreDecoder {
    private static let days = 0.001...36_500.0
    private static let megabytes = 16...1_000_000_000

    /// Nil when the configuration keeps nothing on disk.
    ///
    /// - Parameters:
    ///   - reader: `store`.
    ///   - cachePath: `judging.cache.path`.
    static func decode(_ reader: NodeReader?, cachePath: NodeReader?) -> StoreSection? {
        let cached = cachePath.flatMap(path)
        guard let reader else { return cached.map(StoreSection.init(path:)) }
        guard let mapping = reader.mapping() else { return nil }
        let named = mapping.optional("path")
        let own = named.flatMap(path)
        if named == nil && cachePath == nil { mapping.report("the key `path` is missing") }
        if let own, let cached, own != cached {
            cachePath?.report(
                "a sidecar has one store, and `store.path` names another file", suggestion: "leave one out")
        }
        var store = StoreSection(path: own ?? cached ?? "")
        if let isAudited = mapping.optional("audit")?.boolean() { store.isAudited = isAudited }
        if let verdicts = mapping.optional("verdicts"), let keeps = verdicts.boolean() {
            if !keeps && cachePath != nil { verdicts.report("`judging.cache.path` asks for them to be kept") }
            store.keepsVerdicts = keeps
        }
        if let keepsTexts = mapping.optional("texts")?.boolean() { store.keepsTexts = keepsTexts }
        if let count = mapping.optional("text_bytes")?.byteCount(in: 64...Limits.completionByteCountMax) {
            store.textByteCountMax = count
        }
        store.retentionDays = mapping.optional("retention_days")?.number(in: days)
        store.megabyteCountMax = mapping.optional("size_max_mb")?.integer(in: megabytes)
        mapping.finish()
        return store
    }

    private static func path(_ reader: NodeReader) -> String? {
        guard let name = reader.nonEmptyString("the path of a file") else { return nil }
        guard !name.utf8.contains(0) else {
            reader.report("a path contains no NUL character")
            return nil
        }
        return reader.context.files.path(of: name)
    }
}
