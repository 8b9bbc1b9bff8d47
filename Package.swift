// swift-tools-version: 6.2
import PackageDescription

/// Floors 0 to 2, the code that runs for every rollout: strict memory safety, and no warning survives.
let dataPlane: [SwiftSetting] = [
    .swiftLanguageMode(.v6),
    .enableUpcomingFeature("ExistentialAny"),
    .enableUpcomingFeature("MemberImportVisibility"),
    .enableUpcomingFeature("InternalImportsByDefault"),
    .strictMemorySafety(),
    .treatAllWarnings(as: .error),
]

/// The floors above: the same language rules, without the memory-safety markers.
let controlPlane: [SwiftSetting] = [
    .swiftLanguageMode(.v6),
    .enableUpcomingFeature("ExistentialAny"),
    .enableUpcomingFeature("MemberImportVisibility"),
    .treatAllWarnings(as: .error),
]

let package = Package(
    name: "plaudit",
    products: [
        .executable(name: "plaudit-bench", targets: ["RewardBench"])
    ],
    dependencies: [
        .package(url: "https://github.com/apple/swift-argument-parser", from: "1.8.2"),
        .package(url: "https://github.com/apple/swift-log", from: "1.16.2"),
        .package(url: "https://github.com/groue/GRDB.swift", from: "7.10.0"),
        .package(url: "https://github.com/jpsim/Yams", from: "6.2.2"),
        // The gateway's alone: `swift build --product plaudit` compiles none of it.
        .package(url: "https://github.com/hummingbird-project/hummingbird", from: "2.28.1"),
        .package(url: "https://github.com/apple/swift-http-types", from: "1.8.0"),
        .package(url: "https://github.com/apple/swift-nio", from: "2.101.2"),
    ],
    targets: [
        // C: one folder a library.
        .target(name: "CLinux", path: "CModules/CLinux"),
        .target(name: "CPCRE2", path: "CModules/CPCRE2", linkerSettings: [.linkedLibrary("pcre2-8")]),
        .target(name: "CTextFold", path: "CModules/CTextFold"),
        .target(name: "CVectorscan", path: "CModules/CVectorscan", linkerSettings: [.linkedLibrary("hs")]),
        .target(name: "CUtf8proc", path: "CModules/CUtf8proc", linkerSettings: [.linkedLibrary("utf8proc")]),
        .target(name: "CCharconv", path: "CModules/CCharconv"),
        .target(
            name: "CSimdJSON", path: "CModules/CSimdJSON",
            cxxSettings: [.define("SIMDJSON_EXCEPTIONS", to: "0"), .define("SIMDJSON_THREADS_ENABLED", to: "1")],
            linkerSettings: [.linkedLibrary("simdjson")]),
        .target(name: "CMsgPack", path: "CModules/CMsgPack", linkerSettings: [.linkedLibrary("msgpackc")]),
        // The full tables come before the library whose small tables they replace.
        .target(
            name: "CCLD2", path: "CModules/CCLD2",
            linkerSettings: [.linkedLibrary("cld2_full"), .linkedLibrary("cld2")]),
        .target(name: "CCurl", path: "CModules/CCurl", linkerSettings: [.linkedLibrary("curl")]),
        .target(name: "COpenSSL", path: "CModules/COpenSSL", linkerSettings: [.linkedLibrary("crypto")]),
        // Tests and benchmarks only: it puts itself in front of malloc.
        .target(name: "CAllocationCounter", path: "CModules/CAllocationCounter"),

        // Floor 0 upwards; a target imports only what stands above it in this list.
        .target(name: "RewardMemory", dependencies: ["CLinux"], swiftSettings: dataPlane),
        .target(
            name: "RewardWire", dependencies: ["CCharconv", "CLinux", "CMsgPack", "RewardMemory"],
            swiftSettings: dataPlane),
        .target(
            name: "RewardKernel",
            dependencies: [
                "CCLD2", "CCharconv", "CLinux", "CPCRE2", "CSimdJSON", "CTextFold", "CUtf8proc", "CVectorscan",
                "RewardMemory",
            ],
            swiftSettings: dataPlane),

        .target(name: "Digests", dependencies: ["COpenSSL"], swiftSettings: controlPlane),

        // Floor 3: what is asked of judges and what comes of it, without a clock or a socket.
        .target(
            name: "RewardJudge", dependencies: ["CLinux", "Digests", "RewardKernel", "RewardMemory"],
            swiftSettings: controlPlane),

        // Floor 4: configurations, and the client side of the socket.
        .target(
            name: "RewardConfig",
            dependencies: [
                "Digests", "RewardJudge", "RewardKernel", "RewardMemory",
                .product(name: "Yams", package: "Yams"),
            ],
            swiftSettings: controlPlane),

        .target(
            name: "RewardJudgeHTTP", dependencies: ["CCurl", "CLinux", "RewardJudge", "RewardMemory"],
            swiftSettings: controlPlane),
        .target(
            name: "RewardStore",
            dependencies: [
                "CLinux", "RewardJudge", "RewardKernel", "RewardMemory", "RewardWire",
                .product(name: "GRDB", package: "GRDB.swift"),
                .product(name: "GRDBSQLite", package: "GRDB.swift"),
            ],
            swiftSettings: controlPlane),
        .target(
            name: "RewardClient", dependencies: ["CLinux", "CMsgPack", "RewardMemory", "RewardWire"],
            swiftSettings: controlPlane),

        // Floor 5.
        .target(
            name: "RewardServer",
            dependencies: ["CLinux", "CMsgPack", "RewardJudge", "RewardKernel", "RewardMemory", "RewardWire"],
            swiftSettings: dataPlane),
        // Statistics about judges, without any I/O.
        .target(name: "RewardValidation", dependencies: ["RewardJudge"], swiftSettings: controlPlane),

        // Pages that reports and the gateway show: HTML and SVG, and nothing of rewards.
        .target(name: "ReportPages", swiftSettings: controlPlane),

        // Floor 6, what it shows and what it draws with.
        .target(name: "TerminalText", swiftSettings: controlPlane),
        .target(
            name: "RewardReport",
            dependencies: [
                "ReportPages", "RewardClient", "RewardConfig", "RewardJudge", "RewardKernel", "RewardMemory",
                "RewardValidation", "TerminalText",
            ],
            swiftSettings: controlPlane),
        // Trials of judges: repeats, attacks, comparisons, and their reports.
        .target(
            name: "JudgeTrials",
            dependencies: [
                "ReportPages", "RewardConfig", "RewardJudge", "RewardJudgeHTTP", "RewardKernel", "RewardMemory",
                "RewardReport", "RewardValidation", "TerminalText",
            ],
            swiftSettings: controlPlane),
        .executableTarget(
            name: "plaudit",
            dependencies: [
                "JudgeTrials", "ReportPages", "RewardClient", "RewardConfig", "RewardJudge", "RewardJudgeHTTP",
                "RewardKernel", "RewardMemory", "RewardReport", "RewardServer", "RewardStore", "RewardValidation",
                "RewardWire", "TerminalText",
                .product(name: "ArgumentParser", package: "swift-argument-parser"),
                .product(name: "Logging", package: "swift-log"),
            ],
            swiftSettings: controlPlane),

        // What trainers say over HTTP, without HTTP; and the server that says it.
        .target(
            name: "RewardDialects",
            dependencies: [
                "RewardClient", "RewardConfig", "RewardJudge", "RewardKernel", "RewardMemory", "RewardReport",
            ],
            swiftSettings: controlPlane),
        .executableTarget(
            name: "plaudit-gateway",
            dependencies: [
                "Digests", "ReportPages", "RewardClient", "RewardConfig", "RewardDialects", "RewardKernel",
                "RewardMemory", "RewardReport", "RewardStore", "RewardValidation",
                .product(name: "ArgumentParser", package: "swift-argument-parser"),
                .product(name: "HTTPTypes", package: "swift-http-types"),
                .product(name: "Hummingbird", package: "hummingbird"),
                .product(name: "HummingbirdCore", package: "hummingbird"),
                .product(name: "Logging", package: "swift-log"),
                .product(name: "NIOCore", package: "swift-nio"),
            ],
            swiftSettings: controlPlane),

        .testTarget(
            name: "RewardDialectsTests",
            dependencies: ["RewardClient", "RewardConfig", "RewardDialects", "RewardKernel", "RewardReport"],
            swiftSettings: controlPlane),
        .testTarget(
            name: "RewardJudgeTests", dependencies: ["RewardJudge", "RewardKernel", "RewardMemory"],
            swiftSettings: controlPlane),
        .testTarget(
            name: "RewardJudgeHTTPTests", dependencies: ["CLinux", "RewardJudge", "RewardJudgeHTTP", "RewardMemory"],
            swiftSettings: controlPlane),
        .testTarget(
            name: "RewardConfigTests",
            dependencies: ["RewardConfig", "RewardJudge", "RewardKernel", "RewardMemory"],
            swiftSettings: controlPlane),
        .testTarget(
            name: "RewardReportTests",
            dependencies: [
                "ReportPages", "RewardClient", "RewardConfig", "RewardJudge", "RewardKernel", "RewardMemory",
                "RewardReport", "RewardValidation", "TerminalText",
            ],
            swiftSettings: controlPlane),
        .testTarget(
            name: "JudgeTrialsTests",
            dependencies: [
                "JudgeTrials", "ReportPages", "RewardConfig", "RewardJudge", "RewardKernel", "RewardReport",
                "RewardValidation", "TerminalText",
            ],
            swiftSettings: controlPlane),
        .testTarget(
            name: "ReportPagesTests", dependencies: ["ReportPages"], exclude: ["Golden"], swiftSettings: controlPlane),
        // Held against scipy and its kin, and against the published judgements of PLAUDIT_DATA.
        .testTarget(
            name: "RewardValidationTests", dependencies: ["RewardJudge", "RewardValidation"],
            swiftSettings: controlPlane),
        .testTarget(name: "TerminalTextTests", dependencies: ["TerminalText"], swiftSettings: controlPlane),
        .testTarget(
            name: "RewardWireTests", dependencies: ["CMsgPack", "RewardClient", "RewardMemory", "RewardWire"],
            swiftSettings: controlPlane),
        // A real server on a socket in a temporary folder, in the test process.
        .target(
            name: "ServerFixture",
            dependencies: [
                "RewardClient", "RewardConfig", "RewardJudge", "RewardJudgeHTTP", "RewardKernel", "RewardMemory",
                "RewardServer", "RewardStore", "RewardWire",
            ],
            path: "Tests/ServerFixture", swiftSettings: controlPlane),
        .testTarget(
            name: "RewardStoreTests",
            dependencies: [
                "RewardClient", "RewardJudge", "RewardKernel", "RewardMemory", "RewardServer", "RewardStore",
                "RewardWire", "ServerFixture",
                .product(name: "GRDB", package: "GRDB.swift"),
            ],
            swiftSettings: controlPlane),
        .testTarget(
            name: "RewardServerTests",
            dependencies: [
                "CLinux", "RewardClient", "RewardJudge", "RewardKernel", "RewardMemory", "RewardServer",
                "ServerFixture",
            ],
            swiftSettings: controlPlane),
        .testTarget(
            name: "RewardKernelTests", dependencies: ["RewardKernel", "RewardMemory"], swiftSettings: controlPlane),
        // Held against the published suites and recorded model output of PLAUDIT_DATA.
        .testTarget(
            name: "ConformanceTests",
            dependencies: ["CMsgPack", "RewardClient", "RewardKernel", "RewardMemory", "RewardWire"],
            swiftSettings: controlPlane),
        // Rules about the repository's own text, and code that must not compile (Tests/CompileFail).
        .testTarget(name: "TidyTests", swiftSettings: controlPlane),
        .testTarget(
            name: "AllocationTests",
            dependencies: [
                "CAllocationCounter", "CCLD2", "CLinux", "RewardClient", "RewardConfig", "RewardKernel", "RewardMemory",
                "RewardServer", "RewardStore", "RewardWire", "ServerFixture",
            ],
            swiftSettings: controlPlane),

        // The bench suite; its C and C++ floors are compiled by script/bench.
        .target(
            name: "BenchSupport", dependencies: ["TerminalText"], path: "bench/BenchSupport",
            swiftSettings: controlPlane),
        .executableTarget(
            name: "RewardBench",
            dependencies: [
                "BenchSupport", "RewardClient", "RewardConfig", "RewardJudge", "RewardJudgeHTTP", "RewardKernel",
                "RewardMemory", "RewardStore", "RewardWire", "TerminalText",
                .product(name: "ArgumentParser", package: "swift-argument-parser"),
            ],
            path: "bench/RewardBench", swiftSettings: controlPlane),
        .testTarget(
            name: "RewardBenchTests", dependencies: ["BenchSupport", "TerminalText"], swiftSettings: controlPlane),
    ],
    cxxLanguageStandard: .cxx17
)

// For the release build of the allocation tests, which so compiles what they are about and no other test
// (script/test --release sets it).
if Context.environment["PLAUDIT_TESTS"] == "allocations" {
    package.products = []
    package.targets.removeAll { target in
        target.type == .executable || (target.type == .test && target.name != "AllocationTests")
    }
}
