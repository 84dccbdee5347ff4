package import ArgumentParser
import Failures
import Glibc
import Text

/// How a program ends: the same for all programs of this package, whichever part has found the error.
package enum ProgramEnd {
    /// Prints what the error says and returns the exit status. Help and versions are results, on standard output.
    ///
    /// `root` is the program's own command, and `words` its arguments.
    package static func status(_ error: any Error, of root: any ParsableCommand.Type, words: [String]) -> Int32 {
        if let failure = error as? CommandFailure { return failure.tell(asJSON: asksForJSON(words)).rawValue }
        let status = root.exitCode(for: error).rawValue
        let text = root.fullMessage(for: error, columns: HelpText.unlimited)
        if text.isEmpty || error is ExitCode { return status }
        guard status == 0 else {
            return UsageFault(text, root: root, words: words).failure.tell(asJSON: asksForJSON(words)).rawValue
        }
        do {
            try Terminal.output.result(lines(text).joined(separator: "\n"))
            return 0
        } catch {
            return (error as? ExitCode)?.rawValue ?? Exit.other.rawValue
        }
    }

    private static func lines(_ text: String) -> [String] {
        // A script for a shell, and a description for a program, stay as they are.
        guard text.contains("USAGE: ") else { return [text] }
        return HelpText(width: Terminal.output.columns ?? 80).lines(text)
    }

    /// Whether errors are asked for as JSON.
    package static func asksForJSON(_ words: [String]) -> Bool {
        words.prefix { $0 != "--" }.contains("--json")
    }
}

extension ParsableCommand {
    /// Parses the arguments, runs the command and ends the program.
    package static func runProgram(_ words: [String] = Array(CommandLine.arguments.dropFirst())) -> Never {
        do {
            var command = try parseAsRoot(words)
            try command.run()
            Glibc.exit(0)
        } catch {
            Glibc.exit(ProgramEnd.status(error, of: self, words: words))
        }
    }
}

extension AsyncParsableCommand {
    /// Parses the arguments and runs the command. Returns the program's exit status.
    package static func runAsyncProgram(_ words: [String] = Array(CommandLine.arguments.dropFirst())) async -> Int32 {
        do {
            var command = try parseAsRoot(words)
            if var command = command as? any AsyncParsableCommand {
                try await command.run()
            } else {
                try command.run()
            }
            return 0
        } catch {
            return ProgramEnd.status(error, of: self, words: words)
        }
    }

    /// As `runAsyncProgram`, and answers the shells' completion scripts.
    package static func runCompletingProgram() async -> Int32 {
        guard let words = Completion.request(CommandLine.arguments) else { return await runAsyncProgram() }
        Completion.answer(words, of: Self.self)
        return 0
    }
}
