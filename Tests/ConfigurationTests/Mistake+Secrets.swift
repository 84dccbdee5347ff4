@testable import Configuration

private let kindsHint =
    #"a secret is a string, { file = "PATH" }, { command = ["PROGRAM"] } or { credential = "NAME" }"#
private let emptyHint = "give it a value, or leave it out"
private let commandHint =
    #"write the program and its arguments apart, as in ["pass", "show", "NAME"]; no shell reads it"#
private let credentialHint = "it is the name that the unit gives it in LoadCredential=, without a slash"

extension Mistake {
    static var secrets: [Mistake] {
        [
            .microsoft(
                "client_secret = 1", "client_secret in accounts.ads must be a secret, not an integer", hint: kindsHint),
            .microsoft("client_secret = \"\"", "client_secret in accounts.ads is empty", hint: emptyHint),
            .microsoft("client_secret = {}", "client_secret in accounts.ads is empty", hint: kindsHint),
            .microsoft(
                "client_secret = { fil = \"/hunter2\" }", at: 4, column: 19,
                "unknown kind of secret \"fil\" in accounts.ads.client_secret", hint: "did you mean \"file\"?"),
            .microsoft(
                "client_secret = { keyring = \"x\" }", at: 4, column: 19,
                "unknown kind of secret \"keyring\" in accounts.ads.client_secret", hint: kindsHint),
            .microsoft(
                "client_secret = { credential = \"a\", file = \"/b\" }",
                "client_secret in accounts.ads is of 2 kinds: file and credential", hint: "keep one of them"),
            .microsoft(
                "client_secret = { file = \"secret.txt\" }", at: 4, column: 19,
                "file in accounts.ads.client_secret isn't an absolute path", hint: "let it begin with / or ~/"),
            .microsoft(
                "client_secret = { file = \"\" }", at: 4, column: 19, "file in accounts.ads.client_secret is empty",
                hint: emptyHint),
            .microsoft(
                "client_secret = { command = \"pass show x\" }", at: 4, column: 19,
                "command in accounts.ads.client_secret must be an array of strings, not a string", hint: commandHint),
            .microsoft(
                "client_secret = { command = [] }", at: 4, column: 19, "command in accounts.ads.client_secret is empty",
                hint: emptyHint),
            .microsoft(
                "client_secret = { credential = \"a/b\" }", at: 4, column: 19,
                "credential in accounts.ads.client_secret isn't the name of a credential", hint: credentialHint),
            .microsoft(
                "client_secret = { credential = \"..\" }", at: 4, column: 19,
                "credential in accounts.ads.client_secret isn't the name of a credential", hint: credentialHint),
            .microsoft(
                "client_secret = { registration = \"a/b\" }", at: 4, column: 19,
                "registration in accounts.ads.client_secret isn't the name of a registration",
                hint: "valetkey setup writes it: it is the account's name at that time"),
            .microsoft(
                "client_secret_expires = \"2030-01-31T12:00:00Z\"",
                "client_secret_expires in accounts.ads needs a client_secret"),
            .microsoft(
                "client_secret = \"s\"\nclient_secret_expires = \"soon\"", at: 5,
                "client_secret_expires in accounts.ads: \"soon\" isn't a time",
                hint: "write it like 2030-01-31T12:00:00Z"),
        ]
    }

    static var daemons: [Mistake] {
        [
            .daemon(
                "consent_timeout = \"soon\"", #"[daemon] consent_timeout: "soon" isn't a duration"#,
                hint: #"write it like "30s", "5m", "2h" or "1d""#),
            .daemon(
                "consent_timeout = \"1s\"", "consent_timeout in daemon is out of range",
                hint: "it goes from 10s to 1d"),
            .daemon(
                "notify_command = \"notify-send\"",
                "notify_command in daemon must be an array of strings, not a string", hint: commandHint),
            .daemon(
                "log_level = \"debugg\"", "unknown log_level \"debugg\" in daemon", hint: "did you mean \"debug\"?"),
            .daemon(
                "loglevel = \"debug\"", "unknown key \"loglevel\" in daemon", hint: "did you mean \"log_level\"?"),
            .daemon(
                "colour = \"red\"", "unknown key \"colour\" in daemon",
                hint: "the keys there are consent_timeout, event_command, key, log_level, notify_command, "
                    + "sandboxed_callers"),
        ]
    }
}
