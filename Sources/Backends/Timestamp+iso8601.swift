package import Model

extension Timestamp {
    /// Reads a moment as the services behind remotes write it (RFC 3339): `2026-11-21T12:00:00Z`, perhaps with a
    /// fraction, or with an offset such as `+00:00` in place of the `Z`. Nil for anything else.
    package init?(iso8601 text: String) {
        let bytes = Array(text.utf8)
        guard bytes.count >= 20, bytes[4] == UInt8(ascii: "-"), bytes[7] == UInt8(ascii: "-"),
            bytes[10] == UInt8(ascii: "T") || bytes[10] == UInt8(ascii: " "), bytes[13] == UInt8(ascii: ":"),
            bytes[16] == UInt8(ascii: ":")
        else { return nil }
        func number(_ range: Range<Int>) -> Int64? {
            let digits = bytes[range]
            guard digits.allSatisfy({ (48...57).contains($0) }) else { return nil }
            return digits.reduce(0) { $0 * 10 + Int64($1 - 48) }
        }
        guard let year = number(0..<4), let month = number(5..<7), let day = number(8..<10),
            let hour = number(11..<13), let minute = number(14..<16), let second = number(17..<19),
            (1...12).contains(month), (1...31).contains(day), hour < 24, minute < 60, second <= 60
        else { return nil }
        var rest = bytes[19...]
        if rest.first == UInt8(ascii: ".") { rest = rest.dropFirst().drop { (48...57).contains($0) } }
        guard let offset = Self.offset(rest) else { return nil }
        let days = Self.days(year: year, month: month, day: day)
        self.init(seconds: days * 86_400 + hour * 3_600 + minute * 60 + second - offset)
    }

    /// In seconds.
    private static func offset(_ zone: ArraySlice<UInt8>) -> Int64? {
        let digits = zone.dropFirst().filter { $0 != UInt8(ascii: ":") }
        switch zone.first {
        case UInt8(ascii: "Z") where zone.count == 1: return 0
        case UInt8(ascii: "+"), UInt8(ascii: "-"):
            guard digits.count == 4, digits.allSatisfy({ (48...57).contains($0) }) else { return nil }
            let values = digits.map { Int64($0 - 48) }
            let seconds = (values[0] * 10 + values[1]) * 3_600 + (values[2] * 10 + values[3]) * 60
            return zone.first == UInt8(ascii: "-") ? -seconds : seconds
        default: return nil
        }
    }

    /// Days since 1970-01-01 of a Gregorian date; see the inverse in ``Timestamp``.
    private static func days(year: Int64, month: Int64, day: Int64) -> Int64 {
        let shifted = month <= 2 ? year - 1 : year
        let era = (shifted < 0 ? shifted - 399 : shifted) / 400
        let yearOfEra = shifted - era * 400
        let dayOfYear = (153 * (month > 2 ? month - 3 : month + 9) + 2) / 5 + day - 1
        return era * 146_097 + yearOfEra * 365 + yearOfEra / 4 - yearOfEra / 100 + dayOfYear - 719_468
    }
}
