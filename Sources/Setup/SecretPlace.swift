import Accounts
import Console
import Failures
import Files
import Glibc
import Secrets
import Text

/// Where a secret of a new account is kept: never in the configuration file itself.
enum SecretPlace {
    /// A file that the user has.
    case file(String)
    /// A file that is written together with the account, because the user has typed the secret.
    case typed(Secret)
}

/// The files with typed secrets, in a folder beside the configuration.
struct SecretFiles {
    private let folder: String

    init(beside configuration: String) {
        folder = configuration[..<(configuration.lastIndex(of: "/") ?? configuration.startIndex)] + "/secrets"
    }

    func path(_ account: String, _ key: String) -> String { "\(folder)/\(account).\(key)" }

    /// - Throws: a failure where it can't be written, or such a file exists already.
    func write(_ secret: Secret, _ account: String, _ key: String) throws(CommandFailure) {
        let path = path(account, key)
        do {
            _ = try PrivateFolder(folder)
            guard try POSIXFile.create(path, with: Array("\(secret.expose())\n".utf8), in: folder) else {
                throw CommandFailure(
                    "\(path) exists already; nothing was written", hint: "remove it, or give it as the file to use",
                    exit: .other)
            }
        } catch let failure as CommandFailure {
            throw failure
        } catch {
            let reason = (error as? SystemCallError)?.reason ?? "\(error)"
            throw CommandFailure(.storage, "\(path) can't be written: \(reason)")
        }
    }

    func remove(_ account: String, _ key: String) {
        _ = unsafe unlink(path(account, key))
    }
}

extension Dialogue {
    /// Asks for the file that holds a secret, or for the secret itself. `stated` is the file that an option names.
    func askSecret(
        _ name: String, stated: String?, option: String, secrets: SecretReader
    ) throws(CommandFailure) -> SecretPlace {
        if let stated {
            if let complaint = Self.complaint(stated, secrets) { throw CommandFailure(.usage, complaint) }
            return .file(stated)
        }
        while true {
            let path = try ask(
                "\(name): the file that holds it (Enter: type it)", default: asks ? "" : nil, option: option
            ) {
                $0.isEmpty ? nil : Self.complaint($0, secrets)
            }
            if !path.isEmpty { return .file(path) }
            if let secret = try askHidden("\(name) (it isn't shown)"), !secret.isEmpty { return .typed(secret) }
            say("  This is needed.")
        }
    }

    /// What is wrong with a file for a secret; nil where nothing is.
    private static func complaint(_ path: String, _ secrets: SecretReader) -> String? {
        guard path.hasPrefix("/") || path.hasPrefix("~/") else { return "Let the path begin with / or ~/." }
        do throws(SecretFault) {
            _ = try secrets.look(at: .file(path))
            return nil
        } catch {
            return "\(error)\(error.hint.map { ": \($0)" } ?? "")"
        }
    }
}
