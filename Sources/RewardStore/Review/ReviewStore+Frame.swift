import GRDB
import RewardKernel

// Reading what a session is drawn from.

extension ReviewStore {
    /// The rollouts of the frame that a judge has scored, in the order in which they were scored, and what is asked about them.
    func evidence(
        _ request: ReviewRequest
    ) throws(ReviewError) -> (evidence: [ReviewEvidence], criteria: [ReviewCriterion]) {
        // A connection of its own, since this takes long.
        let queue: DatabaseQueue
        do throws(StoreError) { queue = try DatabaseFile.openForReading(path) } catch { throw .store(error) }
        do {
            return try queue.read { database in
                let positions = try Self.positions(database, request)
                guard !positions.isEmpty else {
                    throw ReviewError.unknown(
                        "the store has no component \(request.component) of a reward \(request.reward)")
                }
                let evidence = try Self.evidence(database, request, positions)
                guard !evidence.isEmpty else {
                    throw ReviewError.refused(
                        "no rollout among the latest \(request.frameCountMax) has its text in the store and a score of "
                            + "\(request.reward).\(request.component)")
                }
                return (evidence, try Self.criteria(database, request, evidence))
            }
        } catch let error as ReviewError {
            throw error
        } catch {
            throw .store(.cannotOpen(path: path, reason: "\(error)"))
        }
    }

    /// Where the component stands in each plan of the reward.
    private static func positions(_ database: Database, _ request: ReviewRequest) throws -> [Int64: Int64] {
        let rows = try Row.fetchAll(
            database,
            sql: """
                SELECT plan, position FROM plan_components JOIN plans ON plans.id = plan_components.plan
                WHERE plans.reward = ? AND plan_components.name = ?
                """, arguments: [request.reward, request.component])
        return Dictionary(rows.map { ($0[0], $0[1]) }) { first, _ in first }
    }

    /// Walks rollouts and components side by side, in the order of their keys.
    private static func evidence(
        _ database: Database, _ request: ReviewRequest, _ positions: [Int64: Int64]
    ) throws -> [ReviewEvidence] {
        let newest = try Int64.fetchOne(database, sql: "SELECT max(id) FROM rollouts") ?? 0
        let oldest = newest - Int64(request.frameCountMax) + 1
        let rollouts = try Row.fetchCursor(
            database,
            sql:
                "SELECT id, plan, prompt, completion FROM rollouts WHERE id >= ? AND completion IS NOT NULL ORDER BY id",
            arguments: [oldest])
        let components = try Row.fetchCursor(
            database,
            sql: """
                SELECT id, score, status, judge IS NOT NULL, verdict, rationale FROM components WHERE id >= ? ORDER BY id
                """, arguments: [oldest << StoreSchema.positionBitCount])
        var evidence: [ReviewEvidence] = []
        var component = try components.next()
        while let rollout = try rollouts.next() {
            let key: Int64 = rollout[0]
            var gathering = EvidenceGathering(judgedPosition: positions[rollout[1]])
            while let row = component, (row[0] as Int64) >> StoreSchema.positionBitCount <= key {
                if (row[0] as Int64) >> StoreSchema.positionBitCount == key { gathering.take(row) }
                component = try components.next()
            }
            if let one = gathering.evidence(key, prompt: rollout[2], completion: rollout[3]) { evidence.append(one) }
        }
        return evidence
    }

    /// What the judge was asked at last; where the store does not know it, the names that its latest verdicts have.
    private static func criteria(
        _ database: Database, _ request: ReviewRequest, _ evidence: [ReviewEvidence]
    ) throws -> [ReviewCriterion] {
        let rubric = try String.fetchOne(
            database,
            sql: """
                SELECT rubrics.rubric FROM plans JOIN rubrics
                    ON rubrics.reward = plans.reward AND rubrics.configuration_hash = plans.configuration_hash
                WHERE plans.reward = ? AND rubrics.component = ? ORDER BY plans.id DESC LIMIT 1
                """, arguments: [request.reward, request.component])
        if let rubric, let criteria = RubricRecord.criteria(rubric) { return criteria }
        var names: [String] = []
        for finding in evidence.suffix(200).reversed().flatMap({ $0.verdict.map(StoredFinding.all) ?? [] })
        where !names.contains(finding.name) {
            names.append(finding.name)
        }
        return names.map { ReviewCriterion(name: $0) }
    }
}

/// Gathers the components of one rollout.
private struct EvidenceGathering {
    let judgedPosition: Int64?
    private var score: Double?
    private var verdict: String?
    private var rationale: String?
    private var otherVerdicts: [String] = []
    private var deterministicScores: [Double] = []

    init(judgedPosition: Int64?) { self.judgedPosition = judgedPosition }

    mutating func take(_ row: Row) {
        guard let judgedPosition, row[2] as Int64 == Int64(Status.scored.code) else { return }
        let verdictText = StoredRollout.text(row[4])
        if (row[0] as Int64) & ((1 << StoreSchema.positionBitCount) - 1) == judgedPosition {
            score = row[1]
            verdict = verdictText
            rationale = StoredRollout.text(row[5])
        } else if row[3] {
            if let verdictText { otherVerdicts.append(verdictText) }
        } else {
            deterministicScores.append(row[1])
        }
    }

    /// Nil for a rollout of another reward, or without a judge's score.
    func evidence(_ key: Int64, prompt: DatabaseValue, completion: DatabaseValue) -> ReviewEvidence? {
        guard let score, let completion = StoredRollout.text(completion) else { return nil }
        var hasher = Hasher()
        hasher.combine(StoredRollout.text(prompt))
        hasher.combine(completion)
        return ReviewEvidence(
            rollout: key, score: score, verdict: verdict, textKey: hasher.finalize(),
            isSuspected: ReviewEvidence.isSuspected(completion: completion, rationale: rationale),
            otherVerdicts: otherVerdicts, deterministicScores: deterministicScores)
    }
}
