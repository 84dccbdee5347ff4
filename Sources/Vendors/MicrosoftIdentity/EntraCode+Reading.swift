package import Accounts
import Failures

/// The table of known codes, with one entry for all codes that mean the same to a user. Source: the reference of
/// Microsoft Entra authentication and authorization error codes, as of November 2026.
extension EntraCode {
    /// The meaning of the code for this account and the remedy; nil if the code is unknown.
    package func reading(account: RemedyAccount) -> VendorReading? {
        guard var reading = meaning(account: account) else { return nil }
        reading.refusesTarget = isOfTarget
        // A configuration error isn't tried again by itself, so each remedy ends with the command that does so.
        if reading.meaning == .configuration, let remedy = reading.remedy, !remedy.contains("valetkey ") {
            reading.remedy = "\(remedy), then run: valetkey refresh \(account)"
        }
        return reading
    }

    /// Whether the code is about the scopes or the resource that the token is requested for. Policies and consents are
    /// those of a resource, so that another one's token may still be issued.
    private var isOfTarget: Bool {
        switch number {
        case 65001, 90008, 65004, 70011, 28000, 28002, 28003, 700022, 700023, 500011, 50001, 650052, 650054, 650057,
            65005, 650056, 50105, 53003, 53011, 53000, 53001, 53002, 50072, 50074, 50076, 50079, 50158, 901002:
            true
        default: false
        }
    }

