import Accounts
import OAuth
import Text

extension FuzzTarget {
    static let redirect = FuzzTarget("redirect", samples: responses) { (text: String) in
        guard let fields = FormEncoding.decode(text) else { return }
        try hold(
            FormEncoding.decode(FormEncoding.encode(fields)) == fields, "what was decoded is encoded and decoded alike")
        try judge(fields)
    }

    static let pastedRedirect = FuzzTarget(
        "pasted-redirect",
        samples: responses.map { "http://127.0.0.1:1/?\($0)#_" } + [
            "\(canary)-a1b2 ", "?code=c&state=wrong", "4%2F0Ab_\(canary)", "<http://localhost/#\(responses[0])>",
            "look: \"http://127.0.0.1/?\(responses[0].replacing("&", with: "&amp;"))\" there",
            "http://127.0.0.1/?code=\(canary)&sta\n> te=\(SampleAccount.state)",
            "about:neterror?e=x&u=\(FormEncoding.encode("http://127.0.0.1/?\(responses[0])"))",
        ]
    ) { (text: String) in
        guard let pasted = PastedResponse(text) else { return }
        if let code = pasted.code {
            try hold(!code.isEmpty && !code.expose().contains("://"), "a URL is no bare code")
            try hold(!"\(code)".contains(canary), "what is shown has no code")
        }
        for reading in pasted.readings { try judge(reading) }
    }

    private static let responses = [
        "code=\(canary)&state=\(SampleAccount.state)&iss=https%3A%2F%2Fas.example",
        "error=access_denied&error_description=no+way&error_uri=https%3A%2F%2Fx&state=\(SampleAccount.state)",
        "code=c&state=wrong&session_state=%E2%82%AC", "admin_consent=True&tenant=t&state=\(SampleAccount.state)",
        "error_code=1349126&error_message=not+active&state=\(SampleAccount.state)",
    ]

    private static func judge(_ fields: [FormField]) throws {
        let response = try SampleAccount.request.get().check(fields)
        let states = fields.filter { $0.name == "state" }.map(\.value)
        try hold(states == [SampleAccount.state] || response == .foreign, "nothing convinces without the state")
        let shown = "\(response)"
        try hold(!shown.contains(SampleAccount.state), "what is shown has no state")
        if case .code = response { try hold(!shown.contains(canary), "what is shown has no code") }
        try holdPrintable(shown)
    }
}
