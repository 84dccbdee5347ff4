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
        guard arguments.first == "token" else { return nil }
        var (account, format, minTTL, socket) = (String?.none, TokenFormat?.none, Int?.none, String?.none)
        var isFresh = false
        var rest = arguments.dropFirst()
        while let argument = rest.popFirst() {
            guard argument.hasPrefix("-") else {
                guard account == nil, !argument.isEmpty else { return nil }
                account = argument
                continue
            }
            let parts = argument.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
            guard argument.hasPrefix("--"), let option = Option(rawValue: String(parts[0].dropFirst(2))) else {
                return nil
            }
            if option == .fresh {
                guard parts.count == 1, !isFresh else { return nil }
                isFresh = true
                continue
            }
            guard let value = parts.count == 2 ? String(parts[1]) : rest.popFirst(), !value.hasPrefix("-") else {
                return nil
            }
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
