/// Amounts of bytes as a person types them.
package enum ByteSize {
    /// A whole number of bytes, KiB, MiB or GiB; nil for anything else and for amounts beyond 2^62.
    package static func bytes(in text: String) -> Int64? {
        let digits = text.prefix { $0.asciiValue?.isDigit ?? false }
        let unit = text[digits.endIndex...].drop { $0 == " " }.lowercased()
        let factors: [String: Int64] = ["": 1, "b": 1, "kib": 1 << 10, "mib": 1 << 20, "gib": 1 << 30]
        guard let count = Int64(digits), let factor = factors[unit] else { return nil }
        let (bytes, overflow) = count.multipliedReportingOverflow(by: factor)
        return overflow || bytes > 1 << 62 ? nil : bytes
    }

    /// With one decimal and the largest fitting unit, such as `1.5 MiB`.
    package static func text(_ bytes: Int64) -> String {
        guard bytes >= 1_024 else { return "\(bytes) B" }
        var whole = bytes
        var rest: Int64 = 0
        var units = ["B", "KiB", "MiB", "GiB", "TiB"][...]
        while whole >= 1_024, units.count > 1 {
            rest = whole % 1_024
            whole /= 1_024
            units.removeFirst()
        }
        return "\(whole).\(rest * 10 / 1_024) \(units.first ?? "B")"
    }
}
