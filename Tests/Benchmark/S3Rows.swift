import Fixtures
import Foundation

/// S3 on Ceph's gateway, on loopback; beside `aws` and `rclone` where they are installed.
struct S3Rows {
    private let scene: Scene
    private let bucket: S3Bucket

    init(_ scene: Scene) async throws {
        self.scene = scene
        bucket = try S3Bucket(on: try await Radosgw.shared())
        try bucket.put(Self.contents(of: scene.files, in: scene.tree))
    }

    func run(_ rounds: Int) async throws -> [Row] {
        let server = bucket.server
        let credentials = ["AWS_ACCESS_KEY_ID": server.accessKey, "AWS_SECRET_ACCESS_KEY": server.secretKey]
        let tools = [
            (
                "aws s3 sync",
                [
                    "aws", "--endpoint-url", server.endpoint, "--region", "us-east-1", "s3", "sync", "--quiet",
                    "s3://\(bucket.name)",
                ]
            ),
            (
                "rclone copy --transfers 32",
                [
                    "rclone", "copy", "--transfers", "32", "--fast-list",
                    ":s3,provider=Ceph,env_auth=true,endpoint='\(server.endpoint)':\(bucket.name)",
                ]
            ),
        ].filter { Self.isInstalled($0.1[0]) }
        var first: [String: Row] = [:]
        var same: [String: Row] = [:]
        var some: [String: Row] = [:]
        for round in 0..<rounds {
            let store = try scene.store(
                "s3-store", type: "amazon-s3", url: bucket.url,
                [
                    "--set", "aws_access_key_id=\(server.accessKey)", "--set",
                    "aws_secret_access_key=\(server.secretKey)",
                ])
            let ours = try (Program.sync(store), Program.sync(store))
            for (name, command) in tools {
                let target = scene.folder.path(of: "s3-\(command[0])")
                try scene.remove("s3-\(command[0])")
                first[name, default: Row(name: "S3, first sync", beside: name)].add(
                    ours.0, try Program.measure(command + [target], environment: credentials))
                same[name, default: Row(name: "S3, no change", beside: name)].add(
                    ours.1, try Program.measure(command + [target], environment: credentials))
            }
            try scene.change(scene.tree, round: round)
            try bucket.put(Self.contents(of: scene.hundredth, in: scene.tree))
            let changed = try Program.sync(store)
            for (name, command) in tools {
                let target = scene.folder.path(of: "s3-\(command[0])")
                some[name, default: Row(name: "S3, 1 % changed", beside: name)].add(
                    changed, try Program.measure(command + [target], environment: credentials))
            }
        }
        return [first, same, some].flatMap { rows in tools.compactMap { rows[$0.0] } }
    }

    private static func contents(of files: [String], in tree: String) throws -> [String: [UInt8]] {
        var contents: [String: [UInt8]] = [:]
        for name in files { contents[name] = Array(try Data(contentsOf: URL(fileURLWithPath: "\(tree)/\(name)"))) }
        return contents
    }

    private static func isInstalled(_ program: String) -> Bool {
        (try? Command.require([program], from: [])) != nil  // The error says what to install; here it only means no.
    }
}

extension Row {
    mutating func add(_ us: Measurement, _ them: Measurement) {
        ours.append(us)
        theirs.append(them)
    }
}
