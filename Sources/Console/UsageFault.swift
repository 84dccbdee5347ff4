package import ArgumentParser
import Failures
import Text

/// A command line that can't be understood, in this program's own style: what is wrong, and what was probably meant.
package struct UsageFault {
    package let failure: CommandFailure

    /// `text` is ArgumentParser's message, followed by lines that begin with `Help:` and `Usage:`, and one that names the
    /// help of the command that was meant.
    package init(_ text: String, root: any ParsableCommand.Type, words: [String]) {
        let lines = text.split(separator: "\n").map(String.init)
        let message = lines.prefix { !$0.hasPrefix("Usage:") && !$0.hasPrefix("Help:") }.joined(separator: "\n")
        let help = lines.last?.split(separator: "'").dropFirst().first.map(String.init)
        let command = help.map { $0.split(separator: " ").dropLast().joined(separator: " ") }
        let near = Self.suggestions(message, root, command)
        let hint =
            near.isEmpty
            ? help.map { "see: \($0)" }
            : "did you mean \(near.map { "\(command ?? "") \($0)" }.joined(separator: " or "))?"
        failure = CommandFailure(.usage, Self.inOwnWords(message), hint: hint)
    }

    private static func inOwnWords(_ message: String) -> String {
        var text = message[...]
        if text.hasPrefix("Error: ") { text = text.dropFirst("Error: ".count) }
        while text.last == "." { text.removeLast() }
        return text.prefix(1).lowercased() + text.dropFirst()
    }

    /// The names of subcommands that are near the word that isn't one.
    private static func suggestions(
        _ message: String, _ root: any ParsableCommand.Type, _ command: String?
    ) -> [String] {
        guard message.contains("nexpected argument"), let command else { return [] }
        let word = message.split(separator: "'").dropFirst().first.map(String.init) ?? ""
        let own = root.configuration.commandName ?? ""
        var type = root
        for name in command.dropFirst(own.count).split(separator: " ") {
            guard let next = type.configuration.subcommands.first(where: { $0._commandName == name }) else { return [] }
            type = next
        }
        return NearestName.near(word, in: type.configuration.subcommands.map { $0._commandName })
    }
}
