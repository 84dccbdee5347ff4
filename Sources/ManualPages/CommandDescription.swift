import FoundationEssentials

/// A command as the argument parser describes it.
struct CommandDescription: Decodable {
    var commandName: String
    var abstract: String?
    var discussion: String?
    var shouldDisplay: Bool?
    var subcommands: [CommandDescription]?
    var arguments: [Argument]?

    struct Argument: Decodable {
        struct Name: Decodable {
            var kind: String
            var name: String

            /// The name as the macro `Fl` takes it: with one dash less.
            var flag: String { (kind == "long" ? "\\-" : "") + name.replacing("-", with: "\\-") }
        }

        var kind: String
        var shouldDisplay: Bool
        var isOptional: Bool
        var isRepeating: Bool
        var parsingStrategy: String
        var names: [Name]?
        var valueName: String?
        var defaultValue: String?
        var allValues: [String]?
        var abstract: String?
    }

    private struct Dump: Decodable {
        var command: CommandDescription
    }

    /// Reads what a parser says of its command, in JSON.
    static func read(_ description: String) throws -> CommandDescription {
        try JSONDecoder().decode(Dump.self, from: Data(description.utf8)).command
    }

    /// The subcommands that help lists; never the one that only prints help.
    var shownSubcommands: [CommandDescription] {
        (subcommands ?? []).filter { $0.shouldDisplay != false && $0.commandName != "help" }
    }

    var positionals: [Argument] { (arguments ?? []).filter { $0.kind == "positional" && $0.shouldDisplay } }

    /// Without `--help` and `--version`, which all commands have.
    var options: [Argument] {
        (arguments ?? []).filter { argument in
            let isCommon = argument.names?.contains { ["help", "version"].contains($0.name) } == true
            return argument.kind != "positional" && argument.shouldDisplay && !isCommon
        }
    }

    /// The abstract as half a sentence.
    var purpose: String {
        var text = abstract ?? commandName
        while text.hasSuffix(".") { text.removeLast() }
        // A name keeps its capital.
        let word = text.prefix { !$0.isWhitespace }
        guard word.dropFirst().allSatisfy(\.isLowercase), word.count > 1 || word == "A" else { return text }
        return text.prefix(1).lowercased() + text.dropFirst()
    }
}
