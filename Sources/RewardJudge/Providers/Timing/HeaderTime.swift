/// The times and durations that stand in headers. What is not exactly of a form is nil, never a guess.
enum HeaderTime {
    /// Longer texts are no time.
    private static let byteCountMax = 64

    /// Seconds since 1970 of an HTTP date in its one form still in use, `Fri, 29 Sep 2023 16:26:57 GMT` (RFC 9110,
    /// 5.6.7).
    static func secondsSince1970(httpDate text: String) -> Int64? {
        let bytes = Array(text.utf8.prefix(byteCountMax))
        guard bytes.count == 29, bytes[3] == UInt8(ascii: ","), bytes[4] == 0x20, bytes[7] == 0x20, bytes[11] == 0x20,
            bytes[16] == 0x20, bytes[19] == UInt8(ascii: ":"), bytes[22] == UInt8(ascii: ":"),
            bytes[25...].elementsEqual(zone), dayNames.contains(where: bytes[..<3].elementsEqual),
            let month = monthNames.firstIndex(where: bytes[8..<11].elementsEqual), let day = number(bytes[5..<7]),
            let year = number(bytes[12..<16]), let hour = number(bytes[17..<19]),
            let minute = number(bytes[20..<22]), let second = number(bytes[23..<25]),
            let date = CivilDate(year: year, month: month + 1, day: day, hour: hour, minute: minute, second: second)
        else { return nil }
        return date.secondsSince1970
    }

    /// Seconds since 1970 of `2026-11-23T12:34:56.789Z` or with an offset such as `+01:00` (RFC 3339). Fractions are
    /// cut off.
    static func secondsSince1970(rfc3339 text: String) -> Int64? {
        let bytes = Array(text.utf8.prefix(byteCountMax))
        guard bytes.count >= 20, bytes.count < byteCountMax, bytes[4] == UInt8(ascii: "-"),
            bytes[7] == UInt8(ascii: "-"), bytes[10] | 0x20 == UInt8(ascii: "t"), bytes[13] == UInt8(ascii: ":"),
            bytes[16] == UInt8(ascii: ":"), let year = number(bytes[0..<4]), let month = number(bytes[5..<7]),
            let day = number(bytes[8..<10]), let hour = number(bytes[11..<13]), let minute = number(bytes[14..<16]),
            let second = number(bytes[17..<19]),
            let date = CivilDate(year: year, month: month, day: day, hour: hour, minute: minute, second: second)
        else { return nil }
        var index = 19
        if bytes[index] == UInt8(ascii: ".") {
            index += 1
            let start = index
            while index < bytes.count && isDigit(bytes[index]) { index += 1 }
            guard index > start else { return nil }
        }
        guard let offset = offsetSeconds(bytes[index...]) else { return nil }
        return date.secondsSince1970 - offset
    }

    /// Nanoseconds of a duration as Go writes it: `12ms`, `6m0s`, `1h2m3.5s`, `250µs`.
    static func nanoseconds(goDuration text: String) -> UInt64? {
        var rest = Array(text.utf8.prefix(byteCountMax + 1))[...]
        guard !rest.isEmpty, rest.count <= byteCountMax else { return nil }
        if rest.elementsEqual("0".utf8) { return 0 }
        var total = 0.0
        while !rest.isEmpty {
            let digits = rest.prefix { isDigit($0) || $0 == UInt8(ascii: ".") }
            guard let value = decimal(digits) else { return nil }
            rest = rest.dropFirst(digits.count)
            let unit = rest.prefix { !isDigit($0) && $0 != UInt8(ascii: ".") }
            guard let scale = nanosecondsPerUnit(String(decoding: unit, as: UTF8.self)) else { return nil }
            rest = rest.dropFirst(unit.count)
            total += value * scale
        }
        return saturated(total)
    }

    /// Nanoseconds of a number of seconds or, with a `scale` of a million, milliseconds; nil for what is negative or no
    /// decimal number.
    static func nanoseconds(decimal text: String, scale: Double = 1_000_000_000) -> UInt64? {
        guard text.utf8.count <= byteCountMax, let value = decimal(Array(text.utf8)[...]) else { return nil }
        return saturated(value * scale)
    }

    private static let zone = Array(" GMT".utf8)
    private static let dayNames = ["Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"].map { Array($0.utf8) }
    private static let monthNames = [
        "Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec",
    ].map { Array($0.utf8) }

    private static func nanosecondsPerUnit(_ unit: String) -> Double? {
        switch unit {
        case "h": 3_600_000_000_000
        case "m": 60_000_000_000
        case "s": 1_000_000_000
        case "ms": 1_000_000
        case "us", "\u{B5}s", "\u{3BC}s": 1_000
        case "ns": 1
        default: nil
        }
    }

    private static func offsetSeconds(_ bytes: ArraySlice<UInt8>) -> Int64? {
        guard let first = bytes.first else { return nil }
        if first | 0x20 == UInt8(ascii: "z") { return bytes.count == 1 ? 0 : nil }
        let start = bytes.startIndex
        guard first == UInt8(ascii: "+") || first == UInt8(ascii: "-"), bytes.count == 6,
            bytes[start + 3] == UInt8(ascii: ":"), let hours = number(bytes[(start + 1)..<(start + 3)]),
            let minutes = number(bytes[(start + 4)..<(start + 6)]), hours < 24, minutes < 60
        else { return nil }
        let seconds = Int64(hours * 3_600 + minutes * 60)
        return first == UInt8(ascii: "-") ? -seconds : seconds
    }

    /// Digits only; of at most eight.
    private static func number(_ bytes: ArraySlice<UInt8>) -> Int? {
        guard !bytes.isEmpty, bytes.count <= 8 else { return nil }
        var value = 0
        for byte in bytes {
            guard isDigit(byte) else { return nil }
            value = value * 10 + Int(byte - UInt8(ascii: "0"))
        }
        return value
    }

    /// Digits with at most one point among them.
    private static func decimal(_ bytes: ArraySlice<UInt8>) -> Double? {
        var value = 0.0
        var scale = 0.0
        var digitCount = 0
        for byte in bytes {
            if byte == UInt8(ascii: ".") {
                guard scale == 0 else { return nil }
                scale = 1
                continue
            }
            guard isDigit(byte) else { return nil }
            digitCount += 1
            value = value * 10 + Double(byte - UInt8(ascii: "0"))
            scale *= 10
        }
        guard digitCount > 0 else { return nil }
        return scale > 1 ? value / scale : value
    }

    private static func isDigit(_ byte: UInt8) -> Bool { (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte) }

    private static func saturated(_ nanoseconds: Double) -> UInt64 {
        nanoseconds < 1.8e19 ? UInt64(nanoseconds.rounded()) : UInt64.max
    }
}
