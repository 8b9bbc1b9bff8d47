internal import RewardKernel

/// What the body of a failure says, in any of the shapes that servers have for it.
struct ErrorBody: Sendable {
    /// Words that tell the kind: `error.type`, `error.code`, `error.details.error_code`, the exception's name; in lower
    /// case.
    var names: [String] = []
    /// For people: one line, cut.
    var message = ""
    /// `error.param`: the parameter that was refused.
    var parameter: String?

    /// Reads an object with `error` (an object or a text; Google's in an array of one), `message`, `Message` or
    /// `detail`, or whatever text the body is.
    init(_ body: [UInt8]) {
        let head = body.prefix(ProviderLimits.bodyByteCountMax)
        guard body.count <= ProviderLimits.bodyByteCountMax, let value = try? JSONValue.make(parsing: head) else {
            self.init(ReplyNode(nil))
            message = ErrorBody.line(String(decoding: body.prefix(ProviderLimits.messageByteCountMax), as: UTF8.self))
            return
        }
        self.init(ReplyNode(value))
    }

    init(_ root: ReplyNode) {
        let top = root.items == nil ? root : root[0]
        let error = top["error"]
        let source = error.isObject ? error : top
        for node in [source["code"], source["type"], source["status"], source["details"]["error_code"], top["__type"]] {
            guard let code = node.code, code.utf8.count <= 128 else { continue }
            // `com.amazon.coral.service#ThrottlingException` is the exception behind the last mark.
            names.append(String(code.split(separator: "#").last ?? "").lowercased())
        }
        if let inner = source["innererror"]["code"].code { names.append(inner.lowercased()) }
        parameter = source["param"].text
        let texts = [
            error.text, source["message"].text, source["Message"].text, top["detail"].text, top["message"].text,
        ]
        if let text = texts.compactMap({ $0 }).first {
            message = ErrorBody.line(text)
        } else if let text = root.text {
            message = ErrorBody.line(text)
        } else if let value = root.value, let text = try? JSONWriter.text(of: value) {
            message = ErrorBody.line(text)
        }
    }

    /// One line of printable characters, at most as long as a message may be.
    static func line(_ text: String) -> String {
        var line = ""
        var byteCount = 0
        var isAfterSpace = true
        for scalar in text.unicodeScalars {
            let isSpace =
                scalar.value <= 0x20 || (0x7F...0x9F).contains(scalar.value) || scalar.value == 0x2028
                || scalar.value == 0x2029
            if isSpace && isAfterSpace { continue }
            byteCount += isSpace ? 1 : UTF8.width(scalar)
            guard byteCount <= ProviderLimits.messageByteCountMax else { break }
            line.unicodeScalars.append(isSpace ? " " : scalar)
            isAfterSpace = isSpace
        }
        return line
    }
}
