import OAuth

/// Scopes that Microsoft takes and that lead nowhere.
extension AccountReader {
    func noteDoubtfulScopes(_ scope: Scope?, of provider: Provider?) {
        guard let scope, let provider, provider.isOfMicrosoftIdentityPlatform else { return }
        if !scope.contains("offline_access") {
            table.note(
                "scopes of \(table.name) lack offline_access: Microsoft gives no refresh token, and the access token "
                    + "ends within the hour", at: "scopes", hint: "add \"offline_access\"", severity: .warning)
        }
        guard let wanted = provider.advertisingScope, !scope.contains(wanted) else { return }
        let asksForOld = scope.tokens.contains { $0.hasSuffix("/ads.manage") }
        table.note(
            asksForOld
                ? "scopes of \(table.name) ask for ads.manage, whose tokens the API refuses since 2022"
                : "scopes of \(table.name) lack msads.manage, without which the API refuses every token",
            at: "scopes", hint: "ask for \(wanted.quoted)", severity: .warning)
    }
}
