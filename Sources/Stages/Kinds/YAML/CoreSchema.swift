import Model

/// What scalars mean.
///
/// Source: YAML 1.2.2, section 10.3. Numbers keep what was written as far as JSON's grammar allows: `1.50` and `1e400`
/// stay, `+7`, `007` and `.5` become `7`, `7` and `0.5`, `0x1F` and `0o17` become decimal.
enum CoreSchema {
    private static let prefix = "tag:yaml.org,2002:"

    /// Digits beyond which a hexadecimal or octal number is refused: turning it into decimal takes time in their square.
    private static let longestRadixNumber = 512

    static func value(of text: String, tag: String, isPlain: Bool, line: Int?) throws(DecodeFault) -> JSONValue {
        switch tag {
        case "" where !isPlain, "!", prefix + "str": return .string(text)
        case "": return try plain(text, line: line) ?? .string(text)
        case prefix + "null", prefix + "bool", prefix + "int", prefix + "float":
            let kind = tag.dropFirst(prefix.count)
            if let value = try plain(text, line: line), suits(value, kind) { return value }
            throw DecodeFault(line: line, "this is no \(kind) although it is tagged so")
        default: throw unknown(tag, line: line)
        }
    }

    /// Refuses a mapping, sequence or key with a tag of another meaning.
    static func require(tag: String, of kind: String, line: Int?) throws(DecodeFault) {
        guard tag.isEmpty || tag == "!" || tag == prefix + kind else { throw unknown(tag, line: line) }
    }

    private static func unknown(_ tag: String, line: Int?) -> DecodeFault {
        let shown = tag.hasPrefix(prefix) ? "!!" + tag.dropFirst(prefix.count) : tag
        return DecodeFault(line: line, "the tag \"\(EscapedName(shown))\" does not belong here in the core schema")
    }

    private static func suits(_ value: JSONValue, _ kind: some StringProtocol) -> Bool {
        switch (kind, value) {
        case ("null", .null), ("bool", .bool), ("float", .number): true
        case ("int", .number(let text)): text.utf8.allSatisfy { $0 == UInt8(ascii: "-") || $0.isDigit }
        default: false
        }
    }

    /// What an untagged plain scalar means; nil for a string.
    private static func plain(_ text: String, line: Int?) throws(DecodeFault) -> JSONValue? {
        switch text {
        case "", "~", "null", "Null", "NULL": return .null
        case "true", "True", "TRUE": return true
        case "false", "False", "FALSE": return false
        case ".nan", ".NaN", ".NAN":
            throw DecodeFault(line: line, "JSON cannot hold \"\(text)\"; quote it if it is text")
        default: break
        }
        guard let first = text.utf8.first, first.isDigit || first == 0x2B || first == 0x2D || first == 0x2E else {
            return nil
        }
        // By bytes: a combining mark after the sign belongs to the sign's character, and is no part of a number.
        let unsigned = first == 0x2B || first == 0x2D ? Substring(text.utf8.dropFirst()) : text[...]
        if [".inf", ".Inf", ".INF"].contains(unsigned) {
            throw DecodeFault(line: line, "JSON cannot hold \"\(text)\"; quote it if it is text")
        }
        if let number = decimal(unsigned) { return .number(first == 0x2D ? "-" + number : number) }
        return try radix(text, line: line).map { .number($0) }
    }

    /// `[0-9]+`, or `( \. [0-9]+ | [0-9]+ ( \. [0-9]* )? ) ( [eE] [-+]? [0-9]+ )?`, in JSON's grammar; else nil.
    private static func decimal(_ text: Substring) -> String? {
        var rest = text.utf8[...]
        func takeDigits() -> Substring {
            let digits = rest.prefix(while: \.isDigit)
            rest = rest[digits.endIndex...]
            return Substring(digits)
        }
        let whole = takeDigits()
        var number = String(whole.drop { $0 == "0" })
        if number.isEmpty { number = "0" }
        if rest.first == UInt8(ascii: ".") {
            rest.removeFirst()
            let fraction = takeDigits()
            if whole.isEmpty, fraction.isEmpty { return nil }
            number += "." + (fraction.isEmpty ? "0" : fraction)
        } else if whole.isEmpty {
            return nil
        }
        if let mark = rest.first, mark == UInt8(ascii: "e") || mark == UInt8(ascii: "E") {
            rest.removeFirst()
            number += "e"
            if let sign = rest.first, sign == UInt8(ascii: "+") || sign == UInt8(ascii: "-") {
                rest.removeFirst()
                number += sign == UInt8(ascii: "-") ? "-" : "+"
            }
            let exponent = takeDigits()
            if exponent.isEmpty { return nil }
            number += exponent
        }
        return rest.isEmpty ? number : nil
    }

    /// `0o [0-7]+` or `0x [0-9a-fA-F]+` as decimal digits; else nil.
    private static func radix(_ text: String, line: Int?) throws(DecodeFault) -> String? {
        let base: UInt8
        if text.hasPrefix("0x") { base = 16 } else if text.hasPrefix("0o") { base = 8 } else { return nil }
        let digits = text.utf8.dropFirst(2)
        guard !digits.isEmpty else { return nil }
        var decimal: [UInt8] = [0]
        guard digits.allSatisfy({ Hexadecimal.value(of: $0).map { $0 < base } ?? false }) else { return nil }
        guard digits.count <= longestRadixNumber else {
            throw DecodeFault(line: line, "a number has more than \(longestRadixNumber) digits")
        }
        for digit in digits {
            var carry = Int(Hexadecimal.value(of: digit) ?? 0)
            for index in decimal.indices {
                carry += Int(decimal[index]) * Int(base)
                decimal[index] = UInt8(carry % 10)
                carry /= 10
            }
            while carry > 0 {
                decimal.append(UInt8(carry % 10))
                carry /= 10
            }
        }
        return String(decoding: decimal.reversed().map { $0 + UInt8(ascii: "0") }, as: UTF8.self)
    }
}
