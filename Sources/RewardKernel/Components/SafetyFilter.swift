package import RewardMemory

/// A list entry in a plan; its id is its place in the table, which is sorted by length.
struct SafetyEntry: BitwiseCopyable {
    /// Bytes of the folded entry: a match's start is its end less this.
    var byteCount: Int32
    var list: Int32
    /// The entry's part of the table of excuses.
    var excuseStart: Int32
    var excuseCount: Int32
}

/// An allowed phrase that contains an entry, and where.
struct SafetyExcuse: BitwiseCopyable {
    var phrase: Int32
    var offset: Int32
}

/// A regular expression in a plan.
struct SafetyPattern: BitwiseCopyable {
    var regex: RegexPattern
    /// The expression, or the name of the kind that it finds.
    var text: ByteView
    /// Whether it finds a kind of personal details or secrets, which a rationale does not repeat.
    var isSensitive: Bool
    var check: SensitiveCheck
}

/// `safety_filter`: 1 for a completion without a hit, else 0 or what `perFinding` leaves.
///
///     score = findings == 0 ? 1 : 0                      without perFinding
///     score = max(0, 1 - perFinding * findings)          with it
///
/// Findings are the hits of list entries in the folded text, those that overlap counted once (the largest number of
/// hits of which no two overlap), plus the hits of regular expressions in the text as it is, one for each place and
/// pattern.
package struct SafetyFilterPlan: BitwiseCopyable {
    let perFinding: Double
    let literals: PatternSet?
    /// Tells most texts that hold no entry before they are scanned; nil when a scan is as quick.
    let index: EntryIndex?
    let entryByteCountMax: Int
    let entries: FixedTable<SafetyEntry>
    let listNames: FixedTable<ByteView>
    let phrases: FixedTable<ByteView>
    let excuses: FixedTable<SafetyExcuse>
    /// Tells which patterns need a search; nil when none could be prefiltered. Not asked about texts with characters
    /// that Vectorscan's Unicode tables are too old for.
    let prefilter: PatternSet?
    let patterns: FixedTable<SafetyPattern>
    /// Patterns that the prefilter does not know.
    let unfilteredPatterns: FixedTable<Int32>
    /// `Limits.safetyFindingCountMax`, `Limits.safetyExcuseCountMax` and `Limits.bufferByteCountKept`, held here
    /// because the hot path may not call another module's globals.
    let findingCountMax: Int
    let excuseCountMax: Int
    let keptByteCount: Int

    /// What a finding is of, in `Finding.code`; `Finding.second` is the id of the entry or pattern.
    static let codeOfEntry: UInt8 = 1
    static let codeOfPattern: UInt8 = 2

    @_noAllocation
    package func score(
        _ rollout: Rollout, _ scratch: inout SafetyScratch, _ regex: inout RegexScratch
    ) -> ComponentOutcome {
        var tally = SafetyTally(countMax: findingCountMax)
        let text = rollout.completion
        let needsFold = !rollout.completionIsASCII && (literals != nil || !phrases.isEmpty)
        let folded = needsFold ? TextFold.fold(text, into: &scratch.folded) : text
        var isComplete = countEntries(in: folded, &scratch, &tally)
        if !patterns.isEmpty {
            let search = SafetyPatternSearch(text: text, folded: folded, isFolded: needsFold)
            isComplete = countPatterns(search, &scratch, &regex, &tally) && isComplete
        }
        let outcome = outcome(tally, isComplete: isComplete, of: text, needsFold: needsFold, &scratch)
        // A megabyte of a text that grows takes many; what a usual text needs stays.
        if needsFold && text.count > keptByteCount / 16 {
            scratch.folded.releasePages(above: keptByteCount)
        }
        return outcome
    }

    @_noAllocation
    private func outcome(
        _ tally: SafetyTally, isComplete: Bool, of text: ByteView, needsFold: Bool, _ scratch: inout SafetyScratch
    ) -> ComponentOutcome {
        let count = min(tally.entryCount &+ tally.patternCount, findingCountMax)
        let score = count == 0 ? 1 : max(0, 1 - perFinding * Double(count))
        // What an exhausted limit left unseen could only lower the score further, which 0 cannot get.
        guard isComplete || score == 0 else { return ComponentOutcome(without: .limitReached) }
        guard count > 0 else { return ComponentOutcome(score: 1) }
        var span = tally.entryStart..<tally.entryEnd
        if tally.entryCount > 0 && needsFold {
            span = TextFold.sourceSpan(of: span, in: text, refolding: &scratch.folded)
        }
        let isPattern = tally.entryCount == 0 || (tally.patternCount > 0 && tally.patternStart < span.lowerBound)
        if isPattern { span = tally.patternStart..<tally.patternEnd }
        return ComponentOutcome(
            score: score,
            finding: Finding(
                isPattern ? Self.codeOfPattern : Self.codeOfEntry, first: Double(count),
                second: Double(isPattern ? tally.pattern : tally.entry), spanStart: span.lowerBound,
                spanCount: span.count))
    }

    /// One sentence for people: how many hits, and the first one with its list and place.
    @_noAllocation
    package func explain(_ outcome: ComponentOutcome, rollout: Rollout, into text: inout RigidBytes) {
        guard outcome.status == .scored else {
            text.append("a pattern hit its match limit before the whole text was searched")
            return
        }
        let finding = outcome.finding
        guard finding.code != 0 else {
            text.append("no hit of ")
            text.append(decimal: entries.count)
            text.append(" entries and ")
            text.append(decimal: patterns.count)
            text.append(" patterns")
            return
        }
        let count = Int(finding.first)
        text.append(decimal: count)
        if count >= findingCountMax { text.append(" or more") }
        text.append(count == 1 ? " hit: " : " hits: ")
        appendFirst(rollout.completion, finding, to: &text)
        text.append(" at byte ")
        text.append(decimal: Int(finding.spanStart))
        guard count > 1 else { return }
        text.append(", and ")
        text.append(decimal: count &- 1)
        text.append(" more")
    }

    /// The first finding with what found it.
    @_noAllocation
    private func appendFirst(_ completion: ByteView, _ finding: Finding, to text: inout RigidBytes) {
        if finding.code == Self.codeOfPattern, patterns[Int(finding.second)].isSensitive {
            text.append(patterns[Int(finding.second)].text)
            return
        }
        text.append("`")
        appendAbridged(completion, finding, to: &text)
        text.append("` (")
        if finding.code == Self.codeOfEntry {
            text.append(listNames[Int(entries[Int(finding.second)].list)])
        } else {
            text.append("pattern `")
            text.append(patterns[Int(finding.second)].text)
            text.append("`")
        }
        text.append(")")
    }

    /// The matched text, cut at a character's end when it is long.
    @_noAllocation
    private func appendAbridged(_ completion: ByteView, _ finding: Finding, to text: inout RigidBytes) {
        let start = Int(finding.spanStart)
        let end = start &+ Int(finding.spanCount)
        // The outcome may have been told about another text: nothing to show then, but no stop either.
        guard end <= completion.count else { return }
        let shownMax = 64
        var shownEnd = min(end, start &+ shownMax)
        while shownEnd > start && shownEnd < end && completion[shownEnd] & 0xC0 == 0x80 { shownEnd &-= 1 }
        text.append(completion.slice(start, shownEnd))
        if shownEnd < end { text.append("...") }
    }
}
