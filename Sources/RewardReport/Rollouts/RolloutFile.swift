import RewardConfig
import RewardKernel
import RewardMemory

/// Rollouts of a JSONL file: one object a line, empty lines left out.
package struct RolloutFile: Sendable, Equatable {
    /// Bytes of a file that is read whole: a million rollouts of 2 KB.
    private static let byteCountMax = 2 << 30
    /// Rollouts and bytes of one request: enough to keep every worker busy, and a progress bar moving.
    package static let requestRolloutCountMax = 512
    private static let requestByteCountMax = 16 << 20

    package let name: String
    package let records: [RolloutRecord]

    package static func load(path: String) throws(InputFileError) -> RolloutFile {
        let bytes: [UInt8]
        do throws(FileError) {
            bytes = try RegularFile.read(path, byteCountMax: byteCountMax)
        } catch {
            throw InputFileError(file: path, line: 0, error.description)
        }
        return try RolloutFile(bytes, name: path)
    }

    package init(_ bytes: [UInt8], name: String) throws(InputFileError) {
        var records: [RolloutRecord] = []
        var rest = bytes[...]
        // A byte order mark, which some editors put in front.
        if rest.starts(with: [0xEF, 0xBB, 0xBF]) { rest.removeFirst(3) }
        var line = 0
        while !rest.isEmpty {
            line += 1
            let text = rest.prefix { $0 != UInt8(ascii: "\n") }
            rest = rest[text.endIndex...].dropFirst()
            if text.allSatisfy({ $0 == 0x20 || $0 == 0x09 || $0 == 0x0D }) { continue }
            records.append(try RolloutRecord(text, file: name, line: line))
        }
        guard !records.isEmpty else { throw InputFileError(file: name, line: 0, "has no rollouts") }
        self.name = name
        self.records = records
    }

    /// The rows of each request.
    /// - Parameters:
    ///   - limits: What the sidecar takes in one request.
    ///   - keepsGroupsWhole: For rewards that look at a group as a whole: no request ends inside one, so the
    ///     rollouts of a group must stand together.
    package func requests(
        within limits: RequestLimits, keepsGroupsWhole: Bool, rolloutCountMax: Int = requestRolloutCountMax
    ) throws(InputFileError) -> [Range<Int>] {
        let rolloutCountMax = min(rolloutCountMax, limits.rolloutCount)
        let byteCountMax = min(Self.requestByteCountMax, limits.frameByteCount / 2)
        let groups = keepsGroupsWhole ? try groupKeys() : []
        var requests: [Range<Int>] = []
        var start = 0
        var byteCount = 0
        for row in records.indices {
            let isGroupBegun = !keepsGroupsWhole || row == 0 || groups[row] != groups[row - 1]
            let isFull = row - start >= rolloutCountMax || byteCount + records[row].byteCount > byteCountMax
            if row > start && isFull && isGroupBegun {
                requests.append(start..<row)
                start = row
                byteCount = 0
            }
            byteCount += records[row].byteCount
        }
        requests.append(start..<records.count)
        return requests
    }

    /// The group of each row, checked to stand together.
    private func groupKeys() throws(InputFileError) -> [String] {
        var keys: [String] = []
        var begun: Set<String> = []
        for record in records {
            guard let group = record.groupIdentifier?.compactText else {
                throw InputFileError(
                    file: name, line: record.line, "`group_id` is missing; `neutral: group_mean` needs it")
            }
            guard begun.insert(group).inserted || group == keys.last else {
                throw InputFileError(
                    file: name, line: record.line,
                    "the group \(group) has rollouts further up; those of a group stand together")
            }
            keys.append(group)
        }
        return keys
    }
}
