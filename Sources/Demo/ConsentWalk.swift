import AuthorizationServer
import HTTPTransport
import Text

/// Plays the user: signs in and consents by sending the forms that a browser would send.
struct ConsentWalk: Sendable {
    let transport: any HTTPTransport
    let issuer: String

    /// Follows the pages from the authorization URL to the redirect URI.
    func walk(from authorizationURL: String) async throws(DemoFailure) {
        let signIn = try await page(HTTPCall(.get, authorizationURL))
        let account = [FormField("username", DemoAccount.user), FormField("password", DemoAccount.password)]
        let consent = try await page(post("/sign-in", signIn.hiddenFields + account))
        let answer = try await page(post("/consent", consent.hiddenFields + [FormField("decision", "allow")]))
        guard let link = answer.firstLink else { throw .page("the consent page has no link") }
        _ = try await page(HTTPCall(.get, link))
    }

    private func post(_ path: String, _ fields: [FormField]) -> HTTPCall {
        HTTPCall(
            .post, issuer + path, headers: [("Content-Type", FormEncoding.mediaType)],
            body: FormEncoding.encode(fields))
    }

    private func page(_ call: HTTPCall) async throws(DemoFailure) -> FormPage {
        var call = call
        call.isDirect = true
        switch await transport.send(call) {
        case .failure(let failure): throw .page("\(failure)")
        case .success(let reply):
            guard (200..<400).contains(reply.status) else { throw .page("a page answered \(reply.status)") }
            return FormPage(text: String(decoding: reply.body, as: UTF8.self))
        }
    }
}
