/// How far a command line has come.
struct CompletionPlace {
    private var command: CompletionOutline
    /// The option whose value comes next.
    private var pending: CompletionOutline.Argument?
    private var used: Set<String> = []
    /// How many positional arguments have passed.
    private var passed = 0
    private var isBehindTerminator = false

    init(command: CompletionOutline) {
        self.command = command
    }

    /// Whether what follows is the command line of another program.
    private(set) var isInOtherCommand = false

    mutating func pass(_ word: String) {
        if pending != nil {
            pending = nil
        } else if word == "--", !isBehindTerminator {
            isBehindTerminator = true
            isInOtherCommand = command.positionals.contains { $0.parsingStrategy == "postTerminator" }
        } else if word.hasPrefix("-"), word.count > 1, !isBehindTerminator {
            let name = String(word.prefix { $0 != "=" })
            used.insert(name)
            if let option = command.option(name), option.kind == .option, name == word { pending = option }
        } else if passed == 0, let subcommand = command.subcommand(word) {
            self = CompletionPlace(command: subcommand)
            isInOtherCommand = command.positionals.first?.takesTheRest == true && command.subcommands == nil
        } else {
            passed += 1
        }
    }

    func completion(of word: String) -> Completion {
        if let pending { return values(of: pending) }
        if word.hasPrefix("-"), !isBehindTerminator {
            if let equals = word.firstIndex(of: "=") {
                guard let option = command.option(String(word[..<equals])) else { return .words([]) }
                return values(of: option, prefix: String(word[...equals]))
            }
            return .words(options)
        }
        if passed == 0, let subcommands = command.subcommands {
            return .words(
                subcommands.filter { $0.shouldDisplay != false }.map { .init($0.commandName, $0.abstract ?? "") })
        }
        let positionals = command.positionals.filter { $0.parsingStrategy != "postTerminator" }
        guard let last = positionals.last else { return .words([]) }
        guard passed < positionals.count else { return last.isRepeating ? values(of: last) : .words([]) }
        return values(of: positionals[passed])
    }

    private var options: [Completion.Candidate] {
        (command.arguments ?? []).filter { argument in
            argument.shouldDisplay && argument.kind != .positional
                && (argument.isRepeating || argument.names?.contains { used.contains($0.word) } != true)
        }.flatMap { argument in
            (argument.names ?? []).filter { $0.kind == "long" }.map { .init($0.word, argument.abstract ?? "") }
        }
    }

    private func values(of argument: CompletionOutline.Argument, prefix: String = "") -> Completion {
        let kind = argument.completionKind
        if let source = (kind?.shellCommand?.command).flatMap(CompletionSource.init(command:)) {
            return .names(source, prefix: prefix)
        }
        if kind?.file != nil { return .files }
        if kind?.directory != nil { return .folders }
        return .words((argument.allValues ?? kind?.list?.values ?? []).map { .init(prefix + $0) })
    }
}
