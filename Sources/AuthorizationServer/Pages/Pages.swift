import Crypto
import FoundationEssentials
import OAuth
import Text

/// The pages of the server.
struct Pages: Sendable {
    let settings: ServerSettings

    func reply(to outcome: PageOutcome) -> WebReply {
        switch outcome {
        case .signIn(let form): return signIn(form)
        case .consent(let form): return consent(form)
        case .notice(let notice): return self.notice(notice)
        case .respond(let response):
            guard response.mode == .query else { return formPost(response) }
            return WebReply(
                status: 303,
                headers: [
                    ("Location", response.location), ("Cache-Control", "no-store"), ("Referrer-Policy", "no-referrer"),
                    ("Content-Type", "text/html; charset=utf-8"),
                ],
                body: "<!doctype html><a href=\"\(Markup.escape(response.location))\">Back to the application</a>\n")
        }
    }

    func userCodeEntry(failed: Bool = false) -> WebReply {
        page(
            "Connect a device", status: failed ? 400 : 200,
            """
            <h1>Connect a device</h1>
            \(failed ? "<p class=\"alert\" role=\"alert\">This code is not known, or it has expired.</p>" : "")
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
            <p>to let <strong>\(Markup.escape(form.clientName))</strong> ask for access</p>
            \(deviceNote(form))
            \(form.failed ? "<p class=\"alert\" role=\"alert\">User name or password is wrong.</p>" : "")
            <form method="post" action="/sign-in">
            \(hidden(form))
            <label for="username">User name</label>
            <input id="username" name="username" autocomplete="username" autocapitalize="none" spellcheck="false"
             required autofocus>
            <label for="password">Password</label>
            <input id="password" name="password" type="password" autocomplete="current-password" required>
            <button class="main">Sign in</button>
            </form>
            \(settings.signInHint.map { "<p class=\"hint\">\(Markup.escape($0))</p>" } ?? "")
            """)
    }

    private func consent(_ form: ConsentForm) -> WebReply {
        let scopes = form.scope.tokens.map { token in
            let words = settings.scopes.first { $0.token == token }?.words
            let detail = words.map { "<br><small>\(Markup.escape($0))</small>" } ?? ""
            return "<li><code>\(Markup.escape(token))</code>\(detail)</li>"
        }
        return page(
            "Allow access", formTarget: form.redirectURI,
            """
            <h1>Allow access?</h1>
            <p><strong>\(Markup.escape(form.clientName))</strong> asks for access to the account
            <strong>\(Markup.escape(form.user ?? ""))</strong>:</p>
            <ul>\(scopes.joined())</ul>
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

    private func deviceNote(_ form: ConsentForm) -> String {
        form.userCode.map {
            "<p class=\"hint\">Go on only if your device shows the code <code>\(Markup.escape($0))</code>.</p>"
        } ?? ""
    }

    private func hidden(_ form: ConsentForm) -> String {
        Markup.hidden([FormField("request", form.request), FormField("form_token", form.formToken)])
    }

    /// OAuth 2.0 Form Post Response Mode: the browser posts the response to the client.
    private func formPost(_ response: AuthorizationResponse) -> WebReply {
        page(
            "Back to the application", formTarget: response.redirectURI, script: PageStyle.submit,
            """
            <h1>Back to the application</h1>
            <form method="post" action="\(Markup.escape(response.redirectURI))">
            \(Markup.hidden(response.fields))
            <button class="main">Go on</button>
            </form>
            """)
    }

    private func notice(_ notice: Notice) -> WebReply {
        if notice == .unknownUserCode { return userCodeEntry(failed: true) }
        let isGood = notice == .deviceAllowed || notice == .deviceDenied
        return page(
            notice.title, status: isGood ? 200 : 400,
            "<h1>\(Markup.escape(notice.title))</h1><p>\(Markup.escape(notice.text))</p>")
    }

    private func page(
        _ title: String, status: Int = 200, formTarget: String? = nil, script: String? = nil, _ content: String
    ) -> WebReply {
        let policy = PageStyle.policy(formTarget: formTarget.flatMap(Markup.origin), script: script)
        return WebReply(
            status: status,
            headers: [
                ("Content-Type", "text/html; charset=utf-8"), ("Cache-Control", "no-store"),
                ("Content-Security-Policy", policy), ("Referrer-Policy", "no-referrer"),
                ("X-Content-Type-Options", "nosniff"), ("X-Frame-Options", "DENY"),
            ],
            body: """
                <!doctype html>
                <html lang="en">
                <head>
                <meta charset="utf-8">
                <meta name="viewport" content="width=device-width, initial-scale=1">
                <meta name="color-scheme" content="light dark">
                <title>\(Markup.escape(title))</title>
                <style>\(PageStyle.sheet)</style>
                </head>
                <body>
                <main>
                \(content)
                </main>
                \(script.map { "<script>\($0)</script>" } ?? "")
                </body>
                </html>

                """)
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
