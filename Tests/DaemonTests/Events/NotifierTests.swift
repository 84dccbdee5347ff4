import APIContract
import Failures
import FoundationEssentials
import Grants
import Logging
import Scratch
import Synchronization
import Testing

@testable import Daemon

@Suite(.timeLimit(.minutes(5))) struct NotifierTests {
    private let clock = TestClock()
    private let log = RecordedLog()
    private let folder: ScratchFolder
    private let bus: EventBus
    private let needy = Needy()

    init() throws {
        folder = try ScratchFolder()
        bus = EventBus(time: TestTime(clock: clock))
    }

    private static let desktop = ["DBUS_SESSION_BUS_ADDRESS": "unix:path=/bus", "DISPLAY": ":0"]
    private static let firstPause = Duration.seconds(4 * 3600)

    /// Runs a notifier during the body. Programs are looked up in the test's folder first, then in PATH.
    private func run(
        _ command: [String]?, environment: [String: String] = [:], _ body: (Notifier) async throws -> Void
    ) async throws {
        let paths = ["PATH": "\(folder.path):/usr/local/bin:/usr/bin:/bin"]
        let notifier = Notifier(
            bus, environment: paths.merging(environment) { $1 }, clock: clock, log: log.logger, loginProgram: "valetkey"
        )
        notifier.adopt(command: command)
        try await withThrowingTaskGroup { group in
            group.addTask { [needy] in await notifier.run { needy.isNeeded($0) } }
            defer { bus.close() }
            try await body(notifier)
        }
    }

    private func needConsent(_ account: String) {
        bus.publish(.grant(.consentRequired(Failure(.invalidGrant, "it is over", at: clock.wall))), account: account)
    }

    /// Creates a program that records each of its starts as a line.
    private func teller(_ name: String = "tell") throws -> String {
        try folder.place(
            """
            #!/bin/sh
            printf '%s|%s|%s|%s\\n' "$VALETKEY_ACCOUNT" "$VALETKEY_COMMAND" "$SEEN$HIDDEN" "$*" >> \(folder.file("told"))
            """, as: name, mode: 0o700)
    }

    private var told: [String] {
        let text = (try? folder.text("told")) ?? ""
        return text.split(separator: "\n").map(String.init)
    }

    @Test func `the command is run once, with its arguments, the account and the hint`() async throws {
        let program = try teller()
        try await run([program, "-x", "a b"], environment: ["SEEN": "seen"]) { _ in
            needConsent("ads")
            await clock.awaitSleeper(for: Self.firstPause)
            #expect(told == ["ads|valetkey login ads|seen|-x a b"])
            #expect(log.lines.isEmpty)
        }
    }

    @Test func `a key that is locked at the start is notified, and one that its user has locked isn't`() async throws {
        let locked = Failure(.locked, "locked", at: clock.wall)
        try folder.makePipe("told")
        let program = try teller()
        try await run([program]) { _ in
            bus.publish(.key(.locked(locked, byUser: true)))
            bus.publish(.key(.opened))
            bus.publish(.key(.locked(locked, byUser: false)))
            let text = try await offPool { [folder] in try PipeReader(folder.file("told")).read() }
            #expect(text == "|valetkey unlock||\n")
        }
    }

    @Test func `an account is notified once, and another account separately`() async throws {
        let program = try teller()
        try await run([program]) { _ in
            needConsent("ads")
            await clock.awaitSleeper(for: Self.firstPause)
            clock.advance(by: .seconds(1))
            needConsent("ads")
            needConsent("mail")
            await clock.awaitSleeper(for: Self.firstPause)
            #expect(told.map { $0.prefix { $0 != "|" } } == ["ads", "mail"])
            #expect(needy.asked == ["ads", "mail"])
        }
    }

    @Test func `while a consent is needed the notification is repeated with growing pauses, up to a week`() async throws
    {
        try await run([]) { _ in
            needConsent("ads")
            for hours in [4, 8, 16, 32, 64, 128, 168, 168] {
                await clock.awaitSleeper(for: .seconds(hours * 3600))
                clock.advance(by: .seconds(hours * 3600))
            }
            await clock.awaitSleeper(for: .seconds(168 * 3600))
            #expect(needy.asked.count == 9)
        }
    }

    @Test func `after a consent there is no notification until another one is needed`() async throws {
        let program = try teller()
        try await run([program]) { _ in
            needConsent("ads")
            await clock.awaitSleeper(for: Self.firstPause)
            needy.settle("ads")
            clock.advance(by: Self.firstPause)
            await needy.asked(times: 2)
            #expect(told.count == 1)
            needy.need("ads")
            needConsent("ads")
            await clock.awaitSleeper(for: Self.firstPause)
            #expect(told.count == 2)
        }
    }

    @Test func `other events cause no notification`() async throws {
        let program = try teller()
        try await run([program]) { _ in
            bus.publish(.grant(.loggedOut), account: "ads")
            bus.publish(.consent(.started(.device)), account: "ads")
            needConsent("mail")
            await clock.awaitSleeper(for: Self.firstPause)
            #expect(needy.asked == ["mail"])
        }
    }

    @Test func `a reloaded command is used from the next notification on`() async throws {
        let program = try teller()
        try await run([]) { notifier in
            needConsent("ads")
            await clock.awaitSleeper(for: Self.firstPause)
            #expect(told.isEmpty)
            notifier.adopt(command: [program])
            clock.advance(by: Self.firstPause)
            await clock.awaitSleeper(for: Self.firstPause * 2)
            #expect(told.count == 1)
        }
    }

    @Test(arguments: [["DISPLAY": ":0"], ["WAYLAND_DISPLAY": "wayland-0", "DISPLAY": ""]])
    func `without a command the desktop shows the notification, with a button`(_ display: [String: String]) async throws
    {
        let lines = try await pressed("exit 0", display.merging(["DBUS_SESSION_BUS_ADDRESS": "unix:path=/bus"]) { $1 })
        #expect(
            lines == ["--action=login=Log in --app-name=valetkey ads needs your consent Run: valetkey login ads"])
    }

    @Test func `a desktop without buttons shows the notification without one`() async throws {
        let lines = try await pressed("case $1 in --action=*) exit 1 ;; esac", Self.desktop, count: 2)
        #expect(lines.last == "--app-name=valetkey ads needs your consent Run: valetkey login ads")
    }

    @Test func `the button begins a login`() async throws {
        let lines = try await pressed("echo login", Self.desktop, count: 2)
        #expect(lines.last == "valetkey login ads")
    }

    @Test func `under systemd the button begins a login outside of the daemon's unit`() async throws {
        let environment = Self.desktop.merging(["INVOCATION_ID": "1", "BROWSER": "b"]) { $1 }
        let lines = try await pressed("echo login", environment, count: 2)
        #expect(
            lines.last == "systemd-run --user --quiet --collect --setenv=DISPLAY=:0 "
                + "--setenv=DBUS_SESSION_BUS_ADDRESS=unix:path=/bus --setenv=BROWSER=b -- valetkey login ads")
    }

    @Test(arguments: ["exit 0", "echo other", "echo login2"])
    func `a notification that is closed begins no login`(_ script: String) async throws {
        let lines = try await pressed(script, Self.desktop) {
            // The next reminder comes after whatever the first one started.
            await clock.awaitSleeper(for: Self.firstPause)
            clock.advance(by: Self.firstPause)
            try await awaitProgram()
        }
        #expect(lines.allSatisfy { $0.hasPrefix("--action") } && lines.count == 2)
        #expect(log.lines.isEmpty)
    }

    @Test func `a button that is pressed after another login begins none`() async throws {
        needy.settle(after: 1)
        let lines = try await pressed("echo login", Self.desktop) { await needy.asked(times: 2) }
        #expect(lines.count == 1)
        #expect(log.lines.isEmpty)
    }

    @Test func `a login that fails is logged`() async throws {
        _ = try await pressed("echo login", Self.desktop, login: "exit 77", count: 2) {
            #expect(await log.line("the login from the notification failed").fields == ["account": "ads"])
        }
    }

    /// Waits until one of the programs of `pressed` has begun.
    private func awaitProgram() async throws {
        _ = try await offPool { [folder] in try PipeReader(folder.file("signal")).read() }
    }

    /// Runs a desktop whose `notify-send` does this, and returns what was started, once `count` programs have begun.
    private func pressed(
        _ script: String, _ environment: [String: String], login: String = "", count: Int = 1,
        _ then: () async throws -> Void = {}
    ) async throws -> [String] {
        try folder.makePipe("signal")
        for (name, words, end) in [
            ("notify-send", "", script), ("valetkey", "valetkey ", login), ("systemd-run", "systemd-run ", login),
        ] {
            let tell = "printf '%s\\n' \"\(words)$*\" >> \(folder.file("told")); echo told > \(folder.file("signal"))"
            _ = try folder.place("#!/bin/sh\n\(tell)\n\(end)\n", as: name, mode: 0o700)
        }
        try await run(nil, environment: environment) { _ in
            needConsent("ads")
            for _ in 0..<count { try await awaitProgram() }
            try await then()
        }
        return told
    }

    @Test(
        arguments: [
            (nil, [:]), (nil, ["DISPLAY": ":0"]), (nil, ["DBUS_SESSION_BUS_ADDRESS": "unix:path=/bus"]),
            (nil, ["DBUS_SESSION_BUS_ADDRESS": "unix:path=/bus", "DISPLAY": "", "WAYLAND_DISPLAY": ""]),
            ([], Self.desktop), ([""], Self.desktop),
        ] as [([String]?, [String: String])])
    func `without a desktop, or with notifications switched off, nothing is run`(
        _ command: [String]?, _ environment: [String: String]
    ) async throws {
        _ = try teller("notify-send")
        try await run(command, environment: environment) { _ in
            needConsent("ads")
            await clock.awaitSleeper(for: Self.firstPause)
            #expect(told.isEmpty && log.lines.isEmpty)
        }
    }

    @Test(arguments: ["false", "no-such-program-of-valetkey"])
    func `a failing command is logged, and run again the next time`(_ program: String) async throws {
        try await run([program]) { _ in
            needConsent("ads")
            let fields = ["account": "ads", "program": program]
            let line = await log.line("the notification failed")
            #expect(line == .init(level: .warning, message: "the notification failed", fields: fields))
            await clock.awaitSleeper(for: Self.firstPause)
        }
    }

    @Test func `a command that hangs is ended after 30 s, with the programs it has started`() async throws {
        try folder.makePipe("life")
        // Both programs have the pipe open as long as they run.
        let script = "exec 3> \(folder.file("life")); trap '' TERM; sleep 600 & echo here >&3; wait; sleep 600"
        try await run(["sh", "-c", script]) { _ in
            needConsent("ads")
            let life = try await offPool { [folder] in
                let pipe = try PipeReader(folder.file("life"))
                #expect(pipe.read() == "here\n")
                return pipe
            }
            await clock.awaitSleeper(for: .seconds(30))
            clock.advance(by: .seconds(29))
            #expect(log.lines.isEmpty)
            clock.advance(by: .seconds(1))
            let line = await log.line("the notification failed")
            #expect(line.fields["program"] == "sh")
            #expect(try await offPool { life.read() } == "")
        }
    }

    @Test func `a stop ends a command that hangs, and doesn't log that as a failure`() async throws {
        try folder.makePipe("life")
        try await run(["sh", "-c", "exec sleep 600 > \(folder.file("life"))"]) { _ in
            needConsent("ads")
            _ = try await offPool { [folder] in try PipeReader(folder.file("life")) }
        }
        #expect(log.lines.isEmpty)
    }
}

