// swift-tools-version: 6.2
import PackageDescription

/// The settings of every Sluice target: the Swift 6 language with its coming strictness, and no warning left standing.
let strict: [SwiftSetting] = [
    .enableUpcomingFeature("ExistentialAny"),
    .enableUpcomingFeature("MemberImportVisibility"),
    .enableUpcomingFeature("InternalImportsByDefault"),
    .treatAllWarnings(as: .error),
]

/// How the program is built for release, so that a command which has little to do is done soon: most of its time is the
/// start of the process.
///
/// - Swift's libraries are part of the program: to find and bind a dozen more costs a third of that start, and 7 MiB.
///   The module that holds `main` is compiled for it too, for that tells the linker what Foundation itself consists of.
/// - Addresses in the program's own data are packed (RELR), which saves 2 MiB of relocations to read; only LLVM's linker,
///   which comes with the toolchain, keeps the program movable in memory with them. Needs glibc 2.36, as in Debian 12.
let quickStart: (compiler: [SwiftSetting], linker: [LinkerSetting]) = (
    [.unsafeFlags(["-static-stdlib"], .when(configuration: .release))],
    [
        .unsafeFlags(
            ["-static-stdlib", "-use-ld=lld", "-Xlinker", "-z", "-Xlinker", "pack-relative-relocs"],
            .when(configuration: .release))
    ]
)

let crypto = Target.Dependency.product(name: "Crypto", package: "swift-crypto")
let grdb = Target.Dependency.product(name: "GRDB", package: "GRDB.swift")
let sqlite = Target.Dependency.product(name: "GRDBSQLite", package: "GRDB.swift")
let subprocess = Target.Dependency.product(name: "Subprocess", package: "swift-subprocess")
let system = Target.Dependency.product(name: "SystemPackage", package: "swift-system")
let yams = Target.Dependency.product(name: "Yams", package: "Yams")
let arguments = Target.Dependency.product(name: "ArgumentParser", package: "swift-argument-parser")

/// The arrows of the design: a target may import what is listed here and nothing else.
let package = Package(
    name: "sluice",
    products: [.executable(name: "sluice", targets: ["sluice"])],
    dependencies: [
        .package(url: "https://github.com/apple/swift-argument-parser", exact: "1.8.2"),
        .package(url: "https://github.com/apple/swift-crypto", exact: "4.5.2"),
        .package(url: "https://github.com/groue/GRDB.swift", exact: "7.10.0"),
        .package(url: "https://github.com/jpsim/Yams", exact: "6.2.2"),
        .package(url: "https://github.com/apple/swift-system", exact: "1.8.1"),
        .package(url: "https://github.com/swiftlang/swift-subprocess", exact: "1.0.2", traits: []),
    ],
    targets: [
        .systemLibrary(name: "CGit2", pkgConfig: "libgit2", providers: [.apt(["libgit2-dev"])]),
        .systemLibrary(name: "CCurl", pkgConfig: "libcurl", providers: [.apt(["libcurl4-openssl-dev"])]),

        .target(name: "Model", swiftSettings: strict),
        .target(name: "Permissions", dependencies: ["Model"], swiftSettings: strict),
        .target(
            name: "Backends", dependencies: ["Model", "CGit2", "CCurl", crypto, subprocess, system],
            swiftSettings: strict),
        .target(name: "Storage", dependencies: ["Model", crypto, grdb, sqlite], swiftSettings: strict),
        .target(name: "Stages", dependencies: ["Model", "Permissions", crypto, yams], swiftSettings: strict),
        .executableTarget(
            name: "sluice",
            dependencies: ["Model", "Permissions", "Backends", "Storage", "Stages", arguments, subprocess, system],
            swiftSettings: strict + quickStart.compiler, linkerSettings: quickStart.linker),

        .target(name: "Fixtures", dependencies: ["Model"], path: "Tests/Fixtures", swiftSettings: strict),
        .executableTarget(
            name: "sluice-bench", dependencies: ["Model", "Permissions", "Stages", "Storage", "Fixtures"],
            path: "Tests/Benchmark", swiftSettings: strict),
        .executableTarget(
            name: "sluice-fuzz",
            dependencies: ["Model", "Permissions", "Backends", "Storage", "Stages", "Fixtures", crypto],
            path: "Tests/Fuzz", exclude: ["Corpus"], swiftSettings: strict),
        .testTarget(name: "FuzzTests", dependencies: ["sluice-fuzz", "Fixtures"], swiftSettings: strict),
        .testTarget(name: "ModelTests", dependencies: ["Model"], swiftSettings: strict),
        .testTarget(
            name: "PermissionsTests", dependencies: ["Model", "Permissions"], exclude: ["PolicyMatrix.txt"],
            swiftSettings: strict),
        .testTarget(
            name: "BackendsTests", dependencies: ["Model", "Backends", "Fixtures", crypto], swiftSettings: strict),
        .testTarget(
            name: "StorageTests", dependencies: ["Model", "Storage", "Fixtures", crypto, grdb], swiftSettings: strict),
        .testTarget(
            name: "StagesTests",
            dependencies: ["Model", "Permissions", "Backends", "Storage", "Stages", "Fixtures"],
            swiftSettings: strict),
        .testTarget(
            name: "CommandTests", dependencies: ["Model", "Backends", "Stages", "sluice", "Fixtures", arguments],
            swiftSettings: strict),
    ]
)
