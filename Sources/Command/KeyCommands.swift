import APIClient
import APIContract
import ArgumentParser
import Console
import Failures

struct LockCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "lock", abstract: "Forget the key, all grants and all tokens, until they are unlocked.",
        discussion: """
            For a key that is sealed with a passphrase (key = "passphrase" in [daemon]). Nothing is lost: what a refresh \
            under way brings is stored before that. Until "valetkey unlock" no token is served and nothing is refreshed.
            """)

    @OptionGroup var daemon: DaemonOptions

    func run() throws {
        _ = try daemon.withDaemon { try $0.lock() }
        Terminal.error.line("Locked. No token is served until: valetkey unlock")
    }
}

struct UnlockCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "unlock", abstract: "Take the passphrase, and serve tokens again.",
        discussion: """
            The passphrase is typed on the terminal, or read from standard input where that is no terminal \
            (systemd-ask-password "valetkey" | valetkey unlock). The first time it sets the passphrase. Where the key is \
            in the desktop's keyring, the keyring is asked again.
            """)

    @OptionGroup var daemon: DaemonOptions

    func run() throws {
        let (before, after) = try daemon.withDaemon { client in
            let key = try client.key()
            return (key, key.state == .open ? key : try client.unlock(try Self.request(key)))
        }
        guard after.state == .open else { throw CommandFailure(.locked, after.detail ?? "it stays locked").tell() }
        Terminal.error.line(before.state == .open ? "Nothing is locked." : "Unlocked.")
    }

    private static func request(_ key: KeyReport) throws(CommandFailure) -> UnlockRequest {
        guard key.kind == "passphrase" else { return UnlockRequest() }
        guard key.state == .unset else {
            return UnlockRequest(passphrase: try Passphrase.ask("Passphrase: "))
        }
        return UnlockRequest(passphrase: try Passphrase.askForNew(), isNew: true)
    }
}

struct KeyCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "key", abstract: "Exchange the key of the stored grants.", subcommands: [KeyRotateCommand.self])
}

struct KeyRotateCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "rotate", abstract: "Seal everything with a new key.",
        discussion: """
            A crash at any moment loses nothing: the earlier key stays until everything is sealed with the new one. Where \
            the key is sealed with a passphrase, that is asked for, and a new passphrase may be set.
            """)

    @OptionGroup var daemon: DaemonOptions

    func run() throws {
        let report = try daemon.withDaemon { client in
            try client.rotateKey(try Self.request(try client.key()))
        }
        let files = report.resealed ?? 0
        Terminal.error.line("Sealed \(files) \(files == 1 ? "grant" : "grants") with a new key.")
    }

    private static func request(_ key: KeyReport) throws(CommandFailure) -> RotationRequest {
        guard key.kind == "passphrase", key.state == .open else { return RotationRequest() }
        let passphrase = try Passphrase.ask("Passphrase: ")
        return RotationRequest(passphrase: passphrase, newPassphrase: try Passphrase.askForChange())
    }
}
