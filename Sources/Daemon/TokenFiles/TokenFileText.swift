import APIContract
import Accounts
import FoundationEssentials
import Grants
import OAuth
import Text

/// The content of a token's file.
enum TokenFileText {
    static func make(_ token: ServedToken, of key: TokenKey, format: TokenFile.Format, now: Moment) -> String {
        switch format {
        case .raw: token.accessToken.expose()
        case .header: "Authorization: \(token.tokenType) \(token.accessToken.expose())\n"
        case .json: json(token, of: key, now: now)
        }
    }

    /// The answer of the socket, but for `expires_in`, which would be wrong a second later.
    private static func json(_ token: ServedToken, of key: TokenKey, now: Moment) -> String {
        let expires = token.expires.map { now.wall + ($0 - now.instant).timeInterval }
        var name: String?
        if case .named(let configured) = key.token { name = configured }
        let answer = TokenAnswer(
            account: key.account, accessToken: token.accessToken.expose(), tokenType: token.tokenType,
            scope: token.scope.tokens.joined(separator: " "), expiresAt: expires, expiresIn: nil,
            expiresOn: expires.map { Int($0.timeIntervalSince1970) }, extra: token.extra.isEmpty ? nil : token.extra,
            token: name)
        let data = (try? ContractJSON.encode(answer, pretty: true)) ?? Data("{}".utf8)
        return String(decoding: data, as: UTF8.self) + "\n"
    }
}
