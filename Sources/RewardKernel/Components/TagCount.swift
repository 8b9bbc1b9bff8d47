package import RewardMemory

/// Settings of `tag_count`.
package struct TagCountSettings: Sendable {
    /// The texts that should each stand exactly once, line breaks included; the default is open-r1's.
    package var tags: [String] = ["<think>\n", "\n</think>\n", "\n<answer>\n", "\n</answer>"]

    package init() {}

    package init(tags: [String]) {
        self.tags = tags
    }
}

/// `tag_count`: the share of the tags that stand exactly once in the completion.
///
///     score = (tags t with count(t) == 1) / (number of tags)
///
/// With the default tags the same as open-r1's `tag_count_reward`: occurrences do not overlap, as in Python's
/// `str.count`, and the line breaks belong to the tags.
package struct TagCountPlan: BitwiseCopyable {
    private let tags: FixedTable<ByteView>

    // Allocates: while a plan is compiled.
    package init(_ settings: TagCountSettings, _ builder: PlanBuilder) throws(PlanError) {
        guard !settings.tags.isEmpty, settings.tags.count <= Limits.tagCountMax else {
            throw PlanError(key: ["tags"], "between 1 and \(Limits.tagCountMax) tags")
        }
        var views: [ByteView] = []
        for tag in settings.tags {
            guard !tag.isEmpty else { throw PlanError(key: ["tags"], "a tag is not empty") }
            views.append(builder.storage.makeText(tag.utf8))
        }
        tags = builder.storage.makeTable(views)
    }

    @_noAllocation
    package func score(_ rollout: Rollout) -> ComponentOutcome {
        let text = rollout.completion
        var onceCount = 0
        // The first tag that is not there exactly once, for the rationale: its index, and whether it is missing.
        var offender = -1
        var isMissing = false
        var index = 0
        while index < tags.count {
            let tag = tags[index]
            let first = text.firstIndex(of: tag)
            if first >= 0 && text.firstIndex(of: tag, from: first &+ tag.count) < 0 {
                onceCount &+= 1
            } else if offender < 0 {
                offender = index
                isMissing = first < 0
            }
            index &+= 1
        }
        let score = Double(onceCount) / Double(tags.count)
        let code: UInt8 = offender < 0 ? 0 : (isMissing ? 1 : 2)
        return ComponentOutcome(
            score: score, finding: Finding(code, first: Double(onceCount), second: Double(offender)))
    }

    /// One sentence for people: how many tags are right, and the first that is not.
    @_noAllocation
    package func explain(_ outcome: ComponentOutcome, into text: inout RigidBytes) {
        text.append(number: outcome.finding.first)
        text.append(" of ")
        text.append(decimal: tags.count)
        text.append(" tags stand exactly once")
        let offender = Int(outcome.finding.second)
        guard outcome.finding.code != 0, offender >= 0, offender < tags.count else { return }
        text.append(outcome.finding.code == 1 ? "; missing: " : "; more than once: ")
        appendVisibly(tags[offender], into: &text)
    }

    /// A tag with its line breaks written as `\n`, so that the sentence stays on one line.
    @_noAllocation
    private func appendVisibly(_ tag: ByteView, into text: inout RigidBytes) {
        var index = 0
        while index < tag.count {
            if tag[index] == UInt8(ascii: "\n") {
                text.append("\\n")
            } else {
                text.append(tag[index])
            }
            index &+= 1
        }
    }
}
