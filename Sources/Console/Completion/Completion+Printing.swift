extension Completion {
    /// The answer to the shells' scripts: a candidate a line, with a tab before its explanation, or a colon and what the
    /// shell itself can complete.
    package var lines: [String] {
        switch self {
        case .words(let candidates): candidates.map(\.line)
        case .files: [":files"]
        case .folders: [":folders"]
        case .otherCommand: [":command"]
        case .names: []
        }
    }
}

extension Completion.Candidate {
    package var line: String {
        let explanation = explanation.split(whereSeparator: \.isWhitespace).joined(separator: " ")
        return explanation.isEmpty ? word : "\(word)\t\(explanation)"
    }
}