    private func meaning(account: RemedyAccount) -> VendorReading? {
        let (logIn, table) = ("valetkey login \(account)", "[accounts.\(account)]")
        let again = "consent again: \(logIn)"
        func change(_ key: String) -> String { "\(key) of \(table), then run: valetkey reload" }
        return switch number {
        // The grant has ended, or its user must act.
        case 70000: Self.consent("the consent is gone, or doesn't cover the scopes of \(table): \(again)")
        case 70008, 70046: Self.consent("too much time has passed since the sign-in: \(again)")
        case 700082: Self.consent("the login expired because its refresh token wasn't used for 90 days: \(again)")
        case 700084:
            Self.consent(
                "the refresh token of a single-page application ends after 24 hours: \(again); it lives longer where "
                    + "the redirect URI is registered under \"Mobile and desktop applications\"")
        case 50173, 50132, 50133: Self.consent("the password was changed, or the consent revoked: \(again)")
        case 50055, 50144, 50135: Self.consent("the password has expired: \(again), and set a new one there")
        case 70043, 50078: Self.consent("the tenant's policy wants a new sign-in: \(again)")
        case 50089, 50085, 50139, 50058, 700020, 50143, 90007:
            Self.consent("the sign-in has ended: \(again)")
        case 16000, 16001, 50140, 50199:
            Self.consent(
                "the sign-in page waits for an answer, such as the choice of an account: give it there, or \(again)")
        case 50126, 50056, 50064: Self.consent("the user name or the password was wrong: \(again)")
        case 50072, 50074, 50076, 50079, 50158, 51006: Self.consent("another proof of identity is asked for: \(again)")
        case 65001, 90008: Self.consent("nobody has consented to these scopes: \(logIn)")
        case 65004: Self.consent("the consent was declined; to give it: \(logIn)")
        case 54005: Self.consent("the code was redeemed already, start again: \(logIn)")
        case 50147, 50148, 501481, 501491: Self.consent("the code belongs to another attempt, start again: \(logIn)")
        case 70018, 70019, 90119, 90120, 90122:
            Self.consent("the device's code is wrong or too old, start again: \(logIn)")
        case 7000012, 700005:
            Self.consent("the grant is of another tenant: keep one tenant in \(table) and \(again)")

        // The registration or the account's configuration is wrong.
        case 70011, 28002, 700023, 650053:
            Self.configuration("check the spelling of scopes in \(table), then run: valetkey reload")
        case 28000, 28003, 700022:
            Self.configuration(
                "scopes of \(table) are of several resources, and a token is for one: keep the scopes of one, and put "
                    + "those of each other one into a table [accounts.\(account).tokens.NAME]")
        case 500011, 500014, 50001, 650054, 650057:
            Self.configuration(
                "the tenant doesn't know the resource that scopes of \(table) name: check scopes and tenant, or have "
                    + "an administrator add the resource's service principal")
        case 650052:
            Self.configuration(
                "the tenant doesn't know Microsoft Advertising: an administrator adds its service principal, "
                    + "appId d42ffc93-c136-491d-b4fd-6f18168c68fd, then: \(logIn)")
        case 65005, 650056:
            Self.configuration("add the permission that scopes of \(table) ask for to the registration, then: \(logIn)")
        case 700016, 700011, 700038:
            Self.configuration(
                "client_id of \(table) is no registration of this tenant: check client_id and tenant (a hexadecimal id of "
                    + "Live Connect must be registered anew)")
        case 70001, 7000112:
            Self.configuration(
                "the application is disabled: have its owner enable it, or change \(change("client_id"))")
        case 7000215, 70002, 7000216, 7000217:
            Self.configuration("check client_secret of \(table): it is the secret's value, not its id, and it expires")
        case 7000222:
            Self.configuration(
                "the client secret has expired: make a new one in the registration and put it into "
                    + change("client_secret"))
        case 700025:
            Self.configuration(
                "a public client sends no secret: remove client_secret from \(table), then run: valetkey reload")
        case 7000218:
            Self.configuration(
                "the redirect URI is registered under \"Web\", or \"Allow public client flows\" is off, which the device "
                    + "flow needs: register it under \"Mobile and desktop applications\" and allow public client flows, or "
                    + "state client_secret in \(table), then run: valetkey reload")
        case 9002327:
            Self.configuration(
                "the redirect URI is registered under \"Single-page application\": register it under \"Mobile and "
                    + "desktop applications\" instead, or state request_headers = { Origin = \"…\" } in \(table)")
        case 9002326:
            Self.configuration(
                "an Origin header is sent, but the redirect URI isn't registered as that of a single-page application: "
                    + "remove Origin from request_headers of \(table), then run: valetkey reload")
        case 700027, 700030, 50012:
            Self.configuration(
                "the client's signature isn't accepted: upload the certificate of client_key to the registration, and "
                    + "check client_key and client_certificate of \(table)")
        case 700024, 500133:
            Self.configuration(
                "the client's assertion is out of its time: check this machine's clock, then run: "
                    + "valetkey refresh \(account)")
        case 50011, 500113, 500117, 50029, 70004, 90102, 900971: Self.configuration(Self.registration(of: account))
        case 50194:
            Self.configuration("the registration is of one tenant: set tenant in \(table), or register for any account")
        case 90002, 50049, 50059, 50128, 90019, 900021, 900023:
            Self.configuration(
                "there is no such tenant in this cloud: check tenant and cloud of \(table), then run: valetkey reload")
        case 9001023, 90124, 90130:
            Self.configuration(
                "set tenant of \(table) to your tenant or to \"organizations\", then run: valetkey reload")
        case 9002331:
            Self.configuration(
                "the registration is for personal accounts only: set tenant of \(table) to \"consumers\", or register for "
                    + "any account")
        case 65002:
            Self.configuration(
                "client_id of \(table) is one of Microsoft's own applications: register an application of your own, and "
                    + "change \(change("client_id"))")
        case 500207:
            Self.configuration(
                "accounts of this kind can't use the resource that scopes of \(table) name: sign in with the other kind "
                    + "(personal, or work or school): \(logIn)")
        case 9002332:
            Self.configuration(
                "the registration is for work accounts only: set tenant of \(table) to \"organizations\"")
        case 900432, 900382, 90038, 90051:
            Self.configuration("the account is of another cloud: set \(change("cloud"))")
        case 90023, 90004, 90014, 900144, 9002313:
            Self.configuration(
                "the request doesn't fit the registration: check redirect_uri, client_authentication and "
                    + "request_headers of \(table) against it")
        case 901002:
            Self.configuration(
                "the server takes no resource parameter: put the resource into scopes of \(table) instead")

        // The tenant's policies: neither waiting nor a new consent helps.
        case 53003, 53011, 50131, 50005, 530031, 530032, 530034, 530035, 500021, 500022, 500212, 500213, 50002, 80012:
            Self.configuration("a policy of the tenant forbids \(account) to its user: ask the tenant's administrator")
        case 53000, 53001, 53002, 50097, 50127, 50129, 50155, 50187, 53010:
            Self.configuration(
                "a policy of the tenant wants a device that it manages, or an application that it approves, for "
                    + "\(account): ask the tenant's administrator")
        case 50105:
            Self.configuration(
                "an administrator must assign the user to the application, under Enterprise applications, then: "
                    + logIn)
        case 50020, 500208, 90072, 50034, 50014, 51004, 16003:
            Self.configuration(
                "the user isn't of this tenant: change \(change("tenant")), or have the user invited there as a guest")
        case 50057, 500341, 500571:
            Self.configuration("the user of \(account) is disabled or deleted: ask the tenant's administrator")
        case 53004: Self.configuration("the user must register for multi-factor authentication first, then: \(logIn)")
        case 90094, 90095, 90093:
            Self.configuration("an administrator of the tenant must consent for everybody first, then: \(logIn)")
        case 90099:
            Self.configuration("the tenant's administrator must authorize the application first, then: \(logIn)")

        // Temporary failures.
        case 50196:
            // The server refuses more than fifteen identical requests within five minutes, and blocks the client as
            // long.
            VendorReading(
                code: .throttled, meaning: .passing, pause: .seconds(300),
                remedy: "too many requests: no other program may use the grant of \(account); valetkey tries "
                    + "again in some minutes")
        case 90055:
            VendorReading(
                code: .throttled, meaning: .passing, pause: .seconds(60),
                remedy: "too many requests of the tenant: wait, valetkey tries \(account) again in a minute")
        case 50053:
            VendorReading(
                meaning: .passing, pause: .seconds(300),
                remedy: "the user of \(account) is locked out for now: wait, or ask the tenant's administrator")
        case 50033, 50087, 50088, 50166, 70012, 80001, 80002, 80005, 90006, 90012, 90024, 90033, 90090, 40010:
            VendorReading(
                meaning: .passing, remedy: "the sign-in service is at fault: wait, valetkey tries \(account) again")
        default: nil
        }
    }

    /// Says which redirect URI to register, and under which platform in the portal's words. A client without a secret
    /// needs a public platform.
    private static func registration(of account: RemedyAccount) -> String {
        let platform = account.isConfidential ? "Web" : "Mobile and desktop applications"
        let uri = account.redirectURI ?? "http://localhost"
        return "register the redirect URI of [accounts.\(account)], \(uri), under \"\(platform)\", then: "
            + "valetkey login \(account)"
    }

    private static func consent(_ remedy: String) -> VendorReading {
        VendorReading(meaning: .consentNeeded, remedy: remedy)
    }

    private static func configuration(_ remedy: String) -> VendorReading {
        VendorReading(meaning: .configuration, remedy: remedy)
    }
}
