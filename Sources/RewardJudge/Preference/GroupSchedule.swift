/// How a group is shown to a judge that scores all completions of a call at once.
///
/// Up to eight go into one call. Larger groups are cut into chunks which all show the same two completions, the
/// anchors, by which their scores are put on one scale afterwards. In every call the order is random, since judges
/// favour places here too.
package struct GroupSchedule: Sendable, Hashable {
    /// The completions of each call, by their places in the group, in the order in which they are shown.
    package let chunks: [[Int]]
    /// Those that every chunk shows; none for a single chunk.
    package let anchors: [Int]
    package let count: Int

    /// No chunks for fewer than two or more than `JudgementLimits.groupSizeMax`.
    package init(count: Int, using generator: inout some RandomNumberGenerator) {
        self.count = count
        guard (2...JudgementLimits.groupSizeMax).contains(count) else {
            chunks = []
            anchors = []
            return
        }
        let order = Shuffle.permutation(of: count, using: &generator)
        guard count > JudgementLimits.chunkSizeMax else {
            chunks = [order]
            anchors = []
            return
        }
        let anchors = Array(order.prefix(JudgementLimits.anchorCount))
        let others = Array(order.dropFirst(JudgementLimits.anchorCount))
        let roomCount = JudgementLimits.chunkSizeMax - anchors.count
        // Chunks of nearly equal sizes: none is left with the anchors and one more.
        let chunkCount = (others.count + roomCount - 1) / roomCount
        var chunks: [[Int]] = []
        for chunk in 0..<chunkCount {
            let start = others.count * chunk / chunkCount
            let end = others.count * (chunk + 1) / chunkCount
            let members = anchors + others[start..<end]
            chunks.append(Shuffle.permutation(of: members.count, using: &generator).map { members[$0] })
        }
        self.chunks = chunks
        self.anchors = anchors
    }

    /// A score from 0 to 1 for each completion; nil for those of chunks that failed.
    ///
    /// `verdicts`: one a chunk, of the identifiers of `ComparisonPrompt.identifiers`; nil where the call failed. Each
    /// chunk is moved by as much as its anchors differ from the anchors' mean over all chunks, so that a chunk judged
    /// sternly is not at a disadvantage; an anchor's own score is its mean.
    package func scores(_ verdicts: [GroupVerdict?]) -> [Double?] {
        var scores = [Double?](repeating: nil, count: max(count, 0))
        guard verdicts.count == chunks.count else { return scores }
        var byChunk: [[Int: Double]] = []
        for (chunk, verdict) in zip(chunks, verdicts) {
            let identifiers = ComparisonPrompt.identifiers(count: chunk.count)
            guard let verdict, verdict.entries.map(\.identifier) == identifiers else { continue }
            byChunk.append(Dictionary(uniqueKeysWithValues: zip(chunk, verdict.entries.map(\.score))))
        }
        guard !byChunk.isEmpty else { return scores }
        let means = anchors.map { anchor in
            byChunk.reduce(0) { $0 + ($1[anchor] ?? 0) } / Double(byChunk.count)
        }
        for chunk in byChunk {
            let offset =
                anchors.isEmpty
                ? 0
                : zip(anchors, means).reduce(0) { $0 + $1.1 - (chunk[$1.0] ?? 0) } / Double(anchors.count)
            for (member, score) in chunk { scores[member] = min(max(score + offset, 0), 1) }
        }
        for (anchor, mean) in zip(anchors, means) { scores[anchor] = mean }
        return scores
    }
}
