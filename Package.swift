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
let lifecycleTests: Target.Dependency = .product(
    name: "ServiceLifecycleTestKit", package: "swift-service-lifecycle")
let signals: Target.Dependency = .product(name: "UnixSignals", package: "swift-service-lifecycle")
let arguments: Target.Dependency = .product(name: "ArgumentParser", package: "swift-argument-parser")
let subprocess: Target.Dependency = .product(name: "Subprocess", package: "swift-subprocess")
let system: Target.Dependency = .product(name: "SystemPackage", package: "swift-system")
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

// What the simulation runs a million times in each test run is optimised in debug builds too.
let optimised: SwiftSetting = .unsafeFlags(["-O"], .when(configuration: .debug))

func module(
    _ name: String, _ dependencies: [Target.Dependency] = [], path: String? = nil, isFuzzed: Bool = false,
    isSimulated: Bool = false
) -> Target {
    .target(
        name: name, dependencies: dependencies, path: path,
        swiftSettings: (isFuzzed ? fuzzed : settings) + (isSimulated ? [optimised] : []))
}

// No program is a library to others: without a table of its symbols it is 4 MB smaller. A debugger finds its symbols by
// the id.
let released: LinkerSetting = .unsafeFlags(
    ["-Xlinker", "--no-export-dynamic", "-Xlinker", "--build-id=sha1"],
    .when(platforms: [.linux], configuration: .release))

func program(_ name: String, _ dependencies: [Target.Dependency]) -> Target {
    .executableTarget(name: name, dependencies: dependencies, swiftSettings: settings, linkerSettings: [released])
}

func tests(_ name: String, _ dependencies: [Target.Dependency]) -> Target {
    .testTarget(name: name, dependencies: dependencies, swiftSettings: settings)
}

func advertising(_ folder: String) -> String { "Sources/Vendors/MicrosoftAdvertising/\(folder)" }

