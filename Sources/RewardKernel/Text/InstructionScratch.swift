package import RewardMemory

/// A worker's memory for checking instructions: a parser for the instructions themselves, which leaves the one for completions
/// free, and the case-folded texts.
package struct InstructionScratch: ~Copyable {
    package struct Requirements {
        package var isNeeded = false
        /// Whether instructions come with the rollouts, as JSON text.
        package var parsesInstructions = false

        package init() {}
    }

    private var parser: JSONScratch
    private var folded: RigidBytes
    private var foldedArgument: RigidBytes

    // Allocates: once per worker and configuration.
    package init(_ requirements: Requirements) throws(PlanError) {
        let isNeeded = requirements.isNeeded
        parser = try JSONScratch(
            byteCountMax: requirements.parsesInstructions ? Limits.instructionsByteCountMax : 0, usesPatterns: false)
        folded = RigidBytes(
            capacity: isNeeded ? Limits.completionByteCountMax * FoldScratch.growthMax + FoldScratch.slack : 0)
        foldedArgument = RigidBytes(
            capacity: isNeeded ? Limits.instructionsByteCountMax * FoldScratch.growthMax + FoldScratch.slack : 0)
    }

    /// The instructions' tape, valid until the next parse; nil when the text is not JSON, or too long.
    @_noAllocation
    package mutating func parse(_ text: ByteView) -> JSONTape? {
        let parsed = parser.parse(text)
        return parsed.fault == .none ? parsed.tape : nil
    }

    /// A completion without regard to case; valid until the next one.
    @_noAllocation
    package mutating func fold(_ text: ByteView) -> ByteView? { Self.fold(text, into: &folded) }

    /// The same for an argument, which is empty when it is longer than instructions may be.
    @_noAllocation
    package mutating func fold(argument: ByteView) -> ByteView { Self.fold(argument, into: &foldedArgument) ?? .empty }

    @_noAllocation
    private static func fold(_ text: ByteView, into buffer: inout RigidBytes) -> ByteView? {
        buffer.removeAll()
        var index = 0
        FoldScratch.fold(text, from: &index, into: &buffer)
        return index == text.count ? buffer.view : nil
    }
}
