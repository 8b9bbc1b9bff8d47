internal import CVectorscan
internal import RewardMemory

extension SafetyFilterPlan {
    // Allocates: while a configuration is compiled.
    package init(_ settings: SafetyFilterSettings, into builder: PlanBuilder) throws(PlanError) {
        if let perFinding = settings.perFinding {
            guard perFinding > 0, perFinding <= 1 else {
                throw PlanError(
                    key: ["per_finding"], "what a finding takes from the score lies above 0 and is at most 1")
            }
        }
        guard plaudit_vectorscan_is_available() == 1 else {
            throw PlanError(key: [], "this processor cannot run Vectorscan (it needs SSSE3, NEON or VSX)")
        }
        let lists = settings.lists + [SafetyList(name: "words", entries: settings.words)]
        let entries = try SafetyFilterCompiler.foldEntries(lists)
        guard !entries.isEmpty || !settings.patterns.isEmpty || !settings.detect.isEmpty else {
            throw PlanError(
                key: ["lists"], "the filter has no list with entries, no words, no patterns and nothing to detect")
        }
        let phrases = try SafetyFilterCompiler.foldPhrases(settings.allow)
        let literals = entries.isEmpty ? nil : try SafetyFilterCompiler.compile(entries.map(\.bytes), into: builder)
        var excusesByEntry: [[SafetyExcuse]] = Array(repeating: [], count: entries.count)
        if let literals {
            try SafetyFilterCompiler.findExcuses(phrases, literals, entries, into: &excusesByEntry)
        }
        var excuses: [SafetyExcuse] = []
        var table: [SafetyEntry] = []
        for (id, entry) in entries.enumerated() {
            table.append(
                SafetyEntry(
                    byteCount: Int32(entry.bytes.count), list: Int32(entry.list), excuseStart: Int32(excuses.count),
                    excuseCount: Int32(excusesByEntry[id].count)))
            excuses += excusesByEntry[id]
        }
        let patterns = try SafetyFilterCompiler.compilePatterns(
            settings.patterns, settings.detect, into: builder)

        // Without `perFinding` one finding takes everything.
        perFinding = settings.perFinding ?? 1
        self.literals = literals
        index = EntryIndex(entries.map(\.bytes), storage: builder.storage)
        entryByteCountMax = entries.last?.bytes.count ?? 0
        self.entries = builder.storage.makeTable(table)
        listNames = builder.storage.makeTable(lists.map { builder.storage.makeText($0.name.utf8) })
        self.phrases = builder.storage.makeTable(phrases.map { builder.storage.makeText($0) })
        self.excuses = builder.storage.makeTable(excuses)
        prefilter = patterns.prefilter
        self.patterns = builder.storage.makeTable(patterns.patterns)
        unfilteredPatterns = builder.storage.makeTable(patterns.unfiltered)
        findingCountMax = Limits.safetyFindingCountMax
        excuseCountMax = Limits.safetyExcuseCountMax
        keptByteCount = Limits.bufferByteCountKept
        builder.requirements.safety.sets += [literals, patterns.prefilter].compactMap { $0 }
        builder.requirements.safety.isNeeded = true
    }
}

/// What compiling a safety filter takes, step by step.
enum SafetyFilterCompiler {
    struct FoldedEntry {
        var bytes: [UInt8]
        var list: Int
    }

    struct Patterns {
        var patterns: [SafetyPattern] = []
        var prefilter: PatternSet?
        var unfiltered: [Int32] = []
    }

    /// Bytes of a library's message that are kept.
    private static let messageByteCount = 256

    /// The entries of all lists, folded, each once and under the first list that has it, sorted by length: ids then say
    /// which of two entries is longer, and the order does not depend on the order of the lists' entries.
    // Allocates: while a configuration is compiled.
    static func foldEntries(_ lists: [SafetyList]) throws(PlanError) -> [FoldedEntry] {
        var known: Set<[UInt8]> = []
        var entries: [FoldedEntry] = []
        var target = try makeFoldBuffer()
        for (position, list) in lists.enumerated() {
            let key = position == lists.count - 1 ? ["words"] : ["lists", list.name]
            for text in list.entries {
                let bytes = try fold(text, in: &target, key: key)
                guard known.insert(bytes).inserted else { continue }
                entries.append(FoldedEntry(bytes: bytes, list: position))
            }
        }
        guard entries.count <= Limits.safetyEntryCountMax else {
            throw PlanError(key: ["lists"], "a filter has at most \(Limits.safetyEntryCountMax) entries")
        }
        entries.sort { left, right in
            left.bytes.count != right.bytes.count
                ? left.bytes.count < right.bytes.count : left.bytes.lexicographicallyPrecedes(right.bytes)
        }
        return entries
    }

