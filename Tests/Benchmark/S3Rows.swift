import Fixtures
import Foundation

/// A bucket of 10,000 objects of 4 KB on Ceph's gateway, on loopback; beside `aws` and `rclone` where they are there.
enum S3Rows {
    static let first = BenchmarkRow(
        name: "s3-first", about: "S3, first sync of 10,000 objects of 4 KB, beside rclone copy and aws s3 sync"
    ) { inputs, rounds in
        let bucket = try await filled(inputs)
        var ours: [Measurement] = []
        var theirs = Tool.allCases.map { _ in [Measurement]() }
        for round in 0..<rounds {
            ours.append(try Program.sync(store(inputs, bucket)))
            for (index, tool) in Tool.allCases.enumerated() where tool.takesPart(in: round) {
                try inputs.remove(tool.rawValue)
                theirs[index].append(try tool.copy(bucket, to: inputs.path(tool.rawValue)))
            }
        }
        return compare("s3-first", ours, theirs, limits: [1, 0.2])
    }

    static let noChange = BenchmarkRow(
        name: "s3-no-change", about: "S3, no change in 10,000 objects, beside rclone copy and aws s3 sync again"
    ) { inputs, rounds in
        let bucket = try await filled(inputs)
        let store = try store(inputs, bucket)
        _ = try Program.sync(store)
        var ours: [Measurement] = []
        var theirs = Tool.allCases.map { _ in [Measurement]() }
        for tool in Tool.allCases where tool.isInstalled { _ = try tool.copy(bucket, to: inputs.path(tool.rawValue)) }
        for round in 0..<rounds {
            ours.append(try Program.sync(store))
            for (index, tool) in Tool.allCases.enumerated() where tool.takesPart(in: round) {
                theirs[index].append(try tool.copy(bucket, to: inputs.path(tool.rawValue)))
            }
        }
        let asked = try await requests(inputs, bucket) {}
        return compare("s3-no-change", ours, theirs, limits: [0.7, 0.2]) + [
            .count("s3-no-change", "requests", asked.count, exactly: objectCount / 1_000)
        ]
    }

    static let onePercent = BenchmarkRow(
        name: "s3-one-percent", about: "S3, 1 % of 10,000 objects changed, beside rclone copy and aws s3 sync"
    ) { inputs, rounds in
        let bucket = try await filled(inputs)
        let store = try store(inputs, bucket)
        _ = try Program.sync(store)
        for tool in Tool.allCases where tool.isInstalled { _ = try tool.copy(bucket, to: inputs.path(tool.rawValue)) }
        var ours: [Measurement] = []
        var theirs = Tool.allCases.map { _ in [Measurement]() }
        for round in 0..<rounds {
            try change(bucket, "round \(round)")
            ours.append(try Program.sync(store))
            for (index, tool) in Tool.allCases.enumerated() where tool.takesPart(in: round) {
                theirs[index].append(try tool.copy(bucket, to: inputs.path(tool.rawValue)))
            }
        }
        let asked = try await requests(inputs, bucket) { try change(bucket, "counted") }
        return compare("s3-one-percent", ours, theirs, limits: [nil, nil]) + [
            .count(
                "s3-one-percent", "objects fetched", asked.count { !$0.contains("list-type=") },
                exactly: objectCount / 100),
            .count(
                "s3-one-percent", "pages listed", asked.count { $0.contains("list-type=") },
                exactly: objectCount / 1_000),
        ]
    }

    private static let objectCount = 10_000

    private enum Tool: String, CaseIterable {
        case rclone, aws

        var isInstalled: Bool { Program.isInstalled(rawValue) }

        /// aws takes so long that it takes turns.
        func takesPart(in round: Int) -> Bool { isInstalled && (self == .rclone || round % 3 == 0) }

        var shown: String { self == .rclone ? "rclone copy --transfers 32" : "aws s3 sync" }

        func copy(_ bucket: S3Bucket, to folder: String) throws -> Measurement {
            let server = bucket.server
            let command =
                switch self {
                case .aws:
                    [
                        "aws", "--endpoint-url", server.endpoint, "--region", "us-east-1", "s3", "sync", "--quiet",
                        "s3://\(bucket.name)", folder,
                    ]
                // rclone 1.60 cannot read a bundle of authorities, and needs none here.
                case .rclone:
                    [
                        "env", "-u", "AWS_CA_BUNDLE", "rclone", "copy", "--transfers", "32", "--fast-list",
                        "gateway:\(bucket.name)", folder,
                    ]
                }
            return try Program.measure(
                command,
                environment: [
                    "AWS_ACCESS_KEY_ID": server.accessKey, "AWS_SECRET_ACCESS_KEY": server.secretKey,
                    "RCLONE_CONFIG_GATEWAY_TYPE": "s3", "RCLONE_CONFIG_GATEWAY_PROVIDER": "Ceph",
                    "RCLONE_CONFIG_GATEWAY_ENV_AUTH": "true", "RCLONE_CONFIG_GATEWAY_ENDPOINT": server.endpoint,
                ])
        }
    }

    private static func compare(
        _ row: String, _ ours: [Measurement], _ theirs: [[Measurement]], limits: [Double?]
    ) -> [Finding] {
        Tool.allCases.enumerated().map { index, tool in
            guard tool.isInstalled else { return .unmeasured(row, tool.shown, missing: tool.rawValue) }
            let finding = Finding.ratio(row, tool.shown, ours, theirs[index], atMost: limits[index] ?? 1)
            return limits[index] == nil ? finding.asHint : finding
        }
    }

    private static func filled(_ inputs: Inputs) async throws -> S3Bucket {
        let bucket = try S3Bucket(on: try await Radosgw.shared())
        for start in stride(from: 0, to: objectCount, by: 200) {
            try put(start..<start + 200, "first", into: bucket)
        }
        return bucket
    }

    private static func change(_ bucket: S3Bucket, _ word: String) throws {
        try put((0..<objectCount / 100).map { $0 * 100 }, word, into: bucket)
    }

    /// In slices: a child's peak memory counts from what its parent holds when it starts it.
    private static func put(_ numbers: some Sequence<Int>, _ word: String, into bucket: S3Bucket) throws {
        var objects: [String: [UInt8]] = [:]
        for number in numbers {
            let line = "object \(number), \(word)\n"
            let text = String(repeating: line, count: 4_096 / line.utf8.count + 1)
            objects["d\(number / 1_000)/object-\(number).txt"] = Array(text.utf8.prefix(4_096))
        }
        try bucket.put(objects)
    }

    private static func store(_ inputs: Inputs, _ bucket: S3Bucket, url: String? = nil) throws -> String {
        let server = bucket.server
        return try inputs.store(
            url == nil ? "s3-store" : "s3-counted", type: "amazon-s3", url: url ?? bucket.url,
            [
                "--set", "aws_access_key_id=\(server.accessKey)", "--set", "aws_secret_access_key=\(server.secretKey)",
            ])
    }

    /// What a second sync asks the server, after `change`.
    private static func requests(
        _ inputs: Inputs, _ bucket: S3Bucket, after change: () throws -> Void
    ) async throws -> [String] {
        let port = Int(bucket.server.endpoint.split(separator: ":").last ?? "") ?? 0
        let proxy = try FaultyProxy(to: port)
        let store = try store(inputs, bucket, url: "\(proxy.url)/\(bucket.name)")
        _ = try Program.sync(store)
        try change()
        let before = proxy.requests.count
        _ = try Program.sync(store)
        return Array(proxy.requests.dropFirst(before))
    }
}
