/// A second of UTC as people write it.
package struct CivilTime: Sendable, Equatable {
    package let year: Int
    package let month: Int
    package let day: Int
    package let hour: Int
    package let minute: Int
    package let second: Int

    /// The date by the civil-from-days algorithm of Howard Hinnant's "chrono-Compatible Low-Level Date Algorithms".
    /// - Parameter seconds: Since 1970; at most a thousand years from it.
    package init(secondsSince1970 seconds: Double) {
        let whole = Int(min(max(seconds, -3e10), 3e10).rounded(.down))
        let days = whole >= 0 ? whole / 86_400 : -((86_399 - whole) / 86_400)
        let time = whole - days * 86_400
        let shifted = days + 719_468
        let era = (shifted >= 0 ? shifted : shifted - 146_096) / 146_097
        let dayOfEra = shifted - era * 146_097
        let yearOfEra = (dayOfEra - dayOfEra / 1_460 + dayOfEra / 36_524 - dayOfEra / 146_096) / 365
        let dayOfYear = dayOfEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100)
        let monthIndex = (5 * dayOfYear + 2) / 153
        day = dayOfYear - (153 * monthIndex + 2) / 5 + 1
        month = monthIndex < 10 ? monthIndex + 3 : monthIndex - 9
        year = yearOfEra + era * 400 + (month <= 2 ? 1 : 0)
        hour = time / 3_600
        minute = time / 60 % 60
        second = time % 60
    }

    /// `2026-11-28`
    package var date: String { "\(year)-\(Self.two(month))-\(Self.two(day))" }
    /// `14:05`
    package var time: String { "\(Self.two(hour)):\(Self.two(minute))" }
    /// `2026-11-28 14:05:09 UTC`
    package var text: String { "\(date) \(time):\(Self.two(second)) UTC" }

    /// As much of each time as the step needs; the date where a day begins.
    static func labels(_ values: [Double], stepSeconds: Int) -> [String] {
        values.enumerated().map { index, value in
            let time = CivilTime(secondsSince1970: value)
            if stepSeconds >= 86_400 { return time.date }
            let begins = index == 0 || time.date != CivilTime(secondsSince1970: values[index - 1]).date
            let clock = stepSeconds >= 60 ? time.time : "\(time.time):\(two(time.second))"
            return begins ? "\(time.date) \(clock)" : clock
        }
    }

    private static func two(_ value: Int) -> String { value < 10 ? "0\(value)" : "\(value)" }
}
