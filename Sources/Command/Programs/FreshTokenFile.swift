import APIClient
import APIContract
import Console
import Failures
import Files
import FoundationEssentials
import Glibc

/// A file with the current access token, and nothing behind it. It is in memory, in a folder of the user alone.
struct FreshTokenFile {
    private var file: FreshFile
    private var token: String
    private var expires: ContinuousClock.Instant?
    private var isTold = false

    private static let longest = Duration.seconds(60)
    private static let retry = Duration.seconds(5)

    var path: String { file.path }

    /// Writes the token into a new file.
    init(_ answer: TokenAnswer) throws(CommandFailure) {
        guard let runtime = DefaultSocket.runtimeFolder({ ProcessEnvironment[$0] }) else {
            throw CommandFailure(
                .storage, "there is no folder for the token's file: XDG_RUNTIME_DIR isn't set",
                hint: "use --env, or set XDG_RUNTIME_DIR to a folder of yours that is in memory")
        }
        let folder = "\(runtime)/valetkey"
        Self.sweep(folder)
        file = FreshFile("\(folder)/exec-\(getpid())", makingFoldersBelow: runtime)
        token = answer.accessToken
        expires = answer.expiresIn.map { .now + .seconds($0) }
        do throws(FreshFileFault) {
            // Of an earlier process with this number.
            file.adoptLeftover()
            try file.write(Array(token.utf8))
        } catch {
            throw CommandFailure(
                .storage, "the token's file can't be written: \(error)",
                hint: "use --env, or set XDG_RUNTIME_DIR to a folder of yours on a tmpfs")
        }
    }

    /// Takes what the daemon has answered, and returns when to ask it again. A token that has expired is removed.
    mutating func update(_ answer: Result<TokenAnswer, ClientFailure>, now: ContinuousClock.Instant = .now) -> Duration
    {
        switch answer {
        case .success(let answer):
            isTold = false
            expires = answer.expiresIn.map { now + .seconds($0) }
            write(answer.accessToken)
            guard let seconds = answer.expiresIn else { return Self.longest }
            return min(Self.longest, max(.seconds(1), .seconds(seconds) / 2))
        case .failure(let failure):
            if let expires, expires <= now {
                remove()
                tell("the token has expired and there is no newer one", failure)
            }
            return Self.retry
        }
    }

    private mutating func write(_ newer: String) {
        guard newer != token else { return }
        do throws(FreshFileFault) {
            try file.write(Array(newer.utf8))
            token = newer
        } catch {
            tell("the newer token can't be written: \(error)", nil)
        }
    }

    private mutating func tell(_ message: String, _ failure: ClientFailure?) {
        guard !isTold else { return }
        isTold = true
        Terminal.error.line("valetkey: \(message)")
        if let failure { _ = CommandFailure(failure).tell() }
    }

    mutating func remove() {
        try? file.remove()
        token = ""
    }

    /// Removes the files of commands that were killed.
    private static func sweep(_ folder: String) {
        let names = (try? FileManager.default.contentsOfDirectory(atPath: folder)) ?? []
        for name in names {
            // With a dot before it, it is a file that wasn't finished.
            let plain = name.drop { $0 == "." }
            guard plain.hasPrefix("exec-"), let owner = pid_t(plain.dropFirst(5).prefix { $0.isNumber }), owner > 0
            else { continue }
            if kill(owner, 0) != 0, errno == ESRCH { unsafe unlink("\(folder)/\(name)") }
        }
    }
}
