/// The status and header fields of an answer, collected line by line as they arrive.
///
/// Interim answers (1xx) are dropped when the next one begins.
struct HTTPFields {
    private(set) var status = 0
    private(set) var headers = HTTPHeaders()
    private var sizeInBytes = 0
    /// Whether the empty line at the end has come.
    private(set) var isComplete = false

    private static let limitInBytes = 262_144

    /// - Returns: false when there is more of it than any honest server sends.
    mutating func append(_ line: UnsafeRawBufferPointer) -> Bool {
        sizeInBytes += line.count
        guard sizeInBytes <= Self.limitInBytes else { return false }
        isComplete = line.allSatisfy { $0 == 13 || $0 == 10 }
        if line.starts(with: "HTTP/".utf8) {
            headers = HTTPHeaders()
            status = line.split(separator: UInt8(ascii: " ")).dropFirst().first.flatMap { Int(Self.text($0)) } ?? 0
        } else if let colon = line.firstIndex(of: UInt8(ascii: ":")) {
            headers.append(Self.text(line[..<colon]), Self.text(line[(colon + 1)...]))
        }
        return true
    }

    private static func text(_ bytes: Slice<UnsafeRawBufferPointer>) -> String {
        let isBlank: (UInt8) -> Bool = { $0 == 32 || (9...13).contains($0) }
        guard let first = bytes.firstIndex(where: { !isBlank($0) }),
            let last = bytes.lastIndex(where: { !isBlank($0) })
        else { return "" }
        return String(decoding: bytes[first...last], as: UTF8.self)
    }
}
