/// Kinds of personal details and secrets that a safety filter finds by their form and their check digits.
package enum SensitiveKind: String, CaseIterable, Sendable, BitwiseCopyable {
    /// Keys of AWS, GitHub, GitLab, Google, Hugging Face, npm, OpenAI, Anthropic, Slack and Stripe, by their prefixes.
    case apiKey = "api_key"
    /// Card numbers of the known networks' lengths whose Luhn digit is right.
    case creditCard = "credit_card"
    case email
    /// International bank account numbers of their country's length whose check digits are right (ISO 13616).
    case iban
    /// IPv4 addresses, and IPv6 addresses with a decimal digit in them.
    case ipAddress = "ip_address"
    /// Hardware addresses of six octets, all but the broadcast and the null address.
    case macAddress = "mac_address"
    /// The first line of a PEM private key.
    case privateKey = "private_key"
    /// US social security numbers with hyphens, in the ranges that are given out.
    case usSSN = "us_ssn"

    /// What finds candidates, each with what must be right about one.
    var patterns: [(pattern: String, check: SensitiveCheck)] {
        switch self {
        case .apiKey: [(Self.apiKeyPattern, .none)]
        case .creditCard:
            [
                (
                    #"(?<![\w.])(?:[0-9]{12,19}|[0-9]{4}([ -])[0-9]{4}\1[0-9]{4}(?:\1[0-9]{1,4}){1,2}"#
                        + #"|[0-9]{4}([ -])[0-9]{6}\2[0-9]{4,5})(?!\w)"#, .creditCard
                )
            ]
        case .email:
            [
                (
                    #"(?<![\w.+%'-])[A-Za-z0-9._%+'-]{1,64}@(?:[A-Za-z0-9](?:[A-Za-z0-9-]{0,61}[A-Za-z0-9])?\.){1,8}"#
                        + #"(?:[A-Za-z]{2,63}|xn--[A-Za-z0-9-]{1,59})(?![A-Za-z0-9_-])"#, .none
                )
            ]
        // The shape of the longest; the check knows the country's length and where the number ends.
        case .iban: [(#"(?<!\w)[A-Za-z]{2}[0-9]{2}[ -]?[A-Za-z0-9]{4}"#, .iban)]
        case .ipAddress:
            [
                (
                    #"(?<![\w.])(?<![0-9A-Fa-f:]:)(?:\#(Self.octet)\.){3}\#(Self.octet)(?!\w|\.[0-9])"#, .none
                ),
                (
                    #"(?<![\w:.])[0-9A-Fa-f]{0,4}:[0-9A-Fa-f:]*(?:[0-9A-Fa-f:]|(?:[0-9]{1,3}\.){3}[0-9]{1,3})"#
                        + #"(?![\w:]|\.[0-9])"#, .internetAddress
                ),
            ]
        case .macAddress:
            [
                (
                    #"(?<![\w:-])(?!(?:[Ff]{2}[:-]){5}[Ff]{2}|(?:00[:-]){5}00)[0-9A-Fa-f]{2}([:-])"#
                        + #"(?:[0-9A-Fa-f]{2}\1){4}[0-9A-Fa-f]{2}(?![\w:-])"#, .none
                )
            ]
        case .privateKey: [("-----BEGIN (?:[A-Z0-9]{1,16} ){0,3}PRIVATE KEY-----", .none)]
        case .usSSN:
            [(#"(?<![\w-])(?!000|666|9)[0-9]{3}-(?!00)[0-9]{2}-(?!0000)[0-9]{4}(?![\w-])"#, .none)]
        }
    }

    private static let octet = "(?:25[0-5]|2[0-4][0-9]|1[0-9][0-9]|[1-9]?[0-9])"

    /// As the issuers document them; what follows a prefix that they leave open must have a digit in it.
    private static let apiKeyPattern =
        #"(?<![\w-])(?:(?:AKIA|ASIA)[A-Z0-9]{16}|gh[opsur]_[A-Za-z0-9]{36}|github_pat_[A-Za-z0-9_]{82}"#
        + #"|glpat-[A-Za-z0-9_-]{20}|AIza[A-Za-z0-9_-]{35}|hf_[A-Za-z0-9]{34}|npm_[A-Za-z0-9]{36}"#
        + #"|sk-(?=[A-Za-z_-]{0,64}[0-9])[A-Za-z0-9_-]{20,256}|xox[abeprs]-(?=[A-Za-z-]{0,64}[0-9])[A-Za-z0-9-]{10,256}"#
        + #"|[rs]k_(?:live|test)_[A-Za-z0-9]{24,128})(?![\w-])"#
}

/// What must be right about a candidate.
enum SensitiveCheck: UInt8, BitwiseCopyable {
    /// Its form says enough.
    case none
    case creditCard
    case iban
    case internetAddress
}
