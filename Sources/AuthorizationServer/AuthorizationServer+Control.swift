import FoundationEssentials
package import OAuth
package import Text

extension AuthorizationServer {
    /// Queues faults, one for each of the next requests to the endpoint; where `grantType` is given, of that type only.
    package func fail(
        _ faults: Fault..., at endpoint: Endpoint = .token, grantType: String? = nil
    ) {
        shell.withMachine { $0.faults.add(faults, at: endpoint, grantType: grantType) }
    }

    /// Applies the fault to each request for which none is queued; nil ends that.
    package func failAlways(_ fault: Fault?, at endpoint: Endpoint = .token) {
        shell.withMachine { $0.faults.stand(fault, at: endpoint) }
    }

    /// Releases the requests that faults hold.
    package func release() {
        shell.release()
    }

    /// What has happened so far.
    package var activity: Activity {
        shell.withMachine(\.activity) ?? Activity()
    }

    /// Returns once the condition holds; it is checked at each request.
    package func wait(until condition: @escaping @Sendable (Activity) -> Bool) async throws {
        try await shell.wait(until: condition)
    }

    /// Changes the settings, from the next request on.
    package func reconfigure(_ change: @Sendable (inout ServerSettings) -> Void) {
        shell.withMachine { change(&$0.router.state.settings) }
    }

    /// Revokes every grant, as a user does on the pages of a real server.
    package func revokeAllGrants() {
        shell.withMachine { machine in
            for grant in machine.router.state.grants.keys { machine.router.state.revoke(grant: grant) }
        }
    }

    /// Issues what a user's consent would give, without a browser.
    ///
    /// - Returns: nil where the client isn't known.
    package func grant(client: String, user: String, scope: Scope) -> GrantedTokens? {
        let now = now()
        return shell.withMachine { machine -> GrantedTokens? in
            guard machine.router.state.settings.client(client) != nil else { return nil }
            let grant = machine.router.state.addGrant(IssuedGrant(clientID: client, user: user, scope: scope))
            let reply = machine.router.state.issue(
                grant: grant, IssuedTarget(scope: scope), refreshable: true, now: now)
            return GrantedTokens(
                accessToken: Secret(reply.accessToken), refreshToken: reply.refreshToken.map(Secret.init),
                expiresIn: reply.expiresIn)
        } ?? nil
    }

    /// Plays the user who opens this authorization URL, signs in and answers, without a browser and without HTTP.
    ///
    /// - Returns: Where the browser is sent; nil where the user is left on a page of the server.
    package func answer(authorizationURL: String, user: String, password: Secret, allow: Bool = true) -> String? {
        let now = now()
        let query = authorizationURL.drop { $0 != "?" }.dropFirst()
        return shell.withMachine { machine -> String? in
            let request = WebRequest(method: .get, path: "/authorize", query: String(query))
            guard let query = try? machine.router.state.settings.quirks.understood(request).query else { return nil }
            let opened = machine.router.state.authorize(query: query, now: now)
            return machine.router.state.answer(opened, user: user, password: password, allow: allow, now: now)
        } ?? nil
    }

    /// Plays the user who types a device's code, signs in and answers.
    package func answer(userCode: String, user: String, password: Secret, allow: Bool = true) {
        let now = now()
        shell.withMachine { machine in
            let opened = machine.router.state.enter(userCode: userCode, now: now)
            _ = machine.router.state.answer(opened, user: user, password: password, allow: allow, now: now)
        }
    }
}

/// Tokens that were issued without a request.
package struct GrantedTokens: Sendable {
    package let accessToken: Secret
    package let refreshToken: Secret?
    /// Seconds.
    package let expiresIn: Int
}

extension AuthorizationState {
    fileprivate mutating func answer(
        _ opened: PageOutcome, user: String, password: Secret, allow: Bool, now: Date
    ) -> String? {
        var outcome = opened
        if case .signIn(let form) = outcome {
            let fields = [
                FormField("request", form.request), FormField("form_token", form.formToken),
                FormField("username", user), FormField("password", password.expose()),
            ]
            outcome = signIn(Form(fields), now: now)
        }
        if case .consent(let form) = outcome {
            let fields = [
                FormField("request", form.request), FormField("form_token", form.formToken),
                FormField("decision", allow ? "allow" : "deny"),
            ]
            outcome = decide(Form(fields), now: now)
        }
        guard case .respond(let response) = outcome else { return nil }
        return response.location
    }
}
