/// One parser of something that comes from outside, and what it promises for every input.
struct FuzzTarget: Sendable {
    /// The name of its folder in `Corpus`.
    let name: String
    /// What its inputs are made of: sooner found when said.
    let words: [String]
    /// Throws whatever the parser throws, which is an answer like any other. A broken promise is a crash.
    let run: @Sendable (_ input: [UInt8]) throws -> Void

    init(_ name: String, _ words: [String] = [], _ run: @escaping @Sendable ([UInt8]) throws -> Void) {
        self.name = name
        self.words = words
        self.run = run
    }

    /// All of them; none in a program that was built for release, where the parsers are out of reach.
    #if DEBUG
    static let all = model + decoding + urls + credentials + s3 + git + repositories + signatures
    #else
    static let all: [FuzzTarget] = []
    #endif

    /// The words as libFuzzer reads them.
    var dictionary: [String] {
        words.map { word in
            let bytes = word.utf8.map { byte in
                let isPlain = (0x20..<0x7F).contains(byte) && byte != UInt8(ascii: "\"") && byte != UInt8(ascii: "\\")
                return isPlain
                    ? String(Unicode.Scalar(byte)) : "\\x" + ["", "0"][byte < 16 ? 1 : 0] + String(byte, radix: 16)
            }
            return "\"" + bytes.joined() + "\""
        }
    }
}

/// Ends the process, which is how a fuzzer is told of an input, when what a parser promises does not hold.
func promise(_ holds: @autoclosure () -> Bool, _ promise: String) {
    if !holds() { fatalError("broken promise: \(promise)") }
}

extension [UInt8] {
    /// As UTF-8, repaired where it is none.
    var text: String { String(decoding: self, as: UTF8.self) }

    /// Its parts between bytes 0xFF, which no text has: for parsers of more than one thing. At least `count` of them.
    func parts(_ count: Int) -> [[UInt8]] {
        let parts = split(separator: 0xFF, maxSplits: count - 1, omittingEmptySubsequences: false).map(Array.init)
        return parts + [[UInt8]](repeating: [], count: count - parts.count)
    }
}
