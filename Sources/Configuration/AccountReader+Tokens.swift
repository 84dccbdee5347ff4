import Accounts
import OAuth
import Text

/// Reads the further access tokens of an account: the tables [accounts.NAME.tokens.NAME].
extension AccountReader {
    static let tokenKeys = ["scopes", "resource", "audience"]

    /// `provider` is the account's preset, whose server may not be able to issue such tokens.
    func tokens(of provider: Provider?, flow: GrantFlow, traits: ServerTraits) -> [String: TokenTarget] {
        guard let tables = table.table("tokens") else { return [:] }
        var targets: [String: TokenTarget] = [:]
        for name in tables.values.keys.sorted() {
            refuseBadName(name, in: tables)
            guard let token = tables.table(name), let target = target(token) else { continue }
            check(target, token, provider, flow, traits)
            targets[name] = target
        }
        return targets
    }

    private func refuseBadName(_ name: String, in tables: TableReader) {
        if let hint = AccountName.hint(against: name) {
            tables.note("\(name.quoted) can't be a token's name", at: name, hint: hint)
        } else if AccountName.reserved.contains(name) {
            tables.note(
                "\(name.quoted) can't be a token's name", at: name, hint: "it has a meaning of its own on the socket")
        }
    }

    private func target(_ token: TableReader) -> TokenTarget? {
        token.refuseUnknownKeys(Self.tokenKeys + Self.tokenFileKeys)
        let target = TokenTarget(
            scope: token.scope("scopes") ?? Scope([]), resource: token.resources("resource") ?? [],
            audience: token.text("audience"))
        guard Self.tokenKeys.contains(where: token.has) else {
            token.note(
                "\(token.name) doesn't say what the token is for", hint: "state scopes, or resource, or audience")
            return nil
        }
        return target
    }

    /// Warns about tokens that the server can't issue.
    private func check(
        _ target: TokenTarget, _ token: TableReader, _ provider: Provider?, _ flow: GrantFlow, _ traits: ServerTraits
    ) {
        if !target.scope.isEmpty, flow != .clientCredentials, !traits.sendsScopeOnRefresh {
            token.note(
                "scopes in \(token.name): \(table.name) sends no scope on a refresh (scope_on_refresh), so that the "
                    + "token is the account's own one again", at: "scopes",
                hint: "state resource or audience instead, or remove scope_on_refresh", severity: .warning)
        }
        guard let provider else { return }
        for finding in catalogue.findings(onToken: target, flow: flow, of: provider, table: token.name) {
            token.note(
                finding.message, at: Self.tokenKeys.first(where: token.has), hint: finding.hint, severity: .warning)
        }
    }
}
