/// The files through which the bench hands prepared input to its C programs. Numbers in them are little-endian.
package enum InputFile {
    /// Frames for `load_client`: "PLFRAME1", u32 count, then per frame u32 rollouts, u32 byte count, bytes.
    package static func frames(_ frames: [ScoreFrame]) -> [UInt8] {
        var file = Array("PLFRAME1".utf8)
        append(UInt64(frames.count), byteCount: 4, to: &file)
        for frame in frames {
            append(UInt64(frame.rolloutCount), byteCount: 4, to: &file)
            append(UInt64(frame.bytes.count), byteCount: 4, to: &file)
            file += frame.bytes
        }
        return file
    }

    /// Texts for `library_floor`: "PLTEXT01", u32 count, then per text u32 byte count, f64 reference answer, bytes.
    package static func texts(_ texts: [(bytes: [UInt8], reference: Double)]) -> [UInt8] {
        var file = Array("PLTEXT01".utf8)
        append(UInt64(texts.count), byteCount: 4, to: &file)
        for text in texts {
            append(UInt64(text.bytes.count), byteCount: 4, to: &file)
            append(text.reference.bitPattern, byteCount: 8, to: &file)
            file += text.bytes
        }
        return file
    }

    private static func append(_ number: UInt64, byteCount: Int, to file: inout [UInt8]) {
        for index in 0..<byteCount { file.append(UInt8(truncatingIfNeeded: number >> (8 * UInt64(index)))) }
    }
}
