internal import Model

extension Timestamp {
    /// Reads a moment as HTTP's headers have it, `Sun, 06 Nov 1994 08:49:37 GMT`; nil for anything else, the forms that
    /// are obsolete included.
    /// - Source: RFC 9110, 5.6.7, IMF-fixdate.
    init?(httpDate text: String) {
        let words = text.split(separator: " ")
        guard words.count == 6, words[0].hasSuffix(","), words[5] == "GMT", words[1].utf8.count == 2,
            let month = Self.months.firstIndex(of: words[2])
        else { return nil }
        let number = month + 1
        self.init(iso8601: "\(words[3])-\(number < 10 ? "0" : "")\(number)-\(words[1])T\(words[4])Z")
    }

    private static let months: [Substring] = [
        "Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec",
    ]
}
