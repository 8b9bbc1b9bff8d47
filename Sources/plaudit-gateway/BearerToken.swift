import ArgumentParser
import Digests
import Foundation
import Glibc
import HTTPTypes
import Hummingbird
import NIOCore
import RewardConfig

/// The secret that requests carry. It is never shown.
struct BearerToken: Sendable {
    private static let variable = "PLAUDIT_GATEWAY_TOKEN"
    private static let byteCounts = 16...4_096

    private let bytes: [UInt8]

    /// The token of a file, else of the environment; nil when there is neither.
    static func load(file: String?) throws -> BearerToken? {
        let text: String
        let source: String
        if let file {
            source = file
            do {
                text = String(
                    decoding: try RegularFile.read(file, byteCountMax: byteCounts.upperBound + 2), as: UTF8.self)
            } catch {
                throw ValidationError("--token-file \(file): \(error)")
            }
        } else if let value = ProcessEnvironment.value(variable) {
            source = variable
            text = value
        } else {
            return nil
        }
        let token = text.split(whereSeparator: \.isWhitespace)
        guard token.count == 1, byteCounts.contains(token[0].utf8.count) else {
            throw ValidationError(
                "\(source): a token has \(byteCounts.lowerBound) to \(byteCounts.upperBound) characters and no spaces")
        }
        return BearerToken(bytes: Array(token[0].utf8))
    }

    /// Whether a request carries it. Takes as long for a wrong token as for the right one.
    func isCarried(by request: Request) -> Bool {
        if let value = request.headers[.authorization], value.lowercased().hasPrefix("bearer ") {
            return matches(value.dropFirst(7))
        }
        if let name = HTTPField.Name("X-Api-Key"), let value = request.headers[name] { return matches(value[...]) }
        return false
    }

    /// Whether it is the token, as a person has typed it.
    func matches(_ offered: String) -> Bool { matches(offered[...]) }

    /// What a browser carries in the token's place, and only for the pages. The token cannot be found from it.
    var cookie: String { Self.cookieName + "=" + cookieValue }

    private static let cookieName = "plaudit_session"

    private var cookieValue: String {
        SHA256.authenticationCode(for: Array("plaudit-gateway pages".utf8), key: bytes).hexadecimal
    }

    /// Whether a browser's request carries the cookie.
    func isKept(by request: Request) -> Bool {
        let cookies = request.headers[values: .cookie].flatMap { $0.split(separator: ";") }
        let wanted = Array(cookieValue.utf8)
        return cookies.contains { cookie in
            let sides = cookie.split(separator: "=", maxSplits: 1)
            guard sides.count == 2, sides[0].drop(while: \.isWhitespace) == Self.cookieName else { return false }
            return Self.isEqual(Array(sides[1].utf8), wanted)
        }
    }

    private func matches(_ offered: Substring) -> Bool { Self.isEqual(Array(offered.utf8), bytes) }

    /// Takes as long whatever stands in `offered`.
    private static func isEqual(_ offered: [UInt8], _ bytes: [UInt8]) -> Bool {
        var difference = UInt8(offered.count == bytes.count ? 0 : 1)
        for index in bytes.indices { difference |= bytes[index] ^ (index < offered.count ? offered[index] : 0) }
        return difference == 0
    }
}
