/// A Unicode scalar of a text, with what classes and words ask about it.
struct Letter {
    let value: UInt32
    /// As it is compared: without its case when case is ignored.
    let folded: UInt32
    /// The scalars that it may stand for: itself, and when case is ignored, its other cases.
    let upper: UInt32
    let lower: UInt32
    let kinds: LetterKinds

    init(_ scalar: Unicode.Scalar, ignoringCase: Bool) {
        value = scalar.value
        kinds = LetterKinds(of: scalar)
        upper = ignoringCase ? Self.upper(scalar).value : value
        lower = ignoringCase ? Self.lower(scalar).value : value
        folded = ignoringCase ? Self.folded(scalar) : value
    }

    /// The same for all cases of a letter. Only mappings of one scalar to one: `ß` does not equal `SS`, as in PostgreSQL.
    static func folded(_ scalar: Unicode.Scalar) -> UInt32 {
        // A dotless i is a letter of its own, though its capital is I: Unicode's CaseFolding.txt leaves it alone.
        scalar == "\u{131}" ? scalar.value : lower(upper(scalar)).value
    }

    private static func upper(_ scalar: Unicode.Scalar) -> Unicode.Scalar {
        if scalar.isASCII { return ("a"..."z").contains(scalar) ? shifted(scalar, by: -32) : scalar }
        return single(scalar.properties.uppercaseMapping) ?? scalar
    }

    private static func lower(_ scalar: Unicode.Scalar) -> Unicode.Scalar {
        if scalar.isASCII { return ("A"..."Z").contains(scalar) ? shifted(scalar, by: 32) : scalar }
        return single(scalar.properties.lowercaseMapping) ?? scalar
    }

    private static func shifted(_ scalar: Unicode.Scalar, by distance: Int) -> Unicode.Scalar {
        Unicode.Scalar(UInt8(Int(scalar.value) + distance))
    }

    private static func single(_ mapping: String) -> Unicode.Scalar? {
        let scalars = mapping.unicodeScalars
        return scalars.count == 1 ? scalars.first : nil
    }
}

/// What kinds of letter a Unicode scalar is.
struct LetterKinds: OptionSet, Hashable {
    let rawValue: UInt16

    static let alpha = LetterKinds(rawValue: 1 << 0)
    static let digit = LetterKinds(rawValue: 1 << 1)
    static let lower = LetterKinds(rawValue: 1 << 2)
    static let upper = LetterKinds(rawValue: 1 << 3)
    static let space = LetterKinds(rawValue: 1 << 4)
    static let blank = LetterKinds(rawValue: 1 << 5)
    static let control = LetterKinds(rawValue: 1 << 6)
    static let punctuation = LetterKinds(rawValue: 1 << 7)
    static let visible = LetterKinds(rawValue: 1 << 8)
    static let printable = LetterKinds(rawValue: 1 << 9)
    static let hexadecimal = LetterKinds(rawValue: 1 << 10)
    static let word = LetterKinds(rawValue: 1 << 11)

    /// POSIX's names in `[[:name:]]`. Several kinds mean one of them.
    static let named: [String: LetterKinds] = [
        "alpha": .alpha, "digit": .digit, "alnum": [.alpha, .digit], "lower": .lower, "upper": .upper, "space": .space,
        "blank": .blank, "cntrl": .control, "punct": .punctuation, "graph": .visible, "print": .printable,
        "xdigit": .hexadecimal, "word": .word,
    ]

    init(rawValue: UInt16) { self.rawValue = rawValue }

    init(of scalar: Unicode.Scalar) {
        self = scalar.isASCII ? Self.ofASCII[Int(scalar.value)] : Self(byProperties: scalar)
    }

    private static let ofASCII = (0..<128).map { LetterKinds(byProperties: Unicode.Scalar(UInt8($0))) }

    /// - Source: Unicode Technical Standard 18, Annex C, "Compatibility Properties".
    private init(byProperties scalar: Unicode.Scalar) {
        let properties = scalar.properties
        var kinds: LetterKinds = []
        if properties.isAlphabetic { kinds.insert([.alpha, .word]) }
        if properties.isLowercase { kinds.insert(.lower) }
        if properties.isUppercase { kinds.insert(.upper) }
        if properties.isWhitespace { kinds.insert(.space) }
        if scalar == "\t" { kinds.insert(.blank) }
        if scalar == "_" { kinds.insert(.word) }
        if properties.isASCIIHexDigit { kinds.insert(.hexadecimal) }
        switch properties.generalCategory {
        case .decimalNumber: kinds.insert([.digit, .word, .visible, .printable])
        case .nonspacingMark, .spacingMark, .enclosingMark: kinds.insert([.word, .visible, .printable])
        case .control: kinds.insert(.control)
        case .surrogate, .unassigned, .lineSeparator, .paragraphSeparator: break
        case .spaceSeparator: kinds.insert([.blank, .printable])
        case .connectorPunctuation, .dashPunctuation, .openPunctuation, .closePunctuation, .initialPunctuation,
            .finalPunctuation, .otherPunctuation, .mathSymbol, .currencySymbol, .modifierSymbol, .otherSymbol:
            kinds.insert([.punctuation, .visible, .printable])
        default: kinds.insert([.visible, .printable])
        }
        self = kinds
    }
}
