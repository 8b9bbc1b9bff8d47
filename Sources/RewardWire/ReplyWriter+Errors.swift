package import RewardMemory

extension ReplyWriter {
    /// A whole frame `[1, msgid, [code, name, message, details], nil]`. `msgid` is nil when it could not be read.
    @_noAllocation
    package mutating func errorFrame(_ fault: RequestFault, messageIdentifier: UInt32?, text: inout RigidBytes) {
        let start = beginFrame()
        array(4)
        integer(1)
        if let messageIdentifier { unsigned(UInt64(messageIdentifier)) } else { null() }
        array(4)
        integer(fault.code.number)
        string(fault.code.name)
        text.removeAll()
        fault.describe(into: &text)
        string(text.view)
        writeDetails(fault, &text)
        null()
        sealFrame(start)
    }

    /// The map that names the offender: a column with its row, a key, an offset.
    @_noAllocation
    private mutating func writeDetails(_ fault: RequestFault, _ text: inout RigidBytes) {
        let subject = fault.subject
        guard !ByteView(subject.key).isEmpty else { return map(0) }
        let hasName = subject.number == nil || !subject.text.isEmpty
        map(hasName && subject.number != nil ? 2 : 1)
        string(subject.key)
        if hasName {
            text.removeAll()
            ForeignText.append(subject.text, byteCountMax: Limits.nameByteCountMax, to: &text)
            string(text.view)
        }
        guard let number = subject.number else { return }
        if hasName { string("row") }
        integer(number)
    }

    /// Where the four bytes of the msgid stand in a reply that `beginReply` began.
    package static var messageIdentifierOffset: Int { @_noAllocation get { Limits.frameHeaderByteCount &+ 3 } }

    /// The head of a reply `[1, msgid, nil, result]`; the caller writes the result.
    @_noAllocation
    package mutating func beginReply(_ messageIdentifier: UInt32) -> Int {
        let start = beginFrame()
        array(4)
        integer(1)
        wide(messageIdentifier)
        null()
        return start
    }
}
