import APIClient
import APIContract
import Accounts
import Console
import Failures
import Text

/// What is written, and what follows.
extension Setup {
    /// Writes the typed secrets and the account, or nothing.
    func write(_ draft: AccountDraft, _ places: [(key: String, place: SecretPlace)]) throws(CommandFailure) {
        let files = SecretFiles(beside: file.path)
        var draft = draft
        var written: [String] = []
        let signals = IgnoredSignals()
        defer { signals.restore() }
        do throws(CommandFailure) {
            for (key, place) in places {
                switch place {
                case .file(let path): draft.set(key, .table("file", path))
                case .typed(let secret):
                    try files.write(secret, draft.name, key)
                    written.append(key)
                    draft.set(key, .table("file", files.path(draft.name, key)))
                }
            }
            try file.append(draft)
        } catch {
            for key in written { files.remove(draft.name, key) }
            throw error
        }
        dialogue.say("Added [accounts.\(draft.name)] to \(file.path).")
        for key in written { dialogue.say("Its \(key) is in \(files.path(draft.name, key)), which only you can read.") }
    }

    /// Has the daemon take the account, and offers to log in. Returns the exit status of the last command.
    func end(_ account: String, provider: Provider?) throws(CommandFailure) -> Int32 {
        let steps = provider.map { provider in
            catalogue.vendors.flatMap { $0.stepsAfterLogin(of: provider, account: account) }
        }
        let later = [["login", account]] + (steps ?? []).map(\.words)
        guard try reload(account) else {
            show(later)
            return 0
        }
        guard dialogue.asks, (try? dialogue.confirm("Log in now?")) == true else {
            show(later)
            return 0
        }
        for words in [["login", account]] + (steps ?? []).filter(\.isRun).map(\.words) {
            dialogue.say()
            let status = runCommand(words)
            guard status == 0 else { return status }
        }
        show((steps ?? []).filter { !$0.isRun }.map(\.words))
        return 0
    }

    private func show(_ commands: [[String]]) {
        for (index, words) in commands.enumerated() {
            dialogue.say("\(index == 0 ? "Next:" : "     ") valetkey \(words.joined(separator: " "))")
        }
    }

    /// Returns false where no daemon runs.
    private func reload(_ account: String) throws(CommandFailure) -> Bool {
        do throws(ClientFailure) {
            guard let daemon else { return false }
            _ = try daemon.reload()
            if try !daemon.accounts().accounts.contains(where: { $0.account == account }) {
                throw .protocolError("the daemon has reloaded another configuration than \(file.path)")
            }
            return true
        } catch {
            if case .notReachable = error {
                dialogue.say("valetkeyd isn't running. Start it: systemctl --user start valetkey.socket")
                return false
            }
            throw CommandFailure(error)
        }
    }
}
