import Accounts
import OAuth
import Text

/// Reads what the configuration says of the account's user.
extension AccountReader {
    /// The readers that `expect` names.
    private func expected(_ readers: [String]) -> [String] {
        let kinds = ["unit:", "program:/", "socket:", "uid:"]
        for reader in readers where !kinds.contains(where: { reader.hasPrefix($0) && reader != $0 }) {
            table.note(
                "expect in \(table.name) can't be \(reader.quoted)", at: "expect",
                hint: #"write "unit:NAME.service", "program:/PATH", "socket:NAME" or "uid:NUMBER""#)
        }
        return readers
    }

    /// Returns the settings with the label, the expected user and the login hint. Without `login_hint`, the expected
    /// user is sent as the hint.
    func withPerson(_ settings: AccountSettings) -> AccountSettings {
        var settings = settings
        settings.label = table.text("label").map { UntrustedText.clean($0, limit: 200) }
        settings.expectedUser = table.text("expect_user")
        if let readers = table.texts("expect") { settings.expectedReaders = expected(readers) }
        if let hint = table.text("login_hint") ?? settings.expectedUser {
            settings.traits.authorizationParameters.removeAll { $0.name == "login_hint" }
            settings.traits.authorizationParameters.append(FormField("login_hint", hint))
        }
        if settings.traits.replies.keepsIDToken, settings.flow != .clientCredentials, !settings.scope.contains("openid")
        {
            table.note(
                "id_token in \(table.name) keeps none: the server sends one for the scope openid only", at: "id_token",
                hint: "add \"openid\" to scopes", severity: .warning)
        }
        guard settings.expectedUser != nil else { return settings }
        if settings.flow == .clientCredentials {
            table.note(
                "expect_user in \(table.name): nobody consents where the client acts for itself", at: "expect_user",
                hint: "remove it")
        } else if !settings.scope.contains("openid") {
            table.note(
                "expect_user in \(table.name) refuses every consent: without the scope openid the server doesn't say who "
                    + "consents", at: "expect_user", hint: "add \"openid\" and \"profile\" to scopes",
                severity: .warning)
        }
        return settings
    }
}
