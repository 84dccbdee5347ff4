import FoundationEssentials
import OAuth
import Text

/// The data of a sign-in or consent page.
struct ConsentForm: Sendable {
    /// The identifier of the pending request.
    let request: String
    /// A token that only the latest page has, so that no other page can send the form.
    let formToken: String
    let clientName: String
    let scope: Scope
    var user: String?
    var userCode: String?
    /// Where the response will be sent, which the page's content security policy must allow for the form.
    var redirectURI: String?
    var failed = false
}

extension AuthorizationState {
    /// The number of failed sign-ins that ends a pending request.
    private static let allowedFailures = 5

    /// Creates a pending request, and the form of its first page.
    mutating func open(
        _ purpose: PendingConsent.Purpose, client: RegisteredClient, scope: Scope, life: Duration, now: Date
    ) -> ConsentForm {
        let (request, formToken) = (settings.makeToken(), settings.makeToken())
        let consent = PendingConsent(
            clientID: client.id, scope: scope, purpose: purpose, expires: now + life.timeInterval,
            formToken: TokenID(formToken))
        pending[TokenID(request)] = consent
        return form(of: consent, request: request, formToken: formToken)
    }

    /// Handles the sign-in form.
    mutating func signIn(_ form: Form, now: Date) -> PageOutcome {
        guard let (request, id, found) = match(form, now: now), found.user == nil else { return .notice(.staleForm) }
        var consent = found
        let formToken = settings.makeToken()
        consent.formToken = TokenID(formToken)
        if let name = form["username"], let password = form["password"], knows(name, Secret(password)) {
            consent.user = name
            pending[id] = consent
            return .consent(self.form(of: consent, request: request, formToken: formToken))
        }
        consent.failedSignIns += 1
        guard consent.failedSignIns < Self.allowedFailures else {
            pending[id] = nil
            return .notice(.tooManyFailures)
        }
        pending[id] = consent
        var page = self.form(of: consent, request: request, formToken: formToken)
        page.failed = true
        return .signIn(page)
    }

    /// Handles the consent form, which ends the pending request.
    mutating func decide(_ form: Form, now: Date) -> PageOutcome {
        guard let (_, id, consent) = match(form, now: now), let user = consent.user else { return .notice(.staleForm) }
        let isAllowed = form["decision"] == "allow"
        guard isAllowed || form["decision"] == "deny" else { return .notice(.malformedRequest) }
        pending[id] = nil
        switch consent.purpose {
        case .device(let device, _):
            devices[device]?.decision = isAllowed ? .allowed(user: user) : .denied
            return .notice(isAllowed ? .deviceAllowed : .deviceDenied)
        case .code(let request):
            guard isAllowed else {
                return .respond(response(to: request, error: ServerRefusal(.accessDenied, "the user denied access")))
            }
            let code = settings.makeToken()
            codes[TokenID(code)] = CodeRecord(
                request: request, clientID: consent.clientID, user: user, scope: consent.scope,
                expires: now + settings.codeLife.timeInterval)
            return .respond(response(to: request, [FormField("code", code)]))
        }
    }

    /// Finds the pending request of a form; nil where the form isn't from its latest page.
    private func match(_ form: Form, now: Date) -> (request: String, id: TokenID, consent: PendingConsent)? {
        guard let request = form["request"], let formToken = form["form_token"] else { return nil }
        let id = TokenID(request)
        guard let consent = pending[id], consent.expires > now, consent.formToken == TokenID(formToken) else {
            return nil
        }
        return (request, id, consent)
    }

    private func knows(_ name: String, _ password: Secret) -> Bool {
        settings.users.contains { $0.name == name && $0.password.equalsInConstantTime(password) }
    }

    private func form(of consent: PendingConsent, request: String, formToken: String) -> ConsentForm {
        var form = ConsentForm(
            request: request, formToken: formToken,
            clientName: settings.client(consent.clientID)?.name ?? consent.clientID, scope: consent.scope,
            user: consent.user)
        switch consent.purpose {
        case .code(let request): form.redirectURI = request.redirectURI
        case .device(_, let userCode): form.userCode = userCode
        }
        return form
    }
}
