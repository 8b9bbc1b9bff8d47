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
        let subject = fault.subject
        if ByteView(subject.key).isEmpty {
            map(0)
        } else if let number = subject.number {
            map(subject.text.isEmpty ? 1 : 2)
            if !subject.text.isEmpty {
                string(subject.key)
                string(subject.text.slice(0, min(subject.text.count, Limits.nameByteCountMax)))
                string("row")
            } else {
                string(subject.key)
            }
            integer(number)
        } else {
            map(1)
            string(subject.key)
            string(subject.text.slice(0, min(subject.text.count, Limits.nameByteCountMax)))
        }
        null()
        sealFrame(start)
    }

    /// The head of a reply `[1, msgid, nil, result]`; the caller writes the result.
    @_noAllocation
    package mutating func beginReply(_ messageIdentifier: UInt32) -> Int {
        let start = beginFrame()
        array(4)
        integer(1)
        unsigned(UInt64(messageIdentifier))
        null()
        return start
    }
}
