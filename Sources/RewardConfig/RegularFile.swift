import Glibc

/// Reads regular files whole, within a limit.
package enum RegularFile {
    package static func read(_ path: String, byteCountMax: Int) throws(FileError) -> [UInt8] {
        // Without O_NONBLOCK the opening of a named pipe would wait for its writer.
        let descriptor = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK)
        guard descriptor >= 0 else {
            throw errno == ENOENT || errno == ENOTDIR ? .notFound : .notReadable(reason: reason(errno))
        }
        defer { close(descriptor) }
        var status = stat()
        guard fstat(descriptor, &status) == 0 else { throw .notReadable(reason: reason(errno)) }
        guard status.st_mode & S_IFMT == S_IFREG else { throw .notRegular }
        guard status.st_size <= byteCountMax else {
            throw .tooLarge(byteCount: Int(status.st_size), byteCountMax: byteCountMax)
        }
        // One byte more than the limit shows a file that has grown since.
        var bytes = [UInt8](repeating: 0, count: min(Int(status.st_size), byteCountMax) + 1)
        var byteCount = 0
        while true {
            let count = bytes.withUnsafeMutableBytes { buffer in
                Glibc.read(descriptor, buffer.baseAddress! + byteCount, buffer.count - byteCount)
            }
            if count < 0 && errno == EINTR { continue }
            guard count >= 0 else { throw .notReadable(reason: reason(errno)) }
            if count == 0 { break }
            byteCount += count
            guard byteCount <= byteCountMax else {
                throw .tooLarge(byteCount: byteCount, byteCountMax: byteCountMax)
            }
            if byteCount == bytes.count { bytes.append(contentsOf: [UInt8](repeating: 0, count: bytes.count)) }
        }
        bytes.removeLast(bytes.count - byteCount)
        return bytes
    }

    private static func reason(_ code: Int32) -> String {
        String(cString: strerror(code)).lowercased()
    }
}
