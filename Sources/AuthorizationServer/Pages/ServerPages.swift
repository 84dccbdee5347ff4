import OAuth
import Pages
import Text

/// Renders the pages of the server.
struct ServerPages: Sendable {
    let settings: ServerSettings

    func reply(to outcome: PageOutcome) -> WebReply {
        switch outcome {
        case .signIn(let form): return signIn(form)
        case .consent(let form): return consent(form)
        case .notice(let notice): return self.notice(notice)
        case .respond(let response):
            guard response.mode == .query else { return formPost(response) }
            let body: HTML = "<!doctype html><a href=\"\(response.location)\">Back to the application</a>\n"
            return WebReply(
                status: 303,
                headers: [
                    ("Location", response.location), ("Cache-Control", "no-store"), ("Referrer-Policy", "no-referrer"),
                    ("Content-Type", "text/html; charset=utf-8"),
                ],
                body: body.markup)
        }
    }

    func userCodeEntry(failed: Bool = false) -> WebReply {
        page(
            "Connect a device", status: failed ? 400 : 200,
            """
            <h1>Connect a device</h1>
            \(alert(failed ? "This code is not known, or it has expired." : nil))
            <form method="get" action="/device">
            <label for="user_code">The code that your device shows</label>
            <input id="user_code" name="user_code" class="code" autocomplete="off" autocapitalize="characters"
             spellcheck="false" placeholder="XXXX-XXXX" required autofocus>
            <button class="main">Go on</button>
            </form>
            """)
    }

    func front(issuer: String) -> WebReply {
        page(
            "Authorization server",
            """
            <h1>Authorization server</h1>
            <p>A small OAuth 2.0 authorization server on this machine, for demonstrations and tests.</p>
            <p><a href="/.well-known/oauth-authorization-server">Its metadata</a> ·
            <a href="/device">Connect a device</a></p>
            """)
    }

    private func signIn(_ form: ConsentForm) -> WebReply {
        page(
            "Sign in", status: form.failed ? 401 : 200,
            """
            <h1>Sign in</h1>
            <p>to let <strong>\(form.clientName)</strong> ask for access</p>
            \(deviceNote(form))
            \(alert(form.failed ? "User name or password is wrong." : nil))
            <form method="post" action="/sign-in">
            \(hidden(form))
            <label for="username">User name</label>
            <input id="username" name="username" autocomplete="username" autocapitalize="none" spellcheck="false"
             required autofocus>
            <label for="password">Password</label>
            <input id="password" name="password" type="password" autocomplete="current-password" required>
            <button class="main">Sign in</button>
            </form>
            \(hint(settings.signInHint))
            """)
    }

    private func consent(_ form: ConsentForm) -> WebReply {
        let scopes = form.scope.tokens.map { token -> HTML in
            let words = settings.scopes.first { $0.token == token }?.words
            let detail: HTML = words.map { "<br><small>\($0)</small>" } ?? ""
            return "<li><code>\(token)</code>\(detail)</li>"
        }
        return page(
            "Allow access", formTarget: form.redirectURI,
            """
            <h1>Allow access?</h1>
            <p><strong>\(form.clientName)</strong> asks for access to the account
            <strong>\(form.user ?? "")</strong>:</p>
            <ul>\(HTML(joining: scopes, with: ""))</ul>
            \(deviceNote(form))
            <form method="post" action="/consent">
            \(hidden(form))
            <div class="choice">
            <button name="decision" value="deny">Deny</button>
            <button name="decision" value="allow" class="main">Allow</button>
            </div>
            </form>
            """)
    }

    private func alert(_ text: String?) -> HTML {
        text.map { "<p class=\"alert\" role=\"alert\">\($0)</p>" } ?? ""
    }

    private func hint(_ text: String?) -> HTML {
        text.map { "<p class=\"hint\">\($0)</p>" } ?? ""
    }

    private func deviceNote(_ form: ConsentForm) -> HTML {
        form.userCode.map {
            "<p class=\"hint\">Go on only if your device shows the code <code>\($0)</code>.</p>"
        } ?? ""
    }

    private func hidden(_ form: ConsentForm) -> HTML {
        hidden([FormField("request", form.request), FormField("form_token", form.formToken)])
    }

    private func hidden(_ fields: [FormField]) -> HTML {
        let inputs = fields.map { field -> HTML in
            "<input type=\"hidden\" name=\"\(field.name)\" value=\"\(field.value)\">"
        }
        return HTML(joining: inputs, with: "\n")
    }

    /// OAuth 2.0 Form Post Response Mode: the browser posts the response to the client.
    private func formPost(_ response: RedirectResponse) -> WebReply {
        page(
            "Back to the application", formTarget: response.redirectURI, script: ServerPageStyle.submit,
            """
            <h1>Back to the application</h1>
            <form method="post" action="\(response.redirectURI)">
            \(hidden(response.fields))
            <button class="main">Go on</button>
            </form>
            """)
    }

    private func notice(_ notice: Notice) -> WebReply {
        if notice == .unknownUserCode { return userCodeEntry(failed: true) }
        let isGood = notice == .deviceAllowed || notice == .deviceDenied
        return page(
            "\(notice.title)", status: isGood ? 200 : 400,
            "<h1>\(notice.title)</h1><p>\(notice.text)</p>")
    }

    private func page(
        _ title: HTML, status: Int = 200, formTarget: String? = nil, script: HTML? = nil, _ content: HTML
    ) -> WebReply {
        // Chromium also checks a redirect after a form against the form's allowed targets.
        let targets = ["'self'"] + (formTarget.flatMap(FormTarget.origin).map { [$0] } ?? [])
        let document = HTMLDocument(
            title: title,
            policy: ContentSecurityPolicy(sheet: ServerPageStyle.sheet, script: script, formTargets: targets),
            body: """
                <main>
                \(content)
                </main>
                """)
        return WebReply(status: status, headers: document.headers, body: document.text)
    }
}

extension Notice {
    var title: String {
        switch self {
        case .deviceAllowed: "Your device is connected"
        case .deviceDenied: "Access was denied"
        case .staleForm: "This page is out of date"
        case .tooManyFailures: "Too many attempts"
        default: "This request is not valid"
        }
    }

    var text: String {
        switch self {
        case .malformedRequest: "The request is malformed."
        case .unknownClient: "The application that sent you here isn't registered, so you are not sent back to it."
        case .unknownRedirectURI:
            "The redirect URI isn't registered for the application that sent you here, so you are not sent there."
        case .staleForm: "It was sent before, or it has expired. Start again in the application."
        case .tooManyFailures: "Start again in the application."
        case .unknownUserCode: "This code is not known, or it has expired."
        case .deviceAllowed: "You can close this page and go back to your device."
        case .deviceDenied: "Your device gets no access. You can close this page."
        }
    }
}
