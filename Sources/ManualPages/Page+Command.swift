extension Page {
    /// One line of the synopsis: the words of the command, its options and its arguments.
    mutating func synopsis(_ words: [String], _ command: CommandDescription) {
        line(".Nm \(words[0])" + words.dropFirst().map { " Cm \($0)" }.joined())
        for option in command.options {
            let value = option.kind == "option" ? " Ar \(option.value)" : ""
            let flag = option.names.map { names in names.map { "Fl \($0.flag)" }.joined(separator: " | ") } ?? ""
            line(option.isOptional ? ".Op \(flag)\(value)" : ".\(flag)\(value)")
        }
        for argument in command.positionals {
            let dashes = argument.parsingStrategy == "postTerminator" ? "Fl \\- " : ""
            let words = "\(dashes)Ar \(argument.value)" + (argument.isRepeating ? " ..." : "")
            line(argument.isOptional ? ".Op \(words)" : ".\(words)")
        }
        if command.positionals.isEmpty, !command.shownSubcommands.isEmpty { line(".Ar command ...") }
    }

    /// The arguments and options of a command, each with what it does.
    mutating func arguments(_ command: CommandDescription) {
        list(
            (command.positionals + command.options).map { argument in
                (argument.term, argument.explanation)
            })
    }
}

extension CommandDescription.Argument {
    var value: String { (valueName ?? "value").replacing("-", with: "\\-") }

    fileprivate var term: String {
        guard kind != "positional" else { return "Ar \(value)" }
        let flags = (names ?? []).map { "Fl \($0.flag)" }.joined(separator: " , ")
        return kind == "option" ? "\(flags) Ar \(value)" : flags
    }

    fileprivate var explanation: String {
        var text = abstract ?? ""
        if let values = allValues, !values.allSatisfy(text.contains) {
            text += " One of \(values.map { "`\($0)`" }.joined(separator: ", "))."
        }
        if let defaultValue, !text.contains("default") { text += " The default is `\(defaultValue)`." }
        return text
    }
}
