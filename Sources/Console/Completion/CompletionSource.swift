package import ArgumentParser

/// Values that only the daemon or the configuration knows.
package enum CompletionSource: String, Sendable, CaseIterable {
    case accounts, presets

    /// The command that prints them, one a line.
    package var command: String { "valetkey \(Completion.word) \(rawValue)" }

    init?(command: String) {
        guard let found = Self.allCases.first(where: { $0.command == command }) else { return nil }
        self = found
    }
}

extension CompletionKind {
    /// The names of the configured accounts.
    package static var accounts: CompletionKind { .shellCommand(CompletionSource.accounts.command) }

    /// The names of the presets.
    package static var presets: CompletionKind { .shellCommand(CompletionSource.presets.command) }
}
