internal import Foundation
internal import Model

/// One question of the LFS batch API and its answer.
/// - Source: git-lfs, docs/api/batch.md.
enum LargeFileBatch {
    /// As many as servers are known to take in one question.
    static let longest = 100
    static let mediaType = "application/vnd.git-lfs+json"

    /// The answer is not what the specification says.
    struct Malformed: Error { let clause: String }

    static func question(_ pointers: some Sequence<LargeFilePointer>) -> [UInt8] {
        let objects = pointers.map { pointer -> JSONValue in
            ["oid": .string(pointer.digest.hex), "size": .integer(pointer.size)]
        }
        let question: JSONValue = [
            "operation": "download", "transfers": ["basic"], "hash_algo": "sha256", "objects": .array(objects),
        ]
        return Array(question.canonical.utf8)
    }

    /// What the server says about each object that was asked for.
    static func answers(
        _ body: [UInt8], to asked: some Collection<LargeFilePointer>, now: Timestamp
    ) throws(Malformed) -> [LargeFilePointer: Result<LargeFileAction, LargeFileFault>] {
        guard case .object(let answer)? = try? JSONParser.parse(body), case .array(let objects)? = answer["objects"]
        else { throw Malformed(clause: "the answer is not one of the LFS batch API") }
        if let transfer = answer["transfer"], transfer != "basic", transfer != .null {
            throw Malformed(clause: "it wants another transfer than \"basic\"")
        }
        if let algorithm = answer["hash_algo"], algorithm != "sha256", algorithm != .null {
            throw Malformed(clause: "it names objects by another hash than SHA-256")
        }
        var found: [LargeFilePointer: Result<LargeFileAction, LargeFileFault>] = [:]
        for pointer in asked {
            let fault = LargeFileFault(clause: "the LFS server says nothing about it", isLasting: false)
            found[pointer] = .failure(fault)
        }
        let byName = Dictionary(asked.map { ($0.digest.hex, $0) }) { first, _ in first }
        for case .object(let object) in objects {
            guard case .string(let name)? = object["oid"], let pointer = byName[name] else { continue }
            found[pointer] = verdict(on: object, pointer, now: now)
        }
        return found
    }

    private static func verdict(
        on object: [String: JSONValue], _ pointer: LargeFilePointer, now: Timestamp
    ) -> Result<LargeFileAction, LargeFileFault> {
        if case .object(let error)? = object["error"] { return .failure(fault(error)) }
        if case .number(let size)? = object["size"], size != String(pointer.size) {
            let clause = "the LFS server has it with \(EscapedName(size)) bytes, the pointer says \(pointer.size)"
            return .failure(LargeFileFault(clause: clause, isLasting: false))
        }
        guard case .object(let actions)? = object["actions"], case .object(let download)? = actions["download"],
            let action = LargeFileAction(download, isAuthenticated: object["authenticated"] == true, now: now)
        else {
            return .failure(LargeFileFault(clause: "the LFS server does not say where it is", isLasting: false))
        }
        return .success(action)
    }

    /// What an LFS server refuses about all objects of a question; nil when it refuses something else, or is none.
    static func fault(of response: HTTPResponse) -> LargeFileFault? {
        guard [404, 410, 422].contains(response.status), response.headers["content-type"]?.hasPrefix(mediaType) == true,
            case .object(var error)? = try? JSONParser.parse(response.refusal)
        else { return nil }
        error["code"] = .integer(response.status)
        return fault(error)
    }

    private static func fault(_ error: [String: JSONValue]) -> LargeFileFault {
        let code = if case .number(let code)? = error["code"] { code } else { "0" }
        let said =
            if case .string(let text)? = error["message"] { ": \"\(EscapedName(String(text.prefix(200))))\"" } else {
                ""
            }
        return switch code {
        case "404": LargeFileFault(clause: "the LFS server does not have it\(said)", isLasting: false)
        case "410": LargeFileFault(clause: "the LFS server has removed it\(said)", isLasting: true)
        case "422": LargeFileFault(clause: "the LFS server does not take its name or size\(said)", isLasting: true)
        default:
            LargeFileFault(clause: "the LFS server refuses it with \(EscapedName(code))\(said)", isLasting: false)
        }
    }
}

/// Where and how one object is downloaded.
struct LargeFileAction: Sendable {
    let url: HTTPURL
    /// As the server listed them, and no others.
    let headers: HTTPHeaders
    /// The server has seen to the credentials itself.
    let isAuthenticated: Bool
    let expires: Timestamp?

    /// Nil when it is no address that can be asked.
    init?(_ download: [String: JSONValue], isAuthenticated: Bool, now: Timestamp) {
        // User-info in the address is dropped: whoever needs a credential is to list it as a header.
        guard case .string(let href)? = download["href"], let url = try? HTTPURL.parse(href).url else { return nil }
        self.url = url
        self.isAuthenticated = isAuthenticated
        headers = LargeFileEndpoint.headers(download["header"])
        expires = LargeFileEndpoint.end(download, now: now)
    }

    /// Whether it is of no use any more, or will be before a request arrives.
    func isExpired(at now: Timestamp) -> Bool { expires.map { $0 < now.advanced(by: .seconds(5)) } ?? false }
}
