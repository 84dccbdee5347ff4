import APIContract
import APIServer
import Accounts
import Failures
import Grants
import Text

/// Tokens as credentials of units (`LoadCredential=`).
extension DaemonAPI {
    var credentials: CredentialService {
        CredentialService(read: credential) { [events] claim, caller, problem in
            let event = CredentialEvent(claim: claim, user: caller.user, socket: caller.socket, problem: problem)
            events.publish(.credential(event))
        }
    }

    /// Gives the token of the account, or of `ACCOUNT.TOKEN`, that the credential is named like. As for `token`.
    @Sendable func credential(
        _ claim: CredentialClaim, _ caller: Caller, _ answer: @escaping @Sendable (Result<String, Problem>) -> Void
    ) -> (@Sendable () -> Void)? {
        do throws(Problem) {
            let key = try credentialKey(claim.credential, caller.gate)
            var query = TokenQuery(account: key.account)
            if case .named(let name) = key.token { query.token = name }
            if let limit = caller.gate?.wait { query.wait = min(query.wait, limit) }
            return token(query, caller) { answer($0.map(\.accessToken)) }
        } catch {
            answer(.failure(error))
            return nil
        }
    }

    /// The one token that the name can stand for, of those that the socket has.
    private func credentialKey(_ name: String, _ gate: SocketGate?) throws(Problem) -> TokenKey {
        if let lock = keys?.lock { throw Problem(lock) }
        let named = keeper.accounts.flatMap { account in
            let settings = account.settings
            let own = settings.name == name ? [TokenKey(account: name)] : []
            return own
                + settings.tokens.keys.filter { "\(settings.name).\($0)" == name }
                .map { TokenKey(account: settings.name, token: .named($0)) }
        }
        let open = named.filter { key in
            var token: String?
            if case .named(let name) = key.token { token = name }
            return gate?.opensToken(key.account, token: token) ?? true
        }
        guard open.count <= 1 else {
            throw Problem(
                .noSuchAccount,
                "the credential \(name.quoted) can be \(open.map(\.shown).sorted().joined(separator: " or "))",
                hint: "rename one of them")
        }
        if let key = open.first { return key }
        guard named.isEmpty else {
            throw Problem(
                .noSuchAccount, "this socket doesn't give the token that the credential \(name.quoted) is named like",
                hint: "add it to the socket's table [sockets.NAME], or use the user's main socket")
        }
        throw Problem(
            .noSuchAccount, "there is no account that the credential \(name.quoted) is named like",
            hint: "name it ACCOUNT or ACCOUNT.TOKEN: LoadCredential=ACCOUNT:%t/valetkey.sock; "
                + "valetkey status lists the accounts")
    }
}

/// A unit's credential that was left empty: its service manager can't be told why.
struct CredentialEvent: Sendable, Equatable {
    var claim: CredentialClaim
    var user: UInt32
    var socket: String
    var problem: Problem

    var fields: [String: String] {
        [
            "unit": claim.unit, "credential": claim.credential, "uid": "\(user)", "socket": socket,
            "code": problem.code.rawValue, "detail": problem.detail, "hint": problem.hint ?? "",
        ].filter { !$1.isEmpty }
    }
}
