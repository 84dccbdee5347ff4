@testable import Configuration

private let emptyHint = "give it a value, or leave it out"
private let durationHint = #"write it like "30s", "5m", "2h" or "1d""#
private let nameHint = "take up to 64 of A-Z a-z 0-9 . _ and -, with neither . nor - at the beginning"
private let scopeHint = "write one scope an element, or all in one string with spaces between them"
private let methodHint = "state client_key, or leave client_authentication out"

extension Mistake {
    static var all: [Mistake] { document + names + kinds + client + endpoints + parameters + secrets + daemons }

    static var document: [Mistake] {
        [
            Mistake(
                text: "[accounts.ads]\nclient_id = \"app\"\nclient_id = \"app\"\n", line: 3, column: 1,
                message: "client_id is stated twice"),
            Mistake(
                text: "[account.ads]\nclient_id = \"app\"\n[accounts]", line: 1, column: 2,
                message: #"unknown table "account""#, hint: #"did you mean "accounts"?"#),
            Mistake(
                text: "[accounts]\n\n[weather]\n", line: 3, column: 2, message: #"unknown table "weather""#,
                hint: "a file holds [accounts.NAME], [sockets.NAME], [store], [docker] and [daemon]"),
            Mistake(
                text: "accounts = 3", line: 1, column: 1,
                message: "accounts in the file must be a table, not an integer"),
            Mistake(
                text: "[accounts]\nads = \"x\"\n", line: 2, column: 1,
                message: "ads in accounts must be a table, not a string"),
            Mistake(
                text: "# two of them\n[[accounts.ads]]\nclient_id = \"a\"\n", line: 2, column: 12,
                message: "ads in accounts must be a table, not an array"),
            .microsoft(
                #"clientid = "x""#, #"unknown key "clientid" in accounts.ads"#, hint: #"did you mean "client_id"?"#),
            .microsoft(
                "scopes = [\n  \"offline_access\",  # first\n  \"b\",\n]\n\n# next\n   tennant = \"x\"", at: 10,
                column: 4,
                #"unknown key "tennant" in accounts.ads"#, hint: #"did you mean "tenant"?"#),
        ]
    }

    static var names: [Mistake] {
        let provider = "provider = \"microsoft\"\nclient_id = \"x\"\n"
        return [("\"a b\"", "a b", 12), ("\"..\"", "..", 12), ("-a", "-a", 11), ("\"\"", "", 10), ("\"ä\"", "ä", 12)]
            .map { written, name, column in
                Mistake(
                    text: "[accounts.\(written)]\n\(provider)", line: 1, column: column,
                    message: "\"\(name)\" can't be an account's name", hint: nameHint)
            } + [
                Mistake(
                    text: "[accounts.\(String(repeating: "a", count: 65))]\n\(provider)", line: 1, column: 11,
                    message: "\"\(String(repeating: "a", count: 64))\" can't be an account's name", hint: nameHint)
            ]
    }

    static var kinds: [Mistake] {
        [
            .microsoft("tenant = 3", "tenant in accounts.ads must be a string, not an integer"),
            .microsoft("tenant = true", "tenant in accounts.ads must be a string, not a boolean"),
            .microsoft("tenant = 1.5", "tenant in accounts.ads must be a string, not a number with a fraction"),
            .microsoft("tenant = 2026-01-01", "tenant in accounts.ads must be a string, not a date"),
            .microsoft("tenant = \"\"", "tenant in accounts.ads is empty", hint: emptyHint),
            .microsoft("tenant = \"a\\nb\"", "tenant in accounts.ads holds a control character"),
            .microsoft("scopes = []", "scopes in accounts.ads is empty", hint: emptyHint),
            .microsoft("scopes = \"\"", "scopes in accounts.ads is empty", hint: emptyHint),
            .microsoft("scopes = [\"a\", 1]", "scopes in accounts.ads must contain only strings, not an integer"),
            .microsoft("scopes = {}", "scopes in accounts.ads must be an array of strings, not a table"),
            .microsoft(
                "scopes = [\"a b\"]", "scopes in accounts.ads holds a character that no scope has", hint: scopeHint),
            .microsoft(
                "scopes = \"a \\\"b\"", "scopes in accounts.ads holds a character that no scope has", hint: scopeHint),
            .microsoft(
                "refresh_before_expiry = \"5 minutes\"",
                #"[accounts.ads] refresh_before_expiry: "5 minutes" isn't a duration"#,
                hint: durationHint),
            .microsoft(
                "refresh_before_expiry = 300",
                "refresh_before_expiry in accounts.ads must be a string, not an integer", hint: durationHint),
            .microsoft(
                "refresh_before_expiry = \"2d\"", "refresh_before_expiry in accounts.ads is out of range",
                hint: "it goes from 1s to 1d"),
            .microsoft(
                "scopes = \"https://graph.microsoft.com/.default\"\nflow = \"client_credentials\"", at: 5,
                "flow \"client_credentials\" in accounts.ads needs a client that authenticates",
                hint: "state client_secret or client_key"),
            .microsoft(
                "dpop = \"true\"", "dpop in accounts.ads must be a boolean, not a string",
                hint: "write true or false, without quotes"),
            .microsoft(
                "push_authorization_request = 1",
                "push_authorization_request in accounts.ads must be a boolean, not an integer",
                hint: "write true or false, without quotes"),
            .microsoft(
                "flow = \"implicit\"", "unknown flow \"implicit\" in accounts.ads",
                hint: "it is one of code, device, client_credentials, jwt_bearer"),
        ]
    }

    static var client: [Mistake] {
        [
            Mistake(
                text: "[accounts.ads]\nprovider = \"microsoft\"\n", line: 1, column: 11,
                message: "accounts.ads has no client_id",
                hint: "it is what the provider gave you when you registered the application"),
            Mistake(
                text: "[accounts.ads]\nprovider = \"microsoft\"\nclient_id = \"\"", line: 3, column: 1,
                message: "client_id in accounts.ads is empty", hint: emptyHint),
            Mistake(
                text: "[accounts.ads]\nprovider = \"microsoft\"\nclient_id = \"…\"", line: 3, column: 1,
                message: "client_id in accounts.ads holds a character that no client id has"),
            .account(
                "provider = \"google\"", at: 1, column: 11, "accounts.ads has no client_secret",
                hint: "google wants one even of desktop clients; client_authentication = \"none\" goes without"),
            .microsoft(
                "client_authentication = \"client_secret_basic\"",
                "client_authentication \"client_secret_basic\" in accounts.ads needs a client_secret",
                hint: "state client_secret, or leave client_authentication out"),
            .google(
                "client_authentication = \"none\"",
                "accounts.ads has a client_secret, but its client_authentication is \"none\"",
                hint: "remove one of them"),
            .microsoft(
                "client_authentication = \"private_key_jwt\"",
                "client_authentication \"private_key_jwt\" in accounts.ads needs a client_key", hint: methodHint),
            .microsoft(
                "client_key = \"/k\"\nclient_authentication = \"tls_client_auth\"", at: 5,
                "client_authentication \"tls_client_auth\" in accounts.ads needs a client_certificate",
                hint: "state client_certificate, or leave client_authentication out"),
            .microsoft(
                "client_key = \"/k\"\nclient_authentication = \"none\"", at: 5,
                "accounts.ads has a client_key, but its client_authentication is \"none\"",
                hint: "remove one of them"),
            .microsoft(
                "client_key_id = \"1\"", "client_key_id in accounts.ads needs a client_key",
                hint: "state client_key, or remove it"),
            .microsoft(
                "signing_algorithm = \"ES256\"", "signing_algorithm in accounts.ads needs a client_key",
                hint: "state client_key, or remove it"),
            .microsoft(
                "client_key = \"/k\"\nclient_key_id = \"7\"\nsigning_algorithm = \"HS256\"", at: 6,
                "unknown signing_algorithm \"HS256\" in accounts.ads", hint: "did you mean \"ES256\"?"),
            .microsoft(
                "client_key = \"key.pem\"", "client_key in accounts.ads isn't an absolute path",
                hint: "let it begin with / or ~/"),
            .google(
                "client_authentication = \"client_secret_bsaic\"",
                "unknown client_authentication \"client_secret_bsaic\" in accounts.ads",
                hint: "did you mean \"client_secret_basic\"?"),
            .google(
                "developer_token = \"x\"",
                "developer_token in accounts.ads is for the microsoft-advertising presets only"),
            .own(
                "developer_token = { file = \"/x\" }",
                "developer_token in accounts.ads is for the microsoft-advertising presets only"),
        ]
    }

    static var endpoints: [Mistake] {
        [
            .account(
                "", at: 1, column: 11, "accounts.ads names neither a provider, nor an issuer, nor its endpoints",
                hint: "state provider or issuer, or authorization_endpoint and token_endpoint"),
            .account(
                "provider = \"microsoft-advertisng\"", "unknown provider \"microsoft-advertisng\" in accounts.ads",
                hint: "did you mean \"microsoft-advertising\"?"),
            .account(
                "provider = \"example\"", "unknown provider \"example\" in accounts.ads",
                hint: "the providers are atlassian, auth0, box, dropbox, fastmail, github, github-app, gitlab, google, "
                    + "keycloak, linkedin, mastodon, microsoft, microsoft-advertising, microsoft-advertising-google, "
                    + "microsoft-advertising-sandbox, microsoft-advertising-sandbox-google, "
                    + "microsoft-b2c, microsoft-external-id, notion, okta, quickbooks, "
                    + "reddit, salesforce, slack, spotify, strava, twitch, yahoo, zoho, microsoft-advertising-live, "
                    + "microsoft-advertising-sandbox-live, microsoft-advertising-sandbox-ppe"),
            .account(
                "authorization_endpoint = \"https://as.example/a\"", at: 1, column: 11,
                "accounts.ads has no token_endpoint",
                hint: "state it, or an issuer whose metadata names it"),
            .account(
                "flow = \"device\"\ntoken_endpoint = \"https://as.example/t\"", at: 1, column: 11,
                "accounts.ads has no device_authorization_endpoint",
                hint: "state it, or an issuer whose metadata names it"),
            .own(
                "revocation_endpoint = \"http://as.example/r\"",
                "revocation_endpoint in accounts.ads: must be https; plain http is allowed only for loopback hosts"),
            .own("revocation_endpoint = \"/r\"", "revocation_endpoint in accounts.ads: not an absolute URL"),
            .own(
                "device_authorization_endpoint = \"https://as.example/d#f\"",
                "device_authorization_endpoint in accounts.ads: an endpoint has no fragment"),
            .own(
                "revocation_endpoint = \"https://me:hunter2@as.example/\"",
                "revocation_endpoint in accounts.ads: an endpoint carries no user name"),
            .own("issuer = \"https://as.example/?a\"", "issuer in accounts.ads: an issuer has no query"),
            .own(
                "redirect_uri = \"localhost\"",
                "redirect_uri in accounts.ads: a redirect URI is absolute, such as http://127.0.0.1/"),
            .own(
                "redirect_uri = \"http://127.0.0.1/#x\"", "redirect_uri in accounts.ads: a redirect URI has no fragment"
            ),
            .own(
                "redirect_uri = \"http://host.example/\"",
                "redirect_uri in accounts.ads: plain http is allowed only for loopback redirect URIs"),
            .google("tenant = \"common\"", "tenant in accounts.ads: the provider \"google\" has no tenant"),
            .own(
                "tenant = \"common\"", "tenant in accounts.ads needs a provider that has one",
                hint: "put the tenant into the endpoints, or state a provider"),
            .microsoft(
                "tenant = \"a/../b\"", "tenant in accounts.ads is no tenant",
                hint: "it is common, organizations, consumers, a domain or an id"),
        ]
    }

    static var parameters: [Mistake] {
        [
            .microsoft(
                "[accounts.ads.authorization_parameters]\nprompt = \"login\"\nstate = \"x\"", at: 6,
                "authorization_parameters in accounts.ads sets \"state\", which the protocol sets itself",
                hint: "leave it out"),
            .microsoft(
                "authorization_parameters = { scope = \"a\" }", at: 4, column: 30,
                "authorization_parameters in accounts.ads sets \"scope\", which the protocol sets itself",
                hint: "state it as scopes"),
            .microsoft(
                "token_parameters.client_secret = \"hunter2\"", at: 4, column: 18,
                "token_parameters in accounts.ads sets \"client_secret\", which the protocol sets itself",
                hint: "state it as client_secret"),
            .microsoft(
                "token_parameters = { audience = [] }", at: 4, column: 22,
                "audience in accounts.ads.token_parameters must be a string, not an array"),
            .microsoft("token_parameters = \"x\"", "token_parameters in accounts.ads must be a table, not a string"),
            .microsoft(
                "resource = \"api\"", "resource in accounts.ads isn't an absolute URI without a fragment"),
            .microsoft(
                "resource = [\"https://api.example\", \"https://api.example/#x\"]",
                "resource in accounts.ads isn't an absolute URI without a fragment"),
        ]
    }
}
