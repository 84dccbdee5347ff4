// swift-tools-version: 6.2

import Foundation
import PackageDescription

let settings: [SwiftSetting] = [
    .enableUpcomingFeature("ExistentialAny"),
    .enableUpcomingFeature("InternalImportsByDefault"),
    .enableUpcomingFeature("MemberImportVisibility"),
    .enableUpcomingFeature("NonisolatedNonsendingByDefault"),
    .enableUpcomingFeature("InferIsolatedConformances"),
    .enableUpcomingFeature("ImmutableWeakCaptures"),
    .strictMemorySafety(),
    .treatAllWarnings(as: .error),
]

let nioCore: Target.Dependency = .product(name: "NIOCore", package: "swift-nio")
let nioPosix: Target.Dependency = .product(name: "NIOPosix", package: "swift-nio")
let nioHTTP1: Target.Dependency = .product(name: "NIOHTTP1", package: "swift-nio")
let nioEmbedded: Target.Dependency = .product(name: "NIOEmbedded", package: "swift-nio")
let crypto: Target.Dependency = .product(name: "Crypto", package: "swift-crypto")
let cryptoExtras: Target.Dependency = .product(name: "CryptoExtras", package: "swift-crypto")
let jwt: Target.Dependency = .product(name: "JWTKit", package: "jwt-kit")
let heap: Target.Dependency = .product(name: "HeapModule", package: "swift-collections")
let deque: Target.Dependency = .product(name: "DequeModule", package: "swift-collections")
let logging: Target.Dependency = .product(name: "Logging", package: "swift-log")
let lifecycle: Target.Dependency = .product(name: "ServiceLifecycle", package: "swift-service-lifecycle")
let signals: Target.Dependency = .product(name: "UnixSignals", package: "swift-service-lifecycle")
let arguments: Target.Dependency = .product(name: "ArgumentParser", package: "swift-argument-parser")
let subprocess: Target.Dependency = .product(name: "Subprocess", package: "swift-subprocess")
let system: Target.Dependency = .product(name: "SystemPackage", package: "swift-system")
let xml: Target.Dependency = .product(name: "XMLCoder", package: "XMLCoder")
let toml: Target.Dependency = .product(name: "TOMLKit", package: "TOMLKit")

// The command that scripts call a thousand times a day starts in half the time without the dynamic linker. Some
// distributions keep the C library's archive in a package of its own.
let staticExecutable: LinkerSetting = .unsafeFlags(
    ["-use-ld=lld", "-Xclang-linker", "-static", "-Xlinker", "--no-warnings"], .when(configuration: .release))
let canLinkStatically = ["x86_64-linux-gnu", "aarch64-linux-gnu"].contains {
    FileManager.default.fileExists(atPath: "/usr/lib/\($0)/libc.a")
}

// Tests/fuzz sets it to the archive that has libFuzzer's loop: what is fuzzed then tells it which code an input reaches.
let fuzzer = Context.environment["VALETKEY_FUZZER"]
let fuzzed = fuzzer == nil ? settings : settings + [.unsafeFlags(["-sanitize=fuzzer"])]

func module(
    _ name: String, _ dependencies: [Target.Dependency] = [], path: String? = nil, isFuzzed: Bool = false
) -> Target {
    .target(name: name, dependencies: dependencies, path: path, swiftSettings: isFuzzed ? fuzzed : settings)
}

func program(_ name: String, _ dependencies: [Target.Dependency]) -> Target {
    .executableTarget(name: name, dependencies: dependencies, swiftSettings: settings)
}

func tests(_ name: String, _ dependencies: [Target.Dependency]) -> Target {
    .testTarget(name: name, dependencies: dependencies, swiftSettings: settings)
}

