import APIClient
import ArgumentParser
import Console

/// The arguments of `valetkey token` in the plain cases, read without the argument parser, whose start takes longer than
/// the read of a token.
struct PlainTokenArguments: Equatable {
    /// The options that both this and `TokenCommand` read.
    enum Option: String {
        case minTTL = "min-ttl"
        case fresh, format, socket
    }

    let wish: TokenWish
    let format: TokenFormat
    let socket: String?

    /// nil for anything that the argument parser must judge. `argument` returns each of those behind the program's name: for a
    /// list of texts, the runtime would have to make a type first.
    init?(count: Int, _ argument: (Int) -> String) {
        guard count > 0, argument(0) == "token" else { return nil }
        var (account, format, minTTL, socket) = (String?.none, TokenFormat?.none, Int?.none, String?.none)
        var isFresh = false
        var next = 1
        func take() -> String? {
            guard next < count else { return nil }
            defer { next += 1 }
            return argument(next)
        }
        while let word = take() {
            guard word.hasPrefix("-") else {
                guard account == nil, !word.isEmpty else { return nil }
                account = word
                continue
            }
            let sign = word.utf8.firstIndex(of: UInt8(ascii: "="))
            let given = sign.map { String(word[word.utf8.index(after: $0)...]) }
            guard word.hasPrefix("--"),
                let option = Option(rawValue: String(word[..<(sign ?? word.endIndex)].dropFirst(2)))
            else { return nil }
            if option == .fresh {
                guard given == nil, !isFresh else { return nil }
                isFresh = true
                continue
            }
            guard let value = given ?? take(), !value.hasPrefix("-") else { return nil }
            switch option {
            case .format:
                guard format == nil, let given = TokenFormat(rawValue: value) else { return nil }
                format = given
            case .minTTL:
                guard minTTL == nil, let duration = DurationArgument(argument: value) else { return nil }
                minTTL = duration.seconds
            case .socket:
                guard socket == nil else { return nil }
                socket = value
            case .fresh: return nil
            }
        }
        guard let account, (format ?? .raw).isPlain else { return nil }
        var wish = TokenWish(parsing: account)
        // The daemon gives a whole header for an account's own token only.
        if format == .header, wish.token != nil { return nil }
        (wish.minTTL, wish.isFresh) = (minTTL, isFresh)
        self.wish = wish
        self.format = format ?? .raw
        self.socket = socket
    }
}

extension TokenFormat {
    /// Whether the plain way prints it.
    fileprivate var isPlain: Bool {
        switch self {
        case .raw, .raw0, .header: true
        case .json, .curl, .kubernetes, .google, .xoauth2: false
        }
    }
}

extension PlainTokenArguments {
    /// Prints the token. Returns the exit status.
    func run() -> CInt {
        do {
            let text = try DaemonOptions.withDaemon(at: socket) { client in
                if format == .header { return try client.header(wish) }
                return String(decoding: try client.token(wish), as: UTF8.self)
            }
            try Terminal.output.result(text, newline: format.endsWithNewline)
            return 0
        } catch {
            return (error as? ExitCode)?.rawValue ?? 1
        }
    }
}
