package import ArgumentParser

/// A subcommand of `valetkey` that the daemon's program runs under another name. The program is looked up in valetkey's
/// own folder, then in PATH.
package struct Companion: Sendable {
    /// The name of the subcommand.
    package var name: String
    /// The name under which the daemon's program runs it.
    package var program: String
    package var abstract: String

    package init(name: String, program: String, abstract: String) {
        self.name = name
        self.program = program
        self.abstract = abstract
    }

    /// The arguments for the program, if this command line calls it or asks for its help.
    package func arguments(in words: [String]) -> [String]? {
        if words.first == name { return Array(words.dropFirst()) }
        guard words.count > 1, words[0] == "help", words[1] == name else { return nil }
        return words.dropFirst(2) + ["--help"]
    }
}

/// A subcommand that replaces the process with the daemon's program under the companion's name, and passes on all
/// following arguments.
package protocol CompanionCommand: ParsableCommand {
    static var companion: Companion { get }

    /// All arguments after the subcommand, options included.
    var arguments: [String] { get }
}

extension CompanionCommand {
    package static var configuration: CommandConfiguration {
        CommandConfiguration(
            commandName: companion.name, abstract: companion.abstract,
            discussion: "A program of its own, \(companion.program), which has the options.")
    }

    package func run() throws {
        throw OtherProgram.becomeDaemonProgram(as: Self.companion.program, arguments).tell()
    }
}
