import APIClient
import APIContract
package import ArgumentParser
import Text

extension Completion {
    /// Prints what can stand at the end of these words of the command line. Where something can't be found out, nothing
    /// is printed: nobody wants to read an error between two keystrokes.
    package static func answer<Command: ParsableCommand>(_ words: [String], of command: Command.Type) {
        guard let outline = try? CompletionOutline(of: command) else { return }
        answer(of(words, in: outline))
    }

    package static func answer(_ completion: Completion) {
        switch completion {
        case .names(let source, let prefix): answer(names(source), behind: prefix, orAskDaemonProgramFor: source)
        case .words, .files, .folders, .otherCommand: write(completion.lines)
        }
    }

    /// Prints the names of accounts or presets.
    package static func answer(_ source: CompletionSource) {
        answer(.names(source, prefix: ""))
    }

    private static func answer(
        _ names: [Candidate]?, behind prefix: String, orAskDaemonProgramFor source: CompletionSource
    ) {
        if let names { return write(names.map { Candidate(prefix + $0.word, $0.explanation).line }) }
        // It reads the configuration and has the presets. It knows no prefix.
        if prefix.isEmpty { _ = OtherProgram.becomeDaemonProgram(["--list=\(source.rawValue)"]) }
    }

    private static func names(_ source: CompletionSource) -> [Candidate]? {
        switch source {
        case .accounts: accounts(socket: DefaultSocket.path { ProcessEnvironment[$0] })
        case .presets: nil
        }
    }

    /// The names of accounts, and of their further tokens, as the daemon has them; nil if it doesn't answer at once.
    private static func accounts(socket: String?) -> [Candidate]? {
        guard let socket, let list = try? SocketClient(path: socket).accounts(patience: 1) else { return nil }
        return list.accounts.flatMap(candidates)
    }

    private static func candidates(_ report: AccountReport) -> [Candidate] {
        let about = UntrustedText.clean(report.label ?? report.provider ?? report.issuer ?? "", limit: 60)
        let names: [String] = (report.tokens ?? []).compactMap { $0.token }
        return [Candidate(report.account, about)] + names.map { Candidate("\(report.account)/\($0)", about) }
    }

    private static func write(_ lines: [String]) {
        for line in lines { Terminal.output.line(line) }
    }
}
