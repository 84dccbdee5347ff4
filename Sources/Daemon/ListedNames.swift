import Accounts
import ArgumentParser
import Configuration
import Console
import Text
import Vendors

/// Names for completion in shells, which `valetkey complete` asks for.
enum ListedNames: String, ExpressibleByArgument {
    case accounts, presets

    /// Prints a name a line, with a tab before a few words about it. A configuration with mistakes has fewer names.
    func print(configuration: String?, _ environment: [String: String]) {
        let names: [Completion.Candidate] =
            switch self {
            case .accounts: Self.accounts(configuration ?? ConfigurationFile.defaultPath(environment: environment))
            case .presets:
                ProviderCatalogue.complete.all.filter { $0.successor == nil }.map { .init($0.name, $0.summary) }
            }
        for name in names { Swift.print(name.line) }
    }

    private static func accounts(_ path: String?) -> [Completion.Candidate] {
        guard let path else { return [] }
        let accounts = ConfigurationFile.load(path: path, catalogue: .complete).configuration?.accounts ?? [:]
        return accounts.sorted { $0.key < $1.key }.flatMap { name, settings in
            [name] + settings.tokens.keys.sorted().map { "\(name)/\($0)" }
        }.map { .init($0) }
    }
}