/// The accounts that need a consent, with a count of how often that was asked.
private final class Needy: Sendable {
    private struct State {
        var accounts: Set = ["ads", "mail"]
        var asked: [String] = []
        var answers = Int.max
        var watcher: (times: Int, tell: CheckedContinuation<Void, Never>)?
    }

    private let state = Mutex(State())

    var asked: [String] { state.withLock { $0.asked } }

    func isNeeded(_ account: String) -> Bool {
        let (isNeeded, told) = state.withLock { state in
            state.asked.append(account)
            let told = state.watcher.flatMap { $0.times <= state.asked.count ? $0.tell : nil }
            if told != nil { state.watcher = nil }
            return (state.accounts.contains(account) && state.asked.count <= state.answers, told)
        }
        told?.resume()
        return isNeeded
    }

    func settle(_ account: String) { state.withLock { _ = $0.accounts.remove(account) } }

    /// No account needs a consent any more once that was asked this many times.
    func settle(after times: Int) { state.withLock { $0.answers = times } }

    func need(_ account: String) { state.withLock { _ = $0.accounts.insert(account) } }

    /// Waits until that was asked this many times.
    func asked(times: Int) async {
        await withCheckedContinuation { continuation in
            let isThere = state.withLock { state in
                if state.asked.count < times { state.watcher = (times, continuation) }
                return state.asked.count >= times
            }
            if isThere { continuation.resume() }
        }
    }
}
