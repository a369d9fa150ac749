import Fixtures
import Foundation

/// 10,000 config templates that follow the files of a directory, 1,000 of them flagged.
enum ObjectRows {
    static let status = BenchmarkRow(
        name: "status", about: "status over 10,000 linked objects of which 1,000 are flagged, in the process"
    ) { inputs, rounds in
        let store = try flagged(inputs)
        var (inside, whole): ([Inside.Span], [Measurement]) = ([], [])
        for _ in 0..<rounds {
            inside.append(try Inside.measure("status", store, expecting: 1_000))
            whole.append(try Program.measure([Program.sluice, "status", "--store", store]))
        }
        return [
            .figure(
                "status", "in the process, in a new one each time", inside.map(\.wall).median * 1_000, "ms", atMost: 50),
            .figure("status", "of that busy", inside.map(\.busy).median * 1_000, "ms"),
            .figure("status", "`sluice status`, the whole process", whole.median.wall * 1_000, "ms"),
        ]
    }

    static let apply = BenchmarkRow(
        name: "apply", about: "bulk apply of 1,000 flagged templates, in the process"
    ) { inputs, rounds in
        let store = try flagged(inputs)
        var spans: [Inside.Span] = []
        for round in 0..<rounds {
            spans.append(try Inside.measure("apply", store, expecting: 1_000))
            try change(inputs, store, "again \(round)")
        }
        return [
            .rate("apply", "templates applied in the process", 1_000 / spans.map(\.wall).median, atLeast: 10_000),
            .figure("apply", "busy for 1,000", spans.map(\.busy).median * 1_000, "ms"),
        ]
    }

    private static func flagged(_ inputs: Inputs) throws -> String {
        try inputs.remove("templates")
        try inputs.shell(
            """
            mkdir templates; cd templates
            awk 'BEGIN { for (i = 0; i < 10000; i++) { file = sprintf("leaf-%05d.j2", i)
                printf "hostname {{ device.name }}\\n! %d\\n", i > file
                for (k = 0; k < 30; k++) printf "interface Ethernet%d\\n  mtu 9214\\n", k > file
                close(file) } }'
            """)
        let store = try inputs.store("objects", type: "local", url: inputs.path("templates"))
        try Program.run("link", "config-template", "--source", "it", "--path", "*.j2", store: store)
        try Program.run("sync", "it", store: store)
        try Program.run("apply", "--all", "--yes", store: store)
        try change(inputs, store, "first")
        return store
    }

    private static func change(_ inputs: Inputs, _ store: String, _ line: String) throws {
        try inputs.shell(
            "cd templates; for file in leaf-*0.j2; do echo \"! $1\" >>$file; done", line)
        try Program.run("sync", "it", store: store)
    }
}

extension [Double] {
    var median: Double { sorted()[count / 2] }
}
