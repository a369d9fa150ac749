import Fixtures
import Foundation

/// S3 on Ceph's gateway, on loopback; beside `aws` and `rclone` where they are installed.
struct S3Rows {
    private let scene: Scene
    private let bucket: S3Bucket

    init(_ scene: Scene) async throws {
        self.scene = scene
        bucket = try S3Bucket(on: try await Radosgw.shared())
        try put(scene.files)
    }

    /// In slices: a child's peak memory counts from what its parent holds when it starts it.
    private func put(_ files: [String]) throws {
        for start in stride(from: 0, to: files.count, by: 200) {
            var contents: [String: [UInt8]] = [:]
            for name in files[start..<min(start + 200, files.count)] {
                contents[name] = Array(try Data(contentsOf: URL(fileURLWithPath: "\(scene.tree)/\(name)")))
            }
            try bucket.put(contents)
        }
    }

    func run(_ rounds: Int) async throws -> [Row] {
        let server = bucket.server
        let credentials = [
            "AWS_ACCESS_KEY_ID": server.accessKey, "AWS_SECRET_ACCESS_KEY": server.secretKey,
            "RCLONE_CONFIG_GATEWAY_TYPE": "s3", "RCLONE_CONFIG_GATEWAY_PROVIDER": "Ceph",
            "RCLONE_CONFIG_GATEWAY_ENV_AUTH": "true", "RCLONE_CONFIG_GATEWAY_ENDPOINT": server.endpoint,
        ]
        let tools = [
            (
                "aws s3 sync",
                [
                    "aws", "--endpoint-url", server.endpoint, "--region", "us-east-1", "s3", "sync", "--quiet",
                    "s3://\(bucket.name)",
                ]
            ),
            // rclone 1.60 cannot read a bundle of authorities, and needs none here.
            (
                "rclone copy --transfers 32",
                [
                    "env", "-u", "AWS_CA_BUNDLE", "rclone", "copy", "--transfers", "32", "--fast-list",
                    "gateway:\(bucket.name)",
                ]
            ),
        ].filter { Self.isInstalled($0.0) }
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
                let target = scene.folder.path(of: name)
                try scene.remove(name)
                first[name, default: Row(name: "S3, first sync", beside: name)].add(
                    ours.0, try Program.measure(command + [target], environment: credentials))
                same[name, default: Row(name: "S3, no change", beside: name)].add(
                    ours.1, try Program.measure(command + [target], environment: credentials))
            }
            try scene.change(scene.tree, round: round)
            try put(scene.hundredth)
            let changed = try Program.sync(store)
            for (name, command) in tools {
                let target = scene.folder.path(of: name)
                some[name, default: Row(name: "S3, 1 % changed", beside: name)].add(
                    changed, try Program.measure(command + [target], environment: credentials))
            }
        }
        return [first, same, some].flatMap { rows in tools.compactMap { rows[$0.0] } }
    }

    private static func isInstalled(_ tool: String) -> Bool {
        let program = String(tool.prefix { $0 != " " })
        // The error says what to install; here it only means no.
        return (try? Command.require([program], from: [])) != nil
    }
}

extension Row {
    mutating func add(_ us: Measurement, _ them: Measurement) {
        ours.append(us)
        theirs.append(them)
    }
}