    // Allocates: while a configuration is compiled.
    static func foldPhrases(_ phrases: [String]) throws(PlanError) -> [[UInt8]] {
        var folded: [[UInt8]] = []
        var target = try makeFoldBuffer()
        for phrase in phrases { folded.append(try fold(phrase, in: &target, key: ["allow"])) }
        return folded
    }

    // Allocates: while a configuration is compiled.
    private static func fold(_ text: String, in target: inout FoldBuffer, key: [String]) throws(PlanError) -> [UInt8] {
        let bytes = TextFold.makeFolded(text, in: &target)
        guard let bytes, bytes.count <= Limits.safetyEntryByteCountMax else {
            throw PlanError(
                key: key, "an entry has at most \(Limits.safetyEntryByteCountMax) bytes: `\(text.prefix(64))...`")
        }
        guard !bytes.isEmpty else {
            throw PlanError(key: key, "the entry `\(text)` has no visible character, so nothing could match it")
        }
        return bytes
    }

    /// Room to fold one entry, spellings with several invisible characters a letter included.
    // Allocates: while a configuration is compiled.
    private static func makeFoldBuffer() throws(PlanError) -> FoldBuffer {
        try FoldBuffer(reserving: TextFold.byteCountMax(folding: 16 * Limits.safetyEntryByteCountMax))
    }

    // Allocates: while a configuration is compiled.
    static func compile(_ entries: [[UInt8]], into builder: PlanBuilder) throws(PlanError) -> PatternSet {
        let storage = OwnedStorage()
        let starts = unsafe entries.map { unsafe storage.makeText($0).base }
        var message = [CChar](repeating: 0, count: messageByteCount)
        let set = unsafe plaudit_literals_compile(
            starts, entries.map(\.count), UInt32(entries.count), &message, message.count)
        guard let set = unsafe set else {
            throw PlanError(key: ["lists"], "Vectorscan refuses the entries: \(string(message))")
        }
        return unsafe keep(set, in: builder)
    }

    // Allocates: while a configuration is compiled.
    private static func keep(_ set: OpaquePointer, in builder: PlanBuilder) -> PatternSet {
        builder.storage.onRelease { unsafe plaudit_pattern_set_free(set) }
        return unsafe PatternSet(unsafe: set)
    }

    // Allocates: while a configuration is compiled.
    private static func string(_ message: [CChar]) -> String {
        String(decoding: message.prefix { $0 != 0 }.map(UInt8.init(bitPattern:)), as: UTF8.self)
    }

    /// Finds the entries inside each allowed phrase, with the set itself: a hit then needs to look at those phrases
    /// only.
    // Allocates: while a configuration is compiled.
    static func findExcuses(
        _ phrases: [[UInt8]], _ literals: PatternSet, _ entries: [FoldedEntry], into excuses: inout [[SafetyExcuse]]
    ) throws(PlanError) {
        guard !phrases.isEmpty else { return }
        var requirements = SafetyScratch.Requirements()
        requirements.sets = [literals]
        requirements.isNeeded = true
        var scratch = try SafetyScratch(requirements)
        let storage = OwnedStorage()
        for (position, phrase) in phrases.enumerated() {
            guard scratch.scan(storage.makeText(phrase), for: literals) else {
                throw PlanError(key: ["allow"], "an allowed phrase contains too many entries")
            }
            scratch.sortMatches()
            for index in 0..<scratch.matchCount {
                let id = Int(scratch[match: index] & 0xFFFF_FFFF)
                let offset = Int(scratch[match: index] >> 32) - entries[id].bytes.count
                excuses[id].append(SafetyExcuse(phrase: Int32(position), offset: Int32(offset)))
            }
        }
    }

