/// What can stand at the end of an unfinished command line. The shells' completion scripts ask for it with
/// `valetkey complete -- WORD…`, where the last word is the unfinished one.
package enum Completion: Equatable, Sendable {
    /// Words with a few words of explanation each. They aren't filtered by what is typed already: shells do that.
    case words([Candidate])
    /// Names of accounts or presets, behind this text of the unfinished word.
    case names(CompletionSource, prefix: String)
    case files
    case folders
    /// A command line of its own follows, with these words.
    case otherCommand([String])

    package struct Candidate: Equatable, Sendable {
        package var word: String
        package var explanation: String

        package init(_ word: String, _ explanation: String = "") {
            self.word = word
            self.explanation = explanation
        }
    }

    /// The word with which programs are asked for completions. It is no command: no help lists it.
    package static let word = "complete"

    /// The words of the command line to complete, where a program is asked for them by its own arguments.
    package static func request(_ arguments: [String]) -> [String]? {
        let own = arguments.dropFirst()
        guard own.starts(with: [word, "--"]) else { return nil }
        return Array(own.dropFirst(2))
    }

    /// `words` are those behind the command's name.
    package static func of(_ words: [String], in outline: CompletionOutline) -> Completion {
        var place = CompletionPlace(command: outline)
        for (index, word) in words.dropLast().enumerated() {
            place.pass(word)
            if place.isInOtherCommand { return .otherCommand(Array(words[(index + 1)...])) }
        }
        return place.completion(of: words.last ?? "")
    }
}
