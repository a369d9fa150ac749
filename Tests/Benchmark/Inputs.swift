import Fixtures
import Foundation

/// What is measured on, made when a row first asks for it, in one folder that vanishes with the run.
///
/// Everything large is made by other programs: what this process ever held would count as its children's memory.
final class Inputs: @unchecked Sendable {  // Rows run one after the other.
    let folder: TemporaryFolder
    private let givenTree: String?
    private var made: Set<String> = []

    /// - Parameter tree: a folder of text files to take in place of the one that is fetched.
    init(tree: String?) throws {
        folder = try TemporaryFolder("sluice-bench")
        givenTree = tree
    }

    func path(_ name: String) -> String { folder.path(of: name) }

    /// Runs a bash script in the folder, its words as $1, $2...
    @discardableResult
    func shell(_ script: String, _ words: String...) throws -> String {
        let output = try Command.run(["bash", "-c", "set -eo pipefail; cd \"$0\"; " + script, folder.path] + words)
        return String(decoding: output, as: UTF8.self).trimmingCharacters(in: .whitespacesAndNewlines)
    }

    func remove(_ name: String) throws { try Command.run(["rm", "-rf", path(name)]) }

    /// A new store with one data source called "it".
    func store(_ name: String, type: String, url: String, _ more: [String] = []) throws -> String {
        try remove(name)
        try Command.run(
            [Program.sluice, "source", "add", "it", "--type", type, "--url", url, "--store", path(name)] + more)
        return path(name)
    }

    private func once(_ name: String, _ make: () throws -> Void) throws -> String {
        if made.insert(name).inserted { try make() }
        return path(name)
    }

    /// A real tree: the YAML, Jinja, JSON, Python and text of the collections that Ansible ships.
    func realTree() throws -> String {
        try once("tree") {
            guard givenTree == nil else {
                try shell("cp -r \"$1\" tree; rm -rf tree/.git", givenTree ?? "")
                return
            }
            try shell(
                """
                mkdir wheel; pip download -q --no-deps -d wheel ansible==9.5.1 2>wheel/errors || { cat wheel/errors >&2; exit 1; }
                python3 -m zipfile -e wheel/*.whl wheel/all
                mv wheel/all/ansible_collections tree
                find tree -type f -regextype posix-extended ! -regex '.*\\.(ya?ml|j2|json|md|py|rst|txt)' -delete
                find tree -name '.*' -prune -exec rm -rf {} +
                find tree -type d -empty -delete
                rm -r wheel
                """)
        }
    }

    /// `count` files of some 400 bytes in folders of a thousand.
    func manyFiles(_ count: Int) throws -> String {
        try once("many-\(count)") {
            try shell(
                """
                mkdir many-$1; cd many-$1; seq -f 'd%03.0f' 0 $((($1 - 1) / 1000)) | xargs mkdir
                awk -v count=$1 'BEGIN { for (i = 0; i < count; i++) {
                    file = sprintf("d%03d/host-%06d.yaml", i / 1000, i)
                    printf "hostname: host-%06d\\ninterfaces:\\n", i > file
                    for (k = 0; k < 8; k++) printf "  - { name: Ethernet%d, address: 10.%d.%d.%d/31 }\\n", k, i / 65536, i / 256 % 256, i % 256 > file
                    close(file) } }'
                """, "\(count)")
        }
    }

    /// Imports what ``manyFiles(_:)`` would make into a repository, without a work tree of it.
    func importMany(_ count: Int, into repository: GitRepository) throws {
        try shell(
            """
            awk -v count=$2 'BEGIN { printf "commit refs/heads/main\\ncommitter Ada <ada@example.net> 1772600767 +0000\\ndata 6\\nimport\\n"
                for (i = 0; i < count; i++) {
                    text = sprintf("hostname: host-%06d\\ninterfaces:\\n", i)
                    for (k = 0; k < 8; k++) text = text sprintf("  - { name: Ethernet%d, address: 10.%d.%d.%d/31 }\\n", k, i / 65536, i / 256 % 256, i % 256)
                    printf "M 100644 inline d%03d/host-%06d.yaml\\ndata %d\\n%s\\n", i / 1000, i, length(text), text } }' |
                git -C "$1" fast-import --quiet --force
            git -C "$1" repack -adq
            """, repository.path, "\(count)")
    }

    /// Appends a line to one text file in a hundred below `root`; says how many.
    func changeHundredth(of root: String, _ round: Int) throws -> Int {
        let count = try shell(
            """
            cd "$1"; find . -path ./.git -prune -o -type f -printf '%P\\n' | LC_ALL=C sort | awk 'NR % 100 == 1' |
                { n=0; while IFS= read -r file; do echo "# round $2" >>"$file"; n=$((n + 1)); done; echo $n; }
            """, root, "\(round)")
        return Int(count) ?? 0
    }
}
