// swift-tools-version: 6.2
import PackageDescription

/// Language rules that hold for every target of ours: Swift 6 mode, warnings are errors.
let strict: [SwiftSetting] = [
    .swiftLanguageMode(.v6),
    .treatAllWarnings(as: .error),
    .enableUpcomingFeature("ExistentialAny"),
    .enableUpcomingFeature("InternalImportsByDefault"),
    .enableUpcomingFeature("MemberImportVisibility"),
    .enableUpcomingFeature("NonisolatedNonsendingByDefault"),
]

let nioCore: Target.Dependency = .product(name: "NIOCore", package: "swift-nio")
let nioPosix: Target.Dependency = .product(name: "NIOPosix", package: "swift-nio")
let crypto: Target.Dependency = .product(name: "Crypto", package: "swift-crypto")
let logging: Target.Dependency = .product(name: "Logging", package: "swift-log")
let metrics: Target.Dependency = .product(name: "Metrics", package: "swift-metrics")
let subprocess: Target.Dependency = .product(name: "Subprocess", package: "swift-subprocess")
let lifecycle: Target.Dependency = .product(name: "ServiceLifecycle", package: "swift-service-lifecycle")

/// Hashes several slices at once; there is none for other processors, which hash one by one.
#if arch(x86_64)
    let multiBuffer: [Target] = [
        .systemLibrary(name: "CMultiBuffer", providers: [.apt(["libipsec-mb-dev"])])
    ]
#else
    let multiBuffer: [Target] = []
#endif

/// A library target of ours under `Sources/`, with the strict settings.
func module(_ name: String, _ dependencies: [Target.Dependency] = []) -> Target {
    .target(name: name, dependencies: dependencies, exclude: ["README.md"], swiftSettings: strict)
}

/// A test target of ours under `Tests/`.
func tests(_ name: String, _ dependencies: [Target.Dependency], exclude: [String] = []) -> Target {
    .testTarget(name: name, dependencies: dependencies, exclude: exclude, swiftSettings: strict)
}

let fuzzed: [Target.Dependency] = [
    "Basics", "StrictYAML", "Trust", "Gossip", "Pipeline", "ImageStore", "Launcher", "Peer", "Lab",
]

/// The fuzzer itself is built only where scripts/fuzz.sh asks for it: it needs the runtime of -sanitize=fuzzer.
let fuzzer: [Target] =
    Context.environment["SKEIN_FUZZ"] == nil
    ? []
    : [
        .executableTarget(
            name: "fuzz", dependencies: ["FuzzTargets"], path: "Tests/Fuzz/Runner", swiftSettings: strict)
    ]

let package = Package(
    name: "skein",
    products: [
        .executable(name: "skein", targets: ["CLI"])
    ],
    dependencies: [
        .package(url: "https://github.com/apple/swift-nio", from: "2.101.2"),
        .package(url: "https://github.com/apple/swift-argument-parser", from: "1.8.2"),
        .package(url: "https://github.com/apple/swift-log", from: "1.16.2"),
        .package(url: "https://github.com/apple/swift-metrics", from: "2.13.0"),
        .package(url: "https://github.com/apple/swift-crypto", from: "4.5.2"),
        .package(url: "https://github.com/apple/swift-collections", from: "1.6.0"),
        .package(url: "https://github.com/swift-server/swift-service-lifecycle", from: "2.13.0"),
        .package(url: "https://github.com/swift-server/async-http-client", from: "1.37.0"),
        .package(url: "https://github.com/swiftlang/swift-subprocess", from: "1.0.2"),
        .package(url: "https://github.com/groue/GRDB.swift", from: "7.10.0"),
        .package(url: "https://github.com/jpsim/Yams", from: "6.2.2"),
        .package(url: "https://github.com/hummingbird-project/hummingbird", from: "2.28.1"),
    ],
    targets: [
        .systemLibrary(name: "CSodium", pkgConfig: "libsodium", providers: [.apt(["libsodium-dev"])]),
        .systemLibrary(name: "CZstd", pkgConfig: "libzstd", providers: [.apt(["libzstd-dev"])]),
        .systemLibrary(name: "CLibvirt", pkgConfig: "libvirt", providers: [.apt(["libvirt-dev"])]),
        module("Basics"),
        module("StrictYAML", ["Basics", "Yams"]),
        module("Trust", ["Basics", "CSodium", crypto] + multiBuffer.map { .target(name: $0.name) }),
        module("Gossip", ["Basics"]),
        module("Pipeline", ["Basics", .product(name: "HeapModule", package: "swift-collections")]),
        module(
            "ImageStore",
            ["Basics", "Trust", "CZstd", subprocess, .product(name: "GRDB", package: "GRDB.swift")]),
        module("Launcher", ["Basics", "CLibvirt", subprocess]),
        module(
            "Peer",
            [
                "Basics", "StrictYAML", "Trust", "Gossip", "Pipeline", "ImageStore", "Launcher",
                nioCore, nioPosix, logging, metrics, lifecycle,
                .product(name: "NIOConcurrencyHelpers", package: "swift-nio"),
                .product(name: "Hummingbird", package: "hummingbird"),
                .product(name: "AsyncHTTPClient", package: "async-http-client"),
            ]),
        module("Lab", ["Basics", "StrictYAML", "Gossip", "Pipeline", subprocess]),
        .executableTarget(
            name: "CLI",
            dependencies: [
                "Basics", "StrictYAML", "Trust", "ImageStore", "Launcher", "Peer", "Lab", logging,
                .product(name: "ArgumentParser", package: "swift-argument-parser"),
            ],
            exclude: ["README.md"],
            swiftSettings: strict),
        // Counts allocations of the test process, so that hot paths can be held to none.
        .target(name: "CAllocationCount", path: "Tests/CAllocationCount"),
        tests("BasicsTests", ["Basics"]),
        tests("StrictYAMLTests", ["Basics", "StrictYAML"]),
        tests("TrustTests", ["Basics", "Trust", "CAllocationCount", crypto], exclude: ["Vectors"]),
        tests("GossipTests", ["Basics", "Gossip", "CAllocationCount"]),
        tests("PipelineTests", ["Basics", "Pipeline"]),
        tests("ImageStoreTests", ["Basics", "Trust", "ImageStore", subprocess]),
        tests("LauncherTests", ["Basics", "Launcher", subprocess]),
        tests(
            "PeerTests",
            [
                "Basics", "StrictYAML", "Trust", "Gossip", "Pipeline", "ImageStore", "Launcher", "Peer", nioCore,
                nioPosix,
            ]),
        tests("LabTests", ["Basics", "StrictYAML", "Lab", subprocess], exclude: ["Goldens"]),
        // Every decoder over any bytes, for the fuzzer and for the tests that replay its corpora.
        .target(name: "FuzzTargets", dependencies: fuzzed, path: "Tests/Fuzz/Targets", swiftSettings: strict),
        tests("FuzzTests", ["FuzzTargets"]),
        tests("HouseTests", []),
        .target(name: "CNamespaceSocket", path: "Tests/CNamespaceSocket"),
        tests(
            "EndToEndTests",
            ["Basics", "StrictYAML", "Trust", "Gossip", "Peer", "Lab", "CNamespaceSocket", subprocess],
            exclude: ["Support/Files"]),
    ] + multiBuffer + fuzzer
)
