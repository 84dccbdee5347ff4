package import Console
import Failures
import Text

/// The questions of a setup at a terminal. Where nobody may be asked, each default is taken.
package struct Dialogue {
    /// Whether a person answers.
    package let asks: Bool
    private let read: () -> String?
    private let hidden: (String) throws(CommandFailure) -> String?
    private let write: (String) -> Void

    package init(
        asks: Bool, read: @escaping () -> String?, hidden: @escaping (String) throws(CommandFailure) -> String?,
        write: @escaping (String) -> Void
    ) {
        self.asks = asks
        self.read = read
        self.hidden = hidden
        self.write = write
    }

    /// `text` may hold what a server said: control characters become spaces.
    package func say(_ text: String = "") {
        for line in text.split(separator: "\n", omittingEmptySubsequences: false) { write("\(line.plain)\n") }
    }

    /// Asks until the answer is good; an empty answer is the default. `complaint` says what is wrong with an answer, and
    /// nil where nothing is.
    ///
    /// - Throws: a failure where nobody may be asked and there is no default, or at the end of the input.
    package func ask(
        _ question: String, default usual: String? = nil, option: String,
        complaint: (String) -> String? = { _ in nil }
    ) throws(CommandFailure) -> String {
        guard asks else {
            guard let usual else {
                throw CommandFailure(.usage, "\(question) isn't given", hint: "give it with \(option)")
            }
            return usual
        }
        while true {
            write("\(question.plain)\(usual.map { $0.isEmpty ? "" : " [\($0.plain)]" } ?? ""): ")
            let answer = try nextLine()
            guard let text = answer.isEmpty ? usual : answer else {
                say("  This is needed.")
                continue
            }
            guard let complaint = complaint(text) else { return text }
            say("  \(complaint)")
        }
    }

    /// Where nobody may be asked, the default counts.
    package func confirm(_ question: String, default usual: Bool = true) throws(CommandFailure) -> Bool {
        guard asks else { return usual }
        while true {
            write("\(question.plain) [\(usual ? "Y/n" : "y/N")]: ")
            switch try nextLine().lowercased() {
            case "": return usual
            case "y", "yes": return true
            case "n", "no": return false
            default: say("  Answer y or n.")
            }
        }
    }

    /// Takes a secret without showing it.
    func askHidden(_ question: String) throws(CommandFailure) -> Secret? {
        try hidden("\(question.plain): ").map { Secret($0.unblanked) }
    }

    /// A line without blanks around it.
    private func nextLine() throws(CommandFailure) -> String {
        guard let line = read() else {
            say()
            throw CommandFailure("stopped, and nothing was written", exit: .interrupted)
        }
        return line.unblanked
    }
}
