package import APIConnection
import Durations

/// The arguments of `valetkey token` in the plain cases, read without the argument parser, whose start takes longer than
/// the read of a token.
package struct PlainTokenArguments: Equatable {
    /// The options that both this and `TokenCommand` read.
    package enum Option: String {
        case minTTL = "min-ttl"
        case fresh, format, socket
    }

    /// The hidden option of `TokenCommand` with the descriptor of a connection that has its answer.
    package static let answer = "answer"

    package let wish: TokenWish
    package let format: TokenFormat
    package let socket: String?

    /// nil for anything that the argument parser must judge. `arguments` are those behind the program's name.
    package init?(_ arguments: [String]) {
        self.init(count: arguments.count) { arguments[$0] }
    }

    /// As above, with a function that returns each argument: for a list of texts, the runtime has to make a type first.
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
                guard minTTL == nil, let seconds = DurationText.seconds(argument: value) else { return nil }
                minTTL = seconds
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
