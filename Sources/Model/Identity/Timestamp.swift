/// A moment in UTC, in microseconds since 1970-01-01, leap seconds not counted.
package struct Timestamp: Hashable, Comparable, Sendable {
    package let microseconds: Int64

    package init(microseconds: Int64) { self.microseconds = microseconds }

    /// Seconds and nanoseconds as the operating system or a remote gives them; digits below the microsecond are cut.
    /// What is before the year 1 or after 9999, which ISO 8601 has no four digits for, becomes the first or last second.
    package init(seconds: Int64, nanoseconds: Int64 = 0) {
        let known: ClosedRange<Int64> = -62_135_596_800...253_402_300_799
        self.microseconds = min(max(seconds, known.lowerBound), known.upperBound) * 1_000_000 + nanoseconds / 1_000
    }

    package static func < (left: Timestamp, right: Timestamp) -> Bool { left.microseconds < right.microseconds }

    package func advanced(by duration: Duration) -> Timestamp {
        let (seconds, attoseconds) = (Duration.microseconds(microseconds) + duration).components
        return Timestamp(seconds: seconds, nanoseconds: attoseconds / 1_000_000_000)
    }

    /// The time from `earlier` to this moment; negative when this is the earlier one.
    package func since(_ earlier: Timestamp) -> Duration {
        .microseconds(microseconds - earlier.microseconds)
    }

    /// ISO 8601 in UTC with six decimals, as NetBox writes it: `2026-11-21T03:12:21.250031Z`.
    package var iso8601: String {
        let (second, micro) = Self.divide(microseconds, by: 1_000_000)
        return "\(Self.dateAndTime(second)).\(Self.padded(micro, to: 6))Z"
    }

    /// ISO 8601 in UTC to the second, for people: `2026-11-21T03:12:21Z`.
    package var iso8601InSeconds: String {
        Self.dateAndTime(Self.divide(microseconds, by: 1_000_000).quotient) + "Z"
    }

    private static func dateAndTime(_ second: Int64) -> String {
        let (day, rest) = divide(second, by: 86_400)
        let date = civilDate(ofDay: day)
        let time = [rest / 3_600, rest / 60 % 60, rest % 60].map { padded($0, to: 2) }.joined(separator: ":")
        return "\(padded(date.year, to: 4))-\(padded(date.month, to: 2))-\(padded(date.day, to: 2))T\(time)"
    }

    /// The proleptic Gregorian date of a day counted from 1970-01-01.
    ///
    /// Source: the era arithmetic of Howard Hinnant's "chrono-compatible low-level date algorithms": years start in
    /// March, so that the leap day comes last, and 400 of them have 146,097 days.
    private static func civilDate(ofDay day: Int64) -> (year: Int64, month: Int64, day: Int64) {
        let (era, dayOfEra) = divide(day + 719_468, by: 146_097)
        let yearOfEra = (dayOfEra - dayOfEra / 1_460 + dayOfEra / 36_524 - dayOfEra / 146_096) / 365
        let dayOfYear = dayOfEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100)
        let marchMonth = (5 * dayOfYear + 2) / 153
        let month = marchMonth < 10 ? marchMonth + 3 : marchMonth - 9
        let year = era * 400 + yearOfEra + (month <= 2 ? 1 : 0)
        return (year, month, dayOfYear - (153 * marchMonth + 2) / 5 + 1)
    }

    /// Division that rounds down, so that moments before 1970 work too.
    private static func divide(_ value: Int64, by divisor: Int64) -> (quotient: Int64, remainder: Int64) {
        let remainder = (value % divisor + divisor) % divisor
        return ((value - remainder) / divisor, remainder)
    }

    private static func padded(_ value: Int64, to width: Int) -> String {
        let digits = String(value)
        return String(repeating: "0", count: max(0, width - digits.count)) + digits
    }
}

extension Timestamp: CustomStringConvertible {
    package var description: String { iso8601 }
}
