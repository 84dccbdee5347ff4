import Accounts
package import ArgumentParser
import CLinux
import Configuration
import Console
import Failures
import FoundationEssentials
import Glibc
import OAuth
import Text

/// The program `valetkeyd`.
package struct DaemonCommand: AsyncParsableCommand {
    package static let configuration = CommandConfiguration(
        commandName: "valetkeyd",
        abstract: "Keeps OAuth grants and serves fresh access tokens on a Unix socket.",
        discussion: """
            Runs in the foreground and logs to standard error. SIGHUP reloads the configuration, SIGTERM stops after a \
            refresh that is under way. As a systemd user service it takes over the socket that valetkey.socket has opened.
            """,
        version: Version.current)

    @Option(name: .long, help: "The configuration; default: $XDG_CONFIG_HOME/valetkey/config.toml.")
    var config: String?

    @Option(
        name: .long,
        help: "The socket; default: $VALETKEY_SOCKET, else valetkey.sock in $XDG_RUNTIME_DIR or /run/user/UID.")
    var socket: String?

    @Flag(name: .long, help: "Check the configuration, say what is wrong with it, and exit.")
    var check = false

    @Flag(name: .long, help: "List the providers, or show the one that is named, and exit.")
    var providers = false

    @Option(name: .long, help: "Say what an error code means and what to do about it, and exit.")
    var explain: String?

    @Flag(name: .long, help: "Check the daemon, the machine and the servers, say what is wrong, and exit.")
    var doctor = false

    @Flag(name: .long, help: "With --doctor: check only the shared store.")
    var store = false

    @Flag(name: .long, help: "Say where everything is and what runs, and exit.")
    var info = false

    @Flag(name: .long, help: "With --check, --providers, --explain, --doctor and --info: print JSON.")
    var json = false

    @Option(name: .long, help: "With --explain and --doctor: the account that it is about.")
    var account: String?

    @Option(
        name: .long, parsing: .remaining,
        help: "Add an account to the configuration and exit; takes the word setup and the arguments of valetkey setup.")
    var setup: [String] = []

    @Option(name: .long, help: .hidden)
    var list: ListedNames?

    @Argument(help: "With --providers: one provider.")
    var provider: String?

    package init() {}

    package func validate() throws {
        guard provider == nil || providers else { throw ValidationError("a provider's name goes with --providers") }
        guard account == nil || explain != nil || doctor else {
            throw ValidationError("an account's name goes with --explain or --doctor")
        }
        guard !json || doctor || check || providers || info || explain != nil else {
            throw ValidationError("--json goes with --check, --providers, --explain, --doctor and --info")
        }
        guard !store || doctor else { throw ValidationError("--store goes with --doctor") }
    }

    package func run() async throws {
        let environment = ProcessInfo.processInfo.environment
        if check { try checkConfiguration(environment) }
        if providers { return try listProviders() }
        if let list { return list.print(configuration: config, environment) }
        if info { return try await tellOfInstallation(environment) }
        if doctor { return try await examine(account: account, asJSON: json, environment) }
        if !setup.isEmpty { return try await addAccount(Array(setup.dropFirst()), environment) }
        if let explain { return try tell(about: explain, environment) }
        try await Self.serve(configuration: config, socket: socket, environment)
    }

    /// Runs the program. A service manager starts it without arguments: then it does without the argument parser, whose
    /// start is a part of what the first reader waits for.
    package static func runDaemon() async -> Int32 {
        let words = Array(CommandLine.arguments.dropFirst())
        guard words.isEmpty else { return await runAsyncProgram(words) }
        do {
            try await serve(ProcessInfo.processInfo.environment)
            return 0
        } catch {
            return ProgramEnd.status(error, of: self, words: words)
        }
    }

    private static func serve(
        configuration: String? = nil, socket: String? = nil, _ environment: [String: String]
    ) async throws(ExitCode) {
        protect()
        makeRoomForReaders()
        do throws(StartFault) {
            try await Daemon(.init(configuration: configuration, socket: socket, environment: environment)).run()
        } catch {
            LineOutput.standardError.line("valetkeyd: \(error)")
            if let hint = error.hint { LineOutput.standardError.line("hint: \(hint)") }
            throw ExitCode(error.exit.rawValue)
        }
    }

    /// Makes all threads share one heap. Must be called before other threads exist, because each would get a heap of
    /// its own.
    package static func keepOneHeap() {
        shim_keep_one_heap()
    }

    /// Protects the memory and the files from other processes: no core dump, no tracing by another process of the user,
    /// and a umask that makes new files private.
    private static func protect() {
        _ = shim_forbid_core_dumps()
        var none = rlimit(rlim_cur: 0, rlim_max: 0)
        _ = unsafe setrlimit(__rlimit_resource_t(RLIMIT_CORE.rawValue), &none)
        umask(0o077)
        _ = signal(SIGPIPE, SIG_IGN)
    }

    /// Each waiting reader holds a descriptor. The usual limit of 1024 would leave none for the refresh that they wait
    /// for.
    private static func makeRoomForReaders() {
        let files = __rlimit_resource_t(RLIMIT_NOFILE.rawValue)
        var limit = rlimit()
        guard unsafe getrlimit(files, &limit) == 0 else { return }
        limit.rlim_cur = limit.rlim_max
        _ = unsafe setrlimit(files, &limit)
    }
}
