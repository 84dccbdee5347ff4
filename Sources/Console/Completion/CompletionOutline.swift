package import ArgumentParser
import FoundationEssentials

/// What a command line may have, as the argument parser describes a command.
package struct CompletionOutline: Decodable, Sendable {
    package var commandName: String
    var abstract: String?
    var shouldDisplay: Bool?
    var subcommands: [CompletionOutline]?
    var arguments: [Argument]?

    private struct Description: Decodable {
        var command: CompletionOutline
    }

    struct Argument: Decodable, Sendable {
        enum Kind: String, Decodable {
            case positional, option, flag
        }

        struct Name: Decodable {
            var kind: String
            var name: String

            var word: String { (kind == "long" ? "--" : "-") + name }
        }

        var kind: Kind
        var shouldDisplay: Bool
        var isRepeating: Bool
        var parsingStrategy: String
        var names: [Name]?
        var allValues: [String]?
        var completionKind: Values?
        var abstract: String?

        /// Whether all following words belong to another command.
        var takesTheRest: Bool { ["allUnrecognized", "allRemainingInput", "postTerminator"].contains(parsingStrategy) }
    }

    /// Where the values of an argument come from. Each case is an object of its own in the description.
    struct Values: Decodable {
        struct List: Decodable { var values: [String] }
        struct Command: Decodable { var command: String }
        struct Place: Decodable {}

        var list: List?
        var shellCommand: Command?
        var file: Place?
        var directory: Place?
    }

    /// The outline of a command. Not for commands that are parsed often: the description is JSON.
    package init<Command: ParsableCommand>(of command: Command.Type) throws {
        self = try JSONDecoder().decode(Description.self, from: Data(Command._dumpHelp().utf8)).command
    }

    func subcommand(_ name: String) -> CompletionOutline? {
        subcommands?.first { $0.commandName == name }
    }

    func option(_ word: String) -> Argument? {
        arguments?.first { $0.names?.contains { $0.word == word } == true }
    }

    var positionals: [Argument] { arguments?.filter { $0.kind == .positional } ?? [] }
}