    // Allocates: while a configuration is compiled.
    static func compilePatterns(
        _ texts: [String], _ kinds: [SensitiveKind], into builder: PlanBuilder
    ) throws(PlanError) -> Patterns {
        guard texts.count <= Limits.safetyPatternCountMax else {
            throw PlanError(key: ["patterns"], "a filter has at most \(Limits.safetyPatternCountMax) patterns")
        }
        var compiled = Patterns()
        guard !texts.isEmpty || !kinds.isEmpty else { return compiled }
        for (position, text) in texts.enumerated() {
            let key = ["patterns", String(position)]
            let regex = try RegexPattern(text, options: RegexOptions(), builder, key: key)
            compiled.patterns.append(
                SafetyPattern(
                    regex: regex, text: builder.storage.makeText(text.utf8), isSensitive: false, check: .none))
        }
        try refusePatternsOfNothing(compiled.patterns, builder.requirements)
        var texts = texts
        for kind in SensitiveKind.allCases where kinds.contains(kind) {
            for (text, check) in kind.patterns {
                let regex = try RegexPattern(text, options: RegexOptions(), builder, key: ["detect"])
                let name = builder.storage.makeText(kind.rawValue.utf8)
                compiled.patterns.append(SafetyPattern(regex: regex, text: name, isSensitive: true, check: check))
                texts.append(text)
            }
        }
        try compilePrefilter(texts, &compiled, into: builder)
        return compiled
    }

    /// A pattern that matches the empty text would find something everywhere.
    // Allocates: while a configuration is compiled.
    private static func refusePatternsOfNothing(
        _ patterns: [SafetyPattern], _ requirements: ScratchRequirements
    ) throws(PlanError) {
        var scratch = try RegexScratch(requirements.regex)
        for (position, pattern) in patterns.enumerated() {
            guard case .found = scratch.firstMatch(of: pattern.regex, in: .empty) else { continue }
            throw PlanError(
                key: ["patterns", String(position)],
                "the pattern matches the empty text, so it would flag every completion")
        }
    }

    /// Puts the patterns that Vectorscan takes into one prefilter; the others are searched for in every text.
    // Allocates: while a configuration is compiled.
    private static func compilePrefilter(
        _ texts: [String], _ compiled: inout Patterns, into builder: PlanBuilder
    ) throws(PlanError) {
        var filtered = texts.indices.filter { canBePrefiltered(texts[$0]) }
        compiled.unfiltered = texts.indices.filter { !filtered.contains($0) }.map(Int32.init)
        while !filtered.isEmpty {
            let storage = OwnedStorage()
            let starts = unsafe filtered.map { unsafe storage.makeText(Array(texts[$0].utf8) + [0]).base }
            var wrong: Int32 = -1
            var message = [CChar](repeating: 0, count: messageByteCount)
            let set = unsafe plaudit_prefilter_compile(
                starts, filtered.map { UInt32($0) }, UInt32(filtered.count), &wrong, &message, message.count)
            if let set = unsafe set {
                compiled.prefilter = unsafe keep(set, in: builder)
                return
            }
            guard wrong >= 0, Int(wrong) < filtered.count else {
                throw PlanError(key: ["patterns"], "Vectorscan refuses the patterns: \(string(message))")
            }
            compiled.unfiltered.append(Int32(filtered.remove(at: Int(wrong))))
        }
    }

    /// Whether Vectorscan reads a pattern as PCRE2 does. Its Unicode tables are older, which texts are looked through
    /// for (see `TextBoundary.hasRecentCharacter`), but a pattern that names properties or newer characters depends on
    /// them with any text. A C string ends at NUL, so a pattern with one would be cut short.
    // Allocates: while a configuration is compiled.
    private static func canBePrefiltered(_ pattern: String) -> Bool {
        let storage = OwnedStorage()
        defer { withExtendedLifetime(storage) {} }
        let pattern = storage.makeText(pattern.utf8)
        let telltales: [StaticString] = [#"\p"#, #"\P"#, #"\x{"#, #"\N"#, #"\o"#, "[:", "\0"]
        return plaudit_prefilter_is_sound() != 0 && !TextBoundary.hasRecentCharacter(pattern)
            && telltales.allSatisfy { pattern.firstIndex(of: ByteView($0)) < 0 }
    }
}
