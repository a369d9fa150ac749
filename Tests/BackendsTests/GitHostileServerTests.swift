import Backends
import Fixtures
import Foundation
import Model
import Testing

/// A server that answers what it likes, from scripts; each answer costs an error, never a listing.
@Suite struct GitHostileServerTests {
    private struct Place {
        let web: WebServer
        let cache: TemporaryFolder

        /// - Parameter refs: the body of the answer to `info/refs`, as printf(1) writes it.
        /// - Parameter result: that of each answer to a request.
        init(refs: String, result: String = "") throws {
            let folder = try TemporaryFolder()
            cache = try TemporaryFolder()
            let type = "Content-Type: application/x-git-upload-pack"
            let scripts = [
                "refs": "printf '\(type)-advertisement\\r\\n\\r\\n\(refs)'",
                "result": "cat > /dev/null; printf '\(type)-result\\r\\n\\r\\n\(result)'",
            ]
            for (name, text) in scripts { try folder.write("\(name).sh", text) }
            web = try WebServer(
                folder: folder, modules: ["mod_alias", "mod_cgi"],
                """
                alias.url = ("/r.git/info/refs" => "FOLDER/refs.sh", "/r.git/git-upload-pack" => "FOLDER/result.sh")
                cgi.assign = (".sh" => "/bin/sh")
                """)
        }

        func error() async throws -> BackendError? {
            let backend = try BackendType.git.make(
                BackendConfiguration(
                    url: SourceURL(web.url + "/r.git"), parameters: [:], cacheFolder: cache.path))
            return await backendError { _ = try await Replica(of: backend) }
        }
    }

    private static let versionTwo = "000eversion 2\\n0012fetch=shallow\\n0000"
    private static let id = String(repeating: "7", count: 40)
    private static let refs = "0032\(id) HEAD\\n0000"

    @Test(arguments: [
        ("", "empty"), ("zzzz", "not in git"), ("ffff", "not in git"), ("0003", "not in git"),
        (
            "This account is currently \\033[31mnot available.\\n",
            "begins with \"This account is currently \\x1b[31mnot available.\""
        ),
        ("0010version 2", "ends in the middle"), ("000eversion 2\\n", "ends in the middle"),
        ("0014ERR go away now\\n0000", "go away now"),
        ("000eversion 2\\n0019object-format=sha256\\n0000", "sha256"),
    ])
    func `an advertisement that is none is an error`(_ refs: String, _ part: String) async throws {
        let error = try await Place(refs: refs).error()
        #expect(error?.reason.contains(part) == true, "\(error?.reason ?? "no error")")
    }

    @Test(arguments: [
        ("", "empty"), ("0000", "HEAD"), ("0005x0000", "not in git"), ("000fERR go away0000", "go away"),
    ])
    func `a list of refs that is none is an error`(_ refs: String, _ part: String) async throws {
        let error = try await Place(refs: Self.versionTwo, result: refs).error()
        #expect(error?.reason.contains(part) == true, "\(error?.reason ?? "no error")")
    }

    @Test(arguments: [
        "0000", "000dpackfile\\n0000", "000dpackfile\\n000d\\001PACKPACK0000",
        // A pack that claims to have two thousand million objects.
        "000dpackfile\\n0011\\001PACK\\000\\000\\000\\002\\200\\000\\000\\0000000",
        // A pack of no objects whose checksum is wrong, and one whose checksum is right.
        "000dpackfile\\n0025\\001PACK\\000\\000\\000\\002\\000\\000\\000\\00001234567890123456789" + "0000",
        "000dpackfile\\n0025\\001PACK\\000\\000\\000\\002\\000\\000\\000\\000"
            + "\\002\\235\\010\\202\\073\\330\\250\\352\\265\\020\\255\\152\\307\\134\\202\\074\\375\\076\\323\\036"
            + "0000",
    ])
    func `a pack that does not hold what it was asked for is refused`(_ pack: String) async throws {
        // The same script answers both requests: first its refs are read, then its pack.
        let answer = "if grep -q ls-refs; then printf '\(Self.refs)'; else printf '\(pack)'; fi"
        let place = try Place(refs: Self.versionTwo)
        try place.web.folder.write(
            "result.sh", "printf 'Content-Type: application/x-git-upload-pack-result\\r\\n\\r\\n'; \(answer)")
        let error = try await place.error()
        #expect([.malformed, .connection].contains(error?.cause), "\(error?.reason ?? "no error")")
    }
}
