import Foundation
import RewardConfig
import RewardKernel

/// One value of a production metric.
package struct MetricRecord: Sendable, Equatable {
    /// The rollout's; nil for a value of a step or a time as a whole.
    package let identifier: String?
    package let value: Double
    package let step: Int64?
    /// Microseconds since 1970.
    package let at: Int64?
    package let group: String?
    package let segment: String?
}

/// A file of a production metric: JSONL, or CSV with a header.
///
/// A record has a value under `valueKey`, and the `id` of a rollout, a training `step`, a `time`, or several of these; `group_id`
/// and the field that the report is divided by may be there.
package struct MetricFile: Sendable {
    package let name: String
    package let records: [MetricRecord]
    /// Records without a value, which say nothing and are left out.
    package let emptyCount: Int

    package init(_ file: RecordFile, valueKey: String = "value", segment: String? = nil) throws(InputFileError) {
        name = file.name
        var records: [MetricRecord] = []
        var emptyCount = 0
        for record in file.records {
            guard let value = try record.number(valueKey) else {
                // Null is a value that is not known; a key that is nowhere is a mistake.
                guard record.members.contains(where: { $0.name == valueKey }) else { throw record.missing(valueKey) }
                emptyCount += 1
                continue
            }
            let identifier = try record.name("id")
            let step = try Self.step(record)
            let at = try Self.time(record)
            guard identifier != nil || step != nil || at != nil else {
                throw record.error("has no `id`, no `step` and no `time`: nothing tells which rollouts it is about")
            }
            records.append(
                MetricRecord(
                    identifier: identifier, value: value, step: step, at: at, group: try record.name("group_id"),
                    segment: segment.flatMap { record.optional($0) }?.segmentText))
        }
        guard !records.isEmpty else {
            throw InputFileError(file: file.name, line: 0, "has no value of `\(valueKey)`")
        }
        self.records = records
        self.emptyCount = emptyCount
    }

    private static func step(_ record: RecordFile.Record) throws(InputFileError) -> Int64? {
        guard let step = try record.number("step") else { return nil }
        guard let whole = Int64(exactly: step) else {
            throw record.error("`step`: expected a whole number, found \(step)")
        }
        return whole
    }

    /// ISO 8601, or seconds since 1970.
    private static func time(_ record: RecordFile.Record) throws(InputFileError) -> Int64? {
        guard let value = record.optional("time") else { return nil }
        if case .string(let text) = value {
            if let seconds = Double(text), seconds.isFinite, abs(seconds) < 1e12 { return Int64(seconds * 1e6) }
            guard let date = date(text) else {
                throw record.error(
                    "`time`: expected a time such as 2026-11-01T12:00:00Z or seconds since 1970, "
                        + "found \(Quoting.quoted(text))")
            }
            return Int64(date.timeIntervalSince1970 * 1e6)
        }
        guard let seconds = value.doubleValue, abs(seconds) < 1e12 else {
            throw record.error("`time`: expected a time or seconds since 1970, found \(value.kindName)")
        }
        return Int64(seconds * 1e6)
    }

    private static func date(_ text: String) -> Date? {
        let formatter = ISO8601DateFormatter()
        if let date = formatter.date(from: text) { return date }
        formatter.formatOptions = [.withInternetDateTime, .withFractionalSeconds]
        if let date = formatter.date(from: text) { return date }
        formatter.formatOptions = [.withFullDate]
        return formatter.date(from: text)
    }
}

extension JSONValue {
    /// The value as the name of a segment; nil where it is none.
    var segmentText: String? {
        switch self {
        case .null, .array, .object: nil
        case .bool(let flag): flag ? "true" : "false"
        case .number(let number): "\(number)"
        case .string, .integer, .unsigned: nameText
        }
    }
}
