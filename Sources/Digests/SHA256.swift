internal import COpenSSL

/// SHA-256 (FIPS 180-4) of bytes that come one after the other. A copy goes on by itself.
package struct SHA256: Sendable {
    /// Bytes of a digest.
    package static let byteCount = 32

    private var state = SHA256_CTX()

    package init() {
        precondition(SHA256_Init(&state) == 1, "a hash begins")
    }

    package mutating func update(bufferPointer bytes: UnsafeRawBufferPointer) {
        SHA256_Update(&state, bytes.baseAddress, bytes.count)
    }

    package mutating func update(data bytes: [UInt8]) {
        bytes.withUnsafeBytes { update(bufferPointer: $0) }
    }

    /// The digest of the bytes so far; others may follow.
    package func finalize() -> [UInt8] {
        var ending = state
        return [UInt8](unsafeUninitializedCapacity: Self.byteCount) { digest, count in
            count = SHA256_Final(digest.baseAddress, &ending) == 1 ? Self.byteCount : 0
        }
    }

    package static func hash(data bytes: [UInt8]) -> [UInt8] {
        var hash = SHA256()
        hash.update(data: bytes)
        return hash.finalize()
    }

    /// The HMAC of `bytes` with SHA-256 (RFC 2104).
    package static func authenticationCode(for bytes: [UInt8], key: [UInt8]) -> [UInt8] {
        precondition(key.count <= Int32.max, "a key is short")
        return [UInt8](unsafeUninitializedCapacity: byteCount) { code, count in
            let made = HMAC(
                EVP_sha256(), key, Int32(key.count), bytes, bytes.count, code.baseAddress, nil)
            precondition(made != nil, "OpenSSL knows SHA-256")
            count = byteCount
        }
    }
}

extension Sequence<UInt8> {
    /// Two digits a byte.
    package var hexadecimal: String {
        let digits = Array("0123456789abcdef".utf8)
        return String(decoding: flatMap { [digits[Int($0 >> 4)], digits[Int($0 & 15)]] }, as: UTF8.self)
    }
}