let package = Package(
    name: "valetkey",
    products: [
        .executable(name: "valetkeyd", targets: ["valetkeyd"]),
        .executable(name: "valetkey", targets: ["valetkey"]),
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
        // Without its Foundation trait: the daemon links FoundationEssentials alone.
        .package(url: "https://github.com/swiftlang/swift-subprocess", from: "1.0.2", traits: []),
    ],
    targets: [
        // Needs the headers of libcurl (Debian, Ubuntu: libcurl4-openssl-dev), which it loads itself.
        .target(name: "CCurl"),
        .target(name: "CLinux"),
        // Only for the daemon's program: it replaces functions of the C library.
        .target(name: "CClearedHeap"),

        // What every module needs, and the protocol as values.
        module("Text", ["CLinux"], isSimulated: true),
        module("Failures", ["Text"]),
        module("OAuth", ["Text", "Failures", crypto, jwt], isFuzzed: true, isSimulated: true),
        module("Accounts", ["Text", "Failures", "OAuth"], isFuzzed: true, isSimulated: true),

        // The daemon's parts.
        module("Files", ["Failures", "CLinux"]),
        module("Configuration", ["Text", "OAuth", "Accounts", "Files", "Secrets", toml], isFuzzed: true),
        module("Secrets", ["Text", "Accounts", "Files", subprocess, system]),
        // A register that hosts share, as the claims of grants see it.
        module("Register", path: "Sources/Stores/Register", isSimulated: true),
        module("Etcd", ["Register", "Text", "HTTPTransport"], path: "Sources/Stores/Etcd"),
        module(
            "StoreConnection", ["Accounts", "Configuration", "Etcd", "HTTPTransport", "Register", "Secrets"],
            path: "Sources/Stores/Connection"),
        module("Grants", ["Text", "Failures", "OAuth", "Accounts", "Register", heap, deque], isSimulated: true),
        .target(
            name: "Stores",
            dependencies: [
                "Text", "Failures", "OAuth", "Accounts", "Register", "Grants", "Files", "Secrets", crypto,
                cryptoExtras, subprocess, system,
            ], exclude: ["Register", "Etcd", "Connection"], swiftSettings: settings),
        module("HTTPTransport", ["CCurl", "CLinux"]),
        module(
            "AuthorizationClient", ["Text", "Failures", "OAuth", "Accounts", "Secrets", "Grants", "HTTPTransport"]),
        module("HTTPListener", [nioCore, nioPosix, nioHTTP1], isFuzzed: true),
        module("Pages", [crypto]),
        module(
            "RedirectListener",
            ["CLinux", "Files", "HTTPListener", "Pages", "Text", "OAuth", nioCore, nioPosix, nioHTTP1]),
        module("APIContract", ["Failures", "Text"], path: "Sources/API/Contract"),
        module(
            "APIServer",
            ["APIContract", "CLinux", "Failures", "Files", "HTTPListener", "Text", nioCore, nioHTTP1],
            path: "Sources/API/Server", isFuzzed: true),
        module("APIClient", ["APIContract", "Failures", nioCore, nioHTTP1, nioEmbedded], path: "Sources/API/Client"),
        module(
            "Doctor",
            [
                "Text", "Failures", "OAuth", "Accounts", "Configuration", "Secrets", "Files", "Grants", "HTTPTransport",
                "AuthorizationClient", "APIContract", "APIClient", "CLinux", "Console", "Register", "Etcd",
                "StoreConnection",
                subprocess, system,
            ]),
        module(
            "Setup",
            [
                "Text", "Failures", "OAuth", "Accounts", "Configuration", "Secrets", "Files", "Grants", "HTTPTransport",
                "AuthorizationClient", "APIContract", "APIClient", "Console",
            ]),
        module(
            "Daemon",
            [
                "Text", "Failures", "OAuth", "Accounts", "Configuration", "Secrets", "Files", "Grants", "Stores",
                "Register", "Etcd", "StoreConnection", "HTTPTransport", "AuthorizationClient", "HTTPListener",
                "RedirectListener",
                "APIContract", "APIServer",
                "Vendors", "VendorInterface", "VendorServices", "CLinux", "Doctor", "Setup", "Console", lifecycle,
                signals,
                logging, arguments, subprocess,
                system,
                deque, nioCore, nioPosix,
            ]),

        // The vendors, a folder each below Sources/Vendors.
        module(
            "Vendors", ["Accounts", "MicrosoftIdentity", "MicrosoftAdvertisingPresets"], path: "Sources/Vendors/List"),
        module("VendorInterface", ["Accounts", "APIContract", "APIServer"], path: "Sources/Vendors/Interface"),
        module("VendorCommands", ["Console", "MicrosoftAdvertisingCommand"], path: "Sources/Vendors/Commands"),
        module("MicrosoftAdvertisingCommand", ["Console", arguments], path: advertising("Command")),
        module(
            "VendorServices", ["Files", "Secrets", "VendorInterface", "MicrosoftAdvertisingDaemon"],
            path: "Sources/Vendors/Services"),
        module(
            "MicrosoftIdentity", ["Text", "Failures", "OAuth", "Accounts"], path: "Sources/Vendors/MicrosoftIdentity"),
        module(
            "MicrosoftAdvertisingPresets", ["Text", "OAuth", "Accounts", "MicrosoftIdentity"],
            path: advertising("Presets")),
        module("MicrosoftAdvertisingContract", ["APIContract"], path: advertising("Contract")),
        module(
            "MicrosoftAdvertisingClient", ["APIContract", "APIClient", "MicrosoftAdvertisingContract"],
            path: advertising("Client")),
        module(
            "MicrosoftAdvertisingDaemon",
            [
                "Text", "Failures", "Accounts", "Files", "Secrets", "APIContract", "APIServer", "HTTPListener",
                "VendorInterface", "MicrosoftAdvertisingContract", "MicrosoftAdvertisingPresets", nioHTTP1,
            ], path: advertising("Daemon")),
        module(
            "MicrosoftAdvertisingService", ["HTTPTransport", "Text", "OAuth", "MicrosoftAdvertisingPresets"],
            path: advertising("Service"), isFuzzed: true),

        // The command line.
        module("Console", ["APIContract", "APIClient", "Failures", "Text", "CLinux", arguments]),
        module(
            "Command",
            ["VendorCommands", "Console", "APIContract", "APIClient", "Failures", "Files", "Text", arguments]),
        module(
            "AuthorizationServer",
            ["HTTPListener", "Pages", "Text", "OAuth", nioCore, nioPosix, nioHTTP1, crypto, cryptoExtras, lifecycle]),
        // Also under the names valetkey-demo and those of the vendors' programs.
        program("valetkeyd", ["Daemon", "Demo", "VendorPrograms", "Console", "CClearedHeap", arguments]),
        .executableTarget(
            name: "valetkey", dependencies: ["Command", arguments], swiftSettings: settings,
            linkerSettings: [released] + (canLinkStatically ? [staticExecutable] : [])),
        module(
            "Demo",
            [
                "AuthorizationServer", "Console", "Failures", "HTTPTransport", "Text", "APIClient", "APIContract",
                lifecycle, logging, signals, arguments, subprocess,
            ]),
        module("VendorPrograms", ["MicrosoftAdvertisingProgram"], path: "Sources/Vendors/Programs"),
        module(
            "MicrosoftAdvertisingProgram",
            [
                "MicrosoftAdvertisingService", "MicrosoftAdvertisingPresets", "MicrosoftAdvertisingContract",
                "MicrosoftAdvertisingClient", "Console",
                "APIClient", "APIContract", "Failures", "HTTPTransport", "Text", "OAuth", "Accounts", arguments,
            ], path: advertising("Program")),

        // Makes the manual pages when valetkey is installed or packed; isn't installed itself.
        program(
            "ManualPages",
            [
                "APIServer", "Accounts", "Command", "Configuration", "Daemon", "Demo", "Failures", "Text", "Vendors",
                "VendorPrograms", arguments,
            ]),

        tests("TextTests", ["Text"]),
        tests("FailuresTests", ["Failures"]),
        tests("OAuthTests", ["Text", "Failures", "OAuth", cryptoExtras]),
        tests("AccountsTests", ["Text", "Failures", "OAuth", "Accounts", "Vendors"]),
        module("TestStores", ["Grants", "Text", "Failures", "OAuth"], path: "Tests/TestStores"),
        tests("GrantsTests", ["Grants", "Register", "TestStores", "Text", "Failures", "OAuth", "Accounts"]),
        .target(
            name: "Simulation",
            dependencies: [
                "AuthorizationClient", "HTTPTransport", "Grants", "Text", "Failures", "OAuth", "Accounts", "Vendors",
                "Register", "TestRegister", heap,
            ],
            path: "Tests/Simulation", swiftSettings: settings + [optimised]),
        tests("SimulationTests", ["Simulation"]),
        .executableTarget(
            name: "SimulationProgram", dependencies: ["Simulation"], path: "Tests/SimulationProgram",
            swiftSettings: settings),
        module("TestRegister", ["Register"], path: "Tests/TestRegister", isSimulated: true),
        tests("RegisterTests", ["Register", "TestRegister"]),
        tests(
            "EtcdTests",
            [
                "Etcd", "Register", "TestRegister", "HTTPTransport", "ScriptedServer", "Scratch", "Text", subprocess,
                system,
            ]),
        module("Scratch", path: "Tests/Scratch"),
        module("RawClient", path: "Tests/RawClient"),
        .target(name: "CSyncWitness", path: "Tests/CSyncWitness"),
        module(
            "FakeDaemon",
            [
                "APIContract", "APIServer", "MicrosoftAdvertisingContract", "MicrosoftAdvertisingDaemon", "Failures",
                "HTTPListener", "Scratch", "Text", nioCore, nioPosix,
            ],
            path: "Tests/FakeDaemon"),
        tests(
            "StoresTests",
            [
                "Stores", "Files", "Grants", "Register", "TestRegister", "Accounts", "Secrets", "TestStores", "Text",
                "Failures",
                "OAuth",
                "Scratch", "CSyncWitness", crypto,
            ]),
        tests("SecretsTests", ["Secrets", "Accounts", "Files", "Text", "Scratch"]),
        module("ScriptedServer", ["HTTPTransport", nioCore, nioPosix], path: "Tests/ScriptedServer"),
        tests(
            "HTTPTransportTests",
            ["HTTPTransport", "ScriptedServer", "Scratch", nioCore, nioPosix, subprocess, system]),
        tests(
            "HTTPListenerTests", ["HTTPListener", "RawClient", "Scratch", nioCore, nioPosix, nioHTTP1, nioEmbedded]),
        tests("PagesTests", ["Pages"]),
        tests(
            "RedirectListenerTests",
            [
                "RedirectListener", "CLinux", "Pages", "HTTPListener", "RawClient", "Scratch", "Text", "OAuth", nioCore,
                nioPosix,
                nioHTTP1,
            ]),
        tests(
            "APITests",
            [
                "APIContract", "APIClient", "APIServer", "MicrosoftAdvertisingContract", "MicrosoftAdvertisingClient",
                "Failures", "HTTPListener", "FakeDaemon", "RawClient", "Scratch", nioCore, nioPosix, nioHTTP1,
                nioEmbedded, subprocess, system,
            ]),
        .testTarget(
            name: "ConfigurationTests",
            dependencies: [
                "Configuration", "Text", "OAuth", "Accounts", "Failures", "Files", "Secrets", "Vendors", "Scratch",
            ],
            exclude: ["Fixtures"], swiftSettings: settings),
        tests(
            "AuthorizationServerTests", ["AuthorizationServer", "Text", "OAuth", nioCore, nioPosix, nioHTTP1, crypto]),
        tests(
            "CommandTests",
            [
                "Command", "Console", "APIContract", "APIClient", "APIServer", "MicrosoftAdvertisingContract",
                "Failures", "FakeDaemon", "Scratch", "Text", arguments, subprocess, system,
            ]),
        tests("MicrosoftIdentityTests", ["MicrosoftIdentity", "Accounts", "Failures", "OAuth"]),
        .testTarget(
            name: "MicrosoftAdvertisingTests",
            dependencies: [
                "MicrosoftAdvertisingService", "MicrosoftAdvertisingPresets", "MicrosoftAdvertisingDaemon",
                "MicrosoftAdvertisingContract", "MicrosoftIdentity", "Accounts", "Failures", "Files", "HTTPTransport",
                "HTTPListener", "Scratch", "Secrets", "Text", "OAuth", "Vendors", "Configuration", "APIContract",
                nioCore,
                nioPosix, nioHTTP1,
            ],
            resources: [.copy("Fixtures")], swiftSettings: settings),
        module(
            "FuzzTargets",
            [
                "Configuration", "FakeDaemon", "HTTPListener", "Text", "Failures", "OAuth", "Accounts", "APIServer",
                "APIContract", "Vendors", "HTTPTransport", "MicrosoftAdvertisingService", nioCore, nioEmbedded,
            ],
            path: "Tests/FuzzTargets"),
        tests("FuzzTests", ["FuzzTargets"]),
        tests(
            "DaemonTests",
            [
                "Daemon", "AuthorizationServer", "AuthorizationClient", "Configuration", "Secrets", "Stores", "Files",
                "Grants", "Register", "TestRegister", "Etcd", "HTTPTransport", "Text", "Failures", "OAuth", "Accounts",
                "Vendors", "VendorServices",
                "RedirectListener", "FakeDaemon", "RawClient", "MicrosoftAdvertisingDaemon", "Scratch", "TestStores",
                "APIContract",
                "APIServer", "CLinux", logging, lifecycle, lifecycleTests, signals, arguments, nioCore, nioPosix,
                nioEmbedded,
                crypto, cryptoExtras, subprocess, system,
            ]),
        tests(
            "SetupTests",
            [
                "Setup", "Console", "Text", "Failures", "OAuth", "Accounts", "Configuration", "HTTPTransport",
                "AuthorizationServer", "Grants", "Secrets", "Vendors", "APIClient", "APIContract", "FakeDaemon",
                "Files",
                "Scratch", arguments,
            ]),
        tests(
            "DoctorTests",
            [
                "Doctor", "Console", "Text", "Failures", "OAuth", "Accounts", "Configuration", "HTTPTransport",
                "AuthorizationClient", "Grants", "Secrets", "APIContract", "Register", "Etcd", "Scratch",
            ]),
        tests("ManualPagesTests", ["ManualPages", "Accounts", "Configuration", "Vendors"]),
        tests(
            "DemoTests",
            [
                "Demo", "AuthorizationServer", "Console", "Failures", "HTTPTransport", "APIContract", "Text", "Scratch",
                arguments,
            ]),
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
