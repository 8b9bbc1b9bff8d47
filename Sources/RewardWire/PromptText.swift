package import RewardMemory

/// Where each rollout's prompt stands on the tape, for prompts that are message lists of different lengths.
@safe
package struct PromptIndex: ~Copyable {
    private let memory: ReservedMemory

    /// Nil when the address space is refused.
    // Allocates: address space, once per worker.
    package init?() {
        guard let memory = ReservedMemory(byteCount: Limits.rolloutCountMax * MemoryLayout<UInt32>.stride) else {
            return nil
        }
        self.memory = memory
    }

    @_noAllocation
    package func set(_ row: Int, _ token: Int) {
        precondition(row >= 0 && row < Limits.rolloutCountMax, "a row lies inside the request")
        let base = unsafe memory.base.assumingMemoryBound(to: UInt32.self)
        unsafe base[row] = UInt32(truncatingIfNeeded: token)
    }

    @_noAllocation
    package func table(_ count: Int) -> FixedTable<UInt32> {
        unsafe FixedTable(unsafe: UnsafePointer(memory.base.assumingMemoryBound(to: UInt32.self)), count: count)
    }
}

/// Prompts in the two shapes that trainers send: a text, or a list of `{role, content}` messages.
enum PromptText {
    /// Whether the array at `token` holds maps only.
    @_noAllocation
    static func isMessageList(_ message: MessageView, _ token: Int) -> Bool {
        var element = token &+ 1
        for _ in 0..<message.count(token) {
            guard message.kind(element) == .map else { return false }
            element = message.next(after: element)
        }
        return true
    }

    /// The text of the prompt at `token`: the string, or the content of the last user message (of the last message when
    /// there is none). Nil when there is no text.
    @_noAllocation
    static func text(_ message: MessageView, _ token: Int) -> ByteView? {
        guard message.kind(token) == .array else { return message.text(token) }
        var chosen: ByteView?
        var isUserChosen = false
        var element = token &+ 1
        for _ in 0..<message.count(token) {
            var isUser = false
            var content: ByteView?
            var key = element &+ 1
            for _ in 0..<message.count(element) {
                let value = key &+ 1
                if let name = message.text(key) {
                    if name.equals(ByteView("role")) {
                        isUser = message.text(value)?.equals(ByteView("user")) ?? false
                    } else if name.equals(ByteView("content")) {
                        content = contentText(message, value)
                    }
                }
                key = message.next(after: value)
            }
            if let content, isUser || !isUserChosen {
                chosen = content
                isUserChosen = isUser
            }
            element = message.next(after: element)
        }
        return chosen
    }

    /// All messages at `token` as a transcript, `role: content` each, for a judge that must see what went before; the text
    /// alone where there is only one.
    // Allocates: the transcript; for the judge lane.
    static func transcript(_ message: MessageView, _ token: Int) -> String? {
        guard message.kind(token) == .array, message.count(token) > 1 else {
            return text(message, token)?.makeString()
        }
        var transcript = ""
        var element = token &+ 1
        for _ in 0..<message.count(token) {
            var role = "user"
            var content = ""
            var key = element &+ 1
            for _ in 0..<message.count(element) {
                let value = key &+ 1
                if let name = message.text(key) {
                    if name.equals(ByteView("role")) { role = message.text(value)?.makeString() ?? role }
                    if name.equals(ByteView("content")) { content = contentText(message, value)?.makeString() ?? "" }
                }
                key = message.next(after: value)
            }
            if !transcript.isEmpty { transcript += "\n\n" }
            transcript += "\(role): \(content)"
            element = message.next(after: element)
        }
        return transcript
    }

    /// A message's content: a string, or the first text part of a list of parts.
    @_noAllocation
    private static func contentText(_ message: MessageView, _ token: Int) -> ByteView? {
        guard message.kind(token) == .array else { return message.text(token) }
        var part = token &+ 1
        for _ in 0..<message.count(token) {
            if message.kind(part) == .map {
                var key = part &+ 1
                for _ in 0..<message.count(part) {
                    if let name = message.text(key), name.equals(ByteView("text")), let text = message.text(key &+ 1) {
                        return text
                    }
                    key = message.next(after: key &+ 1)
                }
            }
            part = message.next(after: part)
        }
        return nil
    }
}
