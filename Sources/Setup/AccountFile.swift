package import Accounts
import Configuration
package import Console
import Failures
import Files
import FoundationEssentials
import Glibc
import Text

/// The configuration file that an account is added to. What is in it stays as it is.
package struct AccountFile {
    package let path: String
    private let catalogue: ProviderCatalogue

    package init(path: String, catalogue: ProviderCatalogue) {
        self.path = path
        self.catalogue = catalogue
    }

    /// The names of the accounts that there are, in included files too.
    ///
    /// - Throws: a failure with the findings of `config check` where the file has mistakes.
    package func accounts() throws(CommandFailure) -> Set<String> {
        guard POSIXFile.exists(path) else { return [] }
        let report = ConfigurationFile.load(path: path, catalogue: catalogue)
        guard let configuration = report.configuration else {
            throw Self.broken(report.findings, "the configuration has mistakes, so nothing is added to it")
        }
        return Set(configuration.accounts.keys)
    }

    /// What is wrong with the name for a new account; nil where nothing is.
    package static func complaint(_ name: String, among taken: Set<String>) -> String? {
        if let hint = AccountName.hint(against: name) { return "No account can have this name: \(hint)." }
        return taken.contains(name) ? "There is an account \(name) already." : nil
    }

    /// Appends the account: the new file is written beside the old one and then takes its name.
    ///
    /// - Throws: a failure where the file wouldn't mean this account, or can't be written. The file is as before then.
    package func append(_ draft: AccountDraft) throws(CommandFailure) {
        if let complaint = Self.complaint(draft.name, among: try accounts()) {
            throw CommandFailure(complaint, hint: "name another one with --account", exit: .usage)
        }
        let target = try Self.resolved(path)
        let old = try current(target)
        var text = String(decoding: old?.octets ?? [], as: UTF8.self)
        if !text.isEmpty { text += text.hasSuffix("\n") ? "\n" : "\n\n" }
        text += draft.toml
        try check(text, draft)
        let folder = String(target[..<(target.lastIndex(of: "/") ?? target.startIndex)])
        do {
            if !POSIXFile.exists(folder) { _ = try PrivateFolder(folder) }
            try POSIXFile.replace(target, with: Array(text.utf8), in: folder)
            if let mode = old?.permissions.mode { _ = unsafe chmod(target, mode & 0o777) }
        } catch {
            let reason = (error as? SystemCallError)?.reason ?? "\(error)"
            throw CommandFailure(.storage, "\(path) can't be written: \(reason)")
        }
    }

    /// The file that a link leads to: the link stays a link.
    private static func resolved(_ path: String) throws(CommandFailure) -> String {
        guard POSIXFile.exists(path) else { return path }
        guard let whole = unsafe realpath(path, nil) else {
            throw CommandFailure(.storage, "\(path) leads to no file", hint: "remove the symbolic link")
        }
        defer { unsafe free(whole) }
        return unsafe String(cString: whole)
    }

    private func current(_ target: String) throws(CommandFailure) -> ReadFile? {
        do throws(FileFault) {
            return try FileReading.read(target, limit: Self.sizeLimit)
        } catch {
            if error == .missing { return nil }
            throw CommandFailure(.storage, "\(path) can't be read")
        }
    }

    /// Makes sure that the new text is good, and that it means this account: defaults of the file apply to it too.
    private func check(_ text: String, _ draft: AccountDraft) throws(CommandFailure) {
        let report = DaemonConfiguration.parse(text, file: path, catalogue: catalogue)
        guard let settings = report.configuration?.accounts[draft.name] else {
            throw Self.broken(report.findings, "the account can't be added to this file, which stays as it is")
        }
        guard settings.provider == draft.text("provider"), settings.client.id == draft.text("client_id"),
            draft.text("issuer") == nil || settings.issuer == draft.text("issuer")
        else {
            throw CommandFailure(
                "[defaults] of \(path) would make another account of this one; nothing was written",
                hint: "add the account by hand:\n\(draft.toml)", exit: .configuration)
        }
    }

    private static func broken(_ findings: [Finding], _ message: String) -> CommandFailure {
        let lines = findings.filter { $0.severity == .error }.map { "\($0)" }
        return CommandFailure(
            (lines + [message]).joined(separator: "\n"), hint: "correct it, and see what valetkey config check says",
            exit: .configuration)
    }

    private static let sizeLimit = 16 << 20
}