let package = Package(
    name: "valetkey",
    products: [
        .executable(name: "valetkeyd", targets: ["valetkeyd"]),
        .executable(name: "valetkey", targets: ["valetkey"]),
        .executable(name: "valetkey-demo", targets: ["valetkey-demo"]),
        .executable(name: "valetkey-ads", targets: ["valetkey-ads"]),
    ],
    dependencies: [
        .package(url: "https://github.com/apple/swift-nio", from: "2.101.2"),
        .package(url: "https://github.com/apple/swift-argument-parser", from: "1.8.2"),
        .package(url: "https://github.com/swift-server/swift-service-lifecycle", from: "2.13.0"),
        .package(url: "https://github.com/apple/swift-log", from: "1.16.2"),
        .package(url: "https://github.com/apple/swift-crypto", from: "4.5.2"),
        .package(url: "https://github.com/vapor/jwt-kit", from: "5.7.1"),
        .package(url: "https://github.com/apple/swift-collections", from: "1.6.0"),
        .package(url: "https://github.com/apple/swift-system", from: "1.5.0"),
        .package(url: "https://github.com/LebJe/TOMLKit", from: "0.6.0"),
        // SOAP envelopes, for valetkey-ads alone: no XML is written or taken apart by hand.
        .package(url: "https://github.com/CoreOffice/XMLCoder", from: "0.18.2"),
        // Without its Foundation trait: the daemon links FoundationEssentials alone.
        .package(url: "https://github.com/swiftlang/swift-subprocess", from: "1.0.2", traits: []),
    ],
    targets: [
        .systemLibrary(name: "CCurl", pkgConfig: "libcurl", providers: [.apt(["libcurl4-openssl-dev"])]),
        .target(name: "CLinux"),
        module("Durations"),
        module("OAuth", [crypto, jwt], isFuzzed: true),
        module("Grants", ["OAuth", heap, deque]),
        module("GrantStore", ["OAuth", "Grants", crypto]),
        module("HTTPTransport", ["CCurl"]),
        module("HTTPListener", [nioCore, nioPosix, nioHTTP1], isFuzzed: true),
        module("LoopbackListener", ["HTTPListener", "OAuth", nioCore, nioPosix, nioHTTP1, crypto]),
        module("SocketContract", path: "Sources/SocketAPI/Contract"),
        module("SocketClient", ["SocketContract", nioCore, nioHTTP1, nioEmbedded], path: "Sources/SocketAPI/Client"),
        module(
            "SocketServer", ["SocketContract", "HTTPListener", "OAuth", nioCore, nioHTTP1],
            path: "Sources/SocketAPI/Server", isFuzzed: true),
        module("Configuration", ["Durations", "OAuth", toml, subprocess, system], isFuzzed: true),
        module("MicrosoftAdvertising", ["HTTPTransport", "OAuth", xml]),
        module(
            "AuthorizationServer",
            ["HTTPListener", "OAuth", nioCore, nioPosix, nioHTTP1, crypto, cryptoExtras, lifecycle]),
        module(
            "DaemonKit",
            [
                "OAuth", "Grants", "GrantStore", "HTTPTransport", "LoopbackListener", "SocketContract", "SocketServer",
                "Configuration", "CLinux", lifecycle, signals, logging, arguments, subprocess, system, nioCore,
                nioPosix,
            ]),
        module("CommandKit", ["SocketContract", "SocketClient", "Durations", "CLinux", arguments]),
        program("valetkeyd", ["DaemonKit", arguments]),
        .executableTarget(
            name: "valetkey", dependencies: ["CommandKit", arguments], swiftSettings: settings,
            linkerSettings: canLinkStatically ? [staticExecutable] : []),
        program(
            "valetkey-demo",
            [
                "AuthorizationServer", "CommandKit", "HTTPTransport", "SocketClient", "SocketContract", lifecycle,
                arguments, subprocess,
            ]),
        program(
            "valetkey-ads",
            [
                "MicrosoftAdvertising", "CommandKit", "SocketClient", "SocketContract", "HTTPTransport", "OAuth",
                arguments,
            ]),
        tests("OAuthTests", ["OAuth", cryptoExtras]),
        tests("GrantsTests", ["Grants", "OAuth"]),
        module("Scratch", path: "Tests/Scratch"),
        module("RawClient", path: "Tests/RawClient"),
        module(
            "FakeDaemon", ["SocketContract", "SocketServer", "HTTPListener", "Scratch", nioCore, nioPosix],
            path: "Tests/FakeDaemon"),
        tests("GrantStoreTests", ["GrantStore", "Grants", "OAuth", "Scratch", crypto]),
        tests("HTTPTransportTests", ["HTTPTransport", "Scratch", nioCore, nioPosix, subprocess, system]),
        tests(
            "HTTPListenerTests", ["HTTPListener", "RawClient", "Scratch", nioCore, nioPosix, nioHTTP1, nioEmbedded]),
        tests(
            "LoopbackListenerTests",
            ["LoopbackListener", "HTTPListener", "RawClient", "OAuth", nioCore, nioPosix, nioHTTP1]),
        tests(
            "SocketTests",
            [
                "SocketContract", "SocketClient", "SocketServer", "HTTPListener", "FakeDaemon", "RawClient", "Scratch",
                nioCore, nioPosix, subprocess, system,
            ]),
        .testTarget(
            name: "ConfigurationTests", dependencies: ["Configuration", "Durations", "OAuth"], exclude: ["Fixtures"],
            swiftSettings: settings),
        tests("AuthorizationServerTests", ["AuthorizationServer", "OAuth", nioCore, nioPosix, nioHTTP1, crypto]),
        tests(
            "CommandKitTests",
            [
                "CommandKit", "SocketContract", "SocketClient", "SocketServer", "FakeDaemon", "Scratch", arguments,
                subprocess, system,
            ]),
        .testTarget(
            name: "MicrosoftAdvertisingTests",
            dependencies: [
                "MicrosoftAdvertising", "HTTPTransport", "HTTPListener", "OAuth", nioCore, nioPosix, nioHTTP1,
            ],
            resources: [.copy("Fixtures")], swiftSettings: settings),
        module(
            "FuzzTargets",
            ["Configuration", "FakeDaemon", "HTTPListener", "OAuth", "SocketServer", nioCore, nioEmbedded],
            path: "Tests/FuzzTargets"),
        tests("FuzzTests", ["FuzzTargets"]),
        tests(
            "DaemonKitTests",
            [
                "DaemonKit", "AuthorizationServer", "Configuration", "GrantStore", "Grants", "HTTPTransport", "OAuth",
                "LoopbackListener", "Scratch", "SocketContract", logging, nioCore, nioPosix, crypto, cryptoExtras,
            ]),
        tests("DemoTests", ["valetkey-demo", "OAuth"]),
    ]
)

if let fuzzer {
    package.targets += [
        .systemLibrary(name: "CFuzzer", path: "Tests/FuzzProgram/CFuzzer"),
        .executableTarget(
            name: "Fuzz", dependencies: ["FuzzTargets", "CFuzzer"], path: "Tests/FuzzProgram", exclude: ["CFuzzer"],
            swiftSettings: settings, linkerSettings: [.unsafeFlags([fuzzer])]),
    ]
}
