package import ArgumentParser

/// A program of its own that is a subcommand of `valetkey`. It is found beside that, or in PATH.
package struct Companion: Sendable {
    /// What a person types behind `valetkey`.
    package var name: String
    package var program: String
    package var abstract: String
    /// Where the program's own help is.
    package var help: String

    package init(name: String, program: String, abstract: String, help: String) {
        self.name = name
        self.program = program
        self.abstract = abstract
        self.help = help
    }
}

/// Replaces `valetkey` by the companion, with all that follows its name.
package protocol CompanionCommand: ParsableCommand {
    static var companion: Companion { get }

    /// Captured for the companion, options included.
    var arguments: [String] { get }
}

extension CompanionCommand {
    package static var configuration: CommandConfiguration {
        CommandConfiguration(
            commandName: companion.name, abstract: companion.abstract,
            discussion: "Options go to the program \(companion.program): see \(companion.help).")
    }

    package func run() throws {
        throw OtherProgram.become(Self.companion.program, arguments).tell()
    }
}
