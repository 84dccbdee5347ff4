/// Examples of commands, by the commands' names, with a sentence before each.
enum Examples {
    static let all: [String: [(says: String, lines: [String])]] = [
        "valetkey": [
            ("From nothing to a token:", ["valetkey setup", "valetkey login mail", "valetkey token mail"]),
            ("See it all on this machine, without an account anywhere:", ["valetkey demo"]),
        ],
        "setup": [
            (
                "From a preset, without questions:",
                ["valetkey setup google --client-id ID --client-secret-file FILE --yes"]
            ),
            ("From the URL of an API that publishes its metadata:", ["valetkey setup https://mcp.example/mcp"]),
        ],
        "login": [
            ("On a machine without a browser:", ["valetkey login mail --device", "valetkey login mail --paste"]),
            ("All accounts that need it:", ["valetkey login --all"]),
        ],
        "token": [
            (
                "Call an API without the token in the list of processes:",
                ["valetkey token mail --format curl | curl -K - https://api.example/"]
            ),
            ("A token that is valid for ten more minutes:", ["valetkey token mail --min-ttl 10m"]),
            ("Another access token of the same consent:", ["valetkey token mail/calendar"]),
        ],
        "exec": [
            ("A program that reads the token from its environment:", ["valetkey exec mail -- ./fetch-mail"]),
            (
                "A program that runs for days and reads a file:",
                ["valetkey exec mail --file-env TOKEN_FILE -- ./daemon"]
            ),
        ],
        "refused": [("After a 401:", ["printf %s \"$token\" | valetkey refused mail"])],
        "status": [
            ("What needs a login, for a script:", ["valetkey status --needs-login --json"]),
            ("Who has read the tokens:", ["valetkey status --readers"]),
        ],
        "doctor": [("Everything about one account:", ["valetkey doctor mail"])],
        "explain": [("A code of a sign-in page:", ["valetkey explain AADSTS50011"])],
        "config": [("Before a reload:", ["valetkey config check && valetkey reload"])],
        "providers": [("What to register, and where:", ["valetkey providers google"])],
        "refresh": [("Get a new token now:", ["valetkey refresh mail"])],
        "logout": [
            (
                "Revoke the grant, and delete the client that setup registered:",
                [
                    "valetkey logout mail --delete-registration"
                ]
            )
        ],
        "demo": [("Without a browser, for half a minute:", ["valetkey demo --auto --for 30s"])],
        "valetkeyd": [("In the foreground, with a configuration of its own:", ["valetkeyd --config ./config.toml"])],
        "git-credential-valetkey": [],
    ]
}

extension Page {
    mutating func examples(_ command: String) {
        guard let examples = Examples.all[command], !examples.isEmpty else { return }
        heading("EXAMPLES")
        for (index, one) in examples.enumerated() {
            paragraphs(one.says, isFirst: index == 0)
            example(one.lines)
        }
    }
}
