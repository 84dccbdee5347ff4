package import OAuth

/// An error code of Microsoft's identity platform (`AADSTS…`), for advice to people. What is done about an error is
/// decided by its OAuth code alone: these codes may change, says Microsoft.
package struct EntraCode: Sendable, Hashable {
    package let number: Int

    package init(_ number: Int) {
        self.number = number
    }

    /// The first code in the description of an error.
    package init?(in description: String) {
        guard let start = description.firstRange(of: "AADSTS")?.upperBound,
            let number = Int(description[start...].prefix { $0.isASCII && $0.isNumber })
        else { return nil }
        self.number = number
    }

    /// What to do about it, for the person whose account this is; nil where the code is none that we know.
    package func remedy(account: String) -> String? {
        let (logIn, table) = ("valetkey login \(account)", "[accounts.\(account)]")
        return switch number {
        case 70000: "the consent is gone, or doesn't cover the scopes of \(table): consent again: \(logIn)"
        case 70008, 700082: "the refresh token lay unused for too long: consent again: \(logIn)"
        case 50173: "the password was changed, or the consent revoked: consent again: \(logIn)"
        case 54005: "the code was redeemed already, start anew: \(logIn)"
        case 50147, 501481, 501491: "the code belongs to another attempt, start anew: \(logIn)"
        case 50076, 50079: "another proof of identity is asked for: consent again: \(logIn)"
        case 65001: "nobody has consented to these scopes: \(logIn)"
        case 65004: "the consent was declined; to give it: \(logIn)"
        case 90094: "an administrator of the tenant must consent for everybody first, then: \(logIn)"
        case 70011: "check the spelling of scopes in \(table), then run: valetkey reload"
        case 700016:
            "client_id of \(table) is no registration of this tenant: check client_id and tenant (a hexadecimal id of "
                + "Live Connect must be registered anew)"
        case 7000215, 70002: "check client_secret of \(table): it is the secret's value, not its id, and it expires"
        case 700025: "a public client sends no secret: remove client_secret from \(table), then run: valetkey reload"
        case 650052:
            "the tenant doesn't know Microsoft Advertising: an administrator adds its service principal, "
                + "appId d42ffc93-c136-491d-b4fd-6f18168c68fd"
        case 50011, 500117, 90102:
            "register the redirect URI of \(table) (http://localhost) under \"Mobile and desktop applications\""
        case 50194: "the registration is of one tenant: set tenant in \(table), or register for any account"
        case 7000012: "the grant is of another tenant: keep one tenant in \(table) and consent again: \(logIn)"
        case 50196, 90055: "too many requests: let only valetkey refresh this account, and wait some minutes"
        default: nil
        }
    }
}

extension OAuthError {
    /// Microsoft's own code, where this error has one.
    package var entraCode: EntraCode? { details.flatMap(EntraCode.init(in:)) }
}
