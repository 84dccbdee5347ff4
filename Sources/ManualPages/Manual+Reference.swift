import APIServer
import Accounts
import Configuration
import Failures
import Vendors

extension Manual {
    func configurationPage() -> Page {
        var page = Page("valetkey.toml", 5, purpose: "configuration of valetkeyd", date: date)
        page.heading("SYNOPSIS")
        page.line(".Pa ~/.config/valetkey/config.toml")
        page.heading("DESCRIPTION")
        page.paragraphs(
            """
            The file is TOML, of mode 0600. An account is a table `[accounts.NAME]`, which names its server by a preset, \
            by its issuer or by its endpoints: what the account states goes before the preset, and the preset before the \
            server's metadata. `valetkey config check` reports a mistake with its line, its column and the nearest known \
            key, `valetkey reload` takes up a changed file, and `valetkey providers` lists the presets.

            A duration is a number with a unit, such as "90s", "5m", "2h" or "30d".
            """)
        for table in MarkdownTable.all(in: servers) {
            page.heading(table.heading.uppercased())
            page.list(
                table.rows.map { row in
                    (row.terms.map { "Ic \(Roff.argument($0))" }.joined(separator: " , "), Markdown.plain(row.text))
                })
        }
        page.heading("EXAMPLES")
        page.example([
            "[accounts.calendar]", "provider  = \"google\"", "client_id = \"the id of your registration\"",
            "",
            "[accounts.mail]", "issuer        = \"https://auth.example\"", "client_id     = \"mail-client\"",
            "client_secret = { command = [\"pass\", \"show\", \"oauth/mail\"] }",
            "scopes        = [\"mail.read\", \"offline_access\"]",
        ])
        page.seeAlso([("valetkey-config", 1), ("valetkey-providers", 1), ("valetkey-setup", 1), ("valetkeyd", 8)])
        return page
    }

    /// The keys that the daemon knows and the documentation doesn't explain.
    func unexplainedKeys() -> [String] {
        let explained = Set(MarkdownTable.all(in: servers).flatMap(\.rows).flatMap(\.keys))
        return ConfigurationKeys.all(.complete).flatMap { table, keys in
            keys.filter { !explained.contains($0) }.map { "\($0) of [\(table)]" }
        }
    }

    func socketPage() -> Page {
        var page = Page("valetkey-socket", 7, purpose: "requests that valetkeyd answers", date: date)
        page.heading("DESCRIPTION")
        page.paragraphs(
            """
            The daemon listens on a Unix socket of mode 0600: `$VALETKEY_SOCKET`, else `valetkey.sock` in \
            `$XDG_RUNTIME_DIR` or in `/run/user/UID`. It speaks HTTP/1.1 and answers its own user only. \
            `GET /openapi.json` describes all this for programs.
            """)
        page.heading("REQUESTS")
        page.list(
            routes.map { route in
                let opened = route.permission.map { " The word `\($0)` in `allow` opens it to a further socket." } ?? ""
                return Page.Item(
                    term: "Ic \(Roff.argument("\(route)"))", text: route.summary + opened,
                    parts: route.parameters.map { ("Va \($0.name)", $0.summary) })
            })
        page.heading("ERROR CODES")
        page.paragraphs(
            """
            An error is `application/problem+json` (RFC 9457) with `code`, `detail` and mostly `hint`. These are the codes, \
            with the HTTP status of an answer and the exit status of a command:
            """)
        page.list(
            FailureCode.allCases.map { code in
                let facts = code.facts
                let remedy = facts.remedy.map { " Remedy: \($0.replacing("{account}", with: "ACCOUNT"))." } ?? ""
                return (
                    "Er \(Roff.argument(code.rawValue))",
                    "\(facts.title). HTTP \(facts.status), exit \(facts.exit.rawValue).\(remedy)"
                )
            })
        page.heading("EXAMPLES")
        page.example([
            "curl -s --unix-socket $XDG_RUNTIME_DIR/valetkey.sock http://valetkey/token/mail",
            "curl -s --unix-socket $XDG_RUNTIME_DIR/valetkey.sock http://valetkey/accounts",
        ])
        page.seeAlso([("curl", 1), ("valetkey", 1), ("valetkey-token", 1), ("valetkey.toml", 5), ("valetkeyd", 8)])
        return page
    }
}
