import RewardKernel

extension ComponentDecoder {
    static let overlongPenalty = ComponentDecoder(type: "overlong_penalty") { component in
        let lengths = 0...Int(Int32.max)
        let maxLength = component.required("max_length", suggestion: "such as `max_length: 4096`")?
            .integer(in: 1...lengths.upperBound)
        let bufferReader = component.required("buffer", suggestion: "such as `buffer: 512`")
        let buffer = bufferReader?.integer(in: lengths)
        let measure = component.lengthSettings(default: .tokens)
        guard let maxLength, let buffer, let measure else { return nil }
        guard buffer <= maxLength else {
            bufferReader?.report("the buffer lies within `max_length` (\(maxLength))")
            return nil
        }
        return .overlongPenalty(OverlongPenaltySettings(maxLength: maxLength, buffer: buffer, measure))
    }
}
