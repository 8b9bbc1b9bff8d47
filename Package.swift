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
    dependencies: [
        .package(url: "https://github.com/apple/swift-argument-parser", from: "1.8.2"),
        .package(url: "https://github.com/apple/swift-log", from: "1.16.2"),
        .package(url: "https://github.com/apple/swift-crypto", from: "4.5.2"),
        .package(url: "https://github.com/jpsim/Yams", from: "6.2.2"),
    ],
    targets: [
        // C: one folder a library.
        .target(name: "CLinux", path: "CModules/CLinux"),
        .target(name: "CMsgPack", path: "CModules/CMsgPack", linkerSettings: [.linkedLibrary("msgpackc")]),
        // The full tables come before the library whose small tables they replace.
        .target(
            name: "CCLD2", path: "CModules/CCLD2",
            linkerSettings: [.linkedLibrary("cld2_full"), .linkedLibrary("cld2")]),
        // Tests and benchmarks only: it puts itself in front of malloc.
        .target(name: "CAllocationCounter", path: "CModules/CAllocationCounter"),

        // Floor 0 upwards; a target imports only what stands above it in this list.
        .target(name: "RewardMemory", dependencies: ["CLinux"], swiftSettings: dataPlane),
        .target(name: "RewardWire", dependencies: ["CLinux", "CMsgPack", "RewardMemory"], swiftSettings: dataPlane),
        .target(name: "RewardKernel", dependencies: ["CCLD2", "CLinux", "RewardMemory"], swiftSettings: dataPlane),

        .testTarget(
            name: "RewardKernelTests", dependencies: ["RewardKernel", "RewardMemory"], swiftSettings: controlPlane),
        // Held against the published suites and recorded model output of PLAUDIT_DATA.
        .testTarget(
            name: "ConformanceTests", dependencies: ["RewardKernel", "RewardMemory"], swiftSettings: controlPlane),
        .testTarget(
            name: "AllocationTests", dependencies: ["CAllocationCounter", "RewardKernel", "RewardMemory"],
            swiftSettings: controlPlane),
    ],
    cxxLanguageStandard: .cxx17
)
