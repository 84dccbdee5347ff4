package import OAuth
package import Text

/// The pending consent, as the receiver of what browsers send to the listener.
package protocol RedirectReceiver: Sendable {
    /// A browser has opened the start URL. Called on the event loop: must not block. Must call `answer` once, from any
    /// thread, while the browser waits.
    func open(answer: @escaping @Sendable (RedirectAnswer) -> Void)

    /// Takes the fields of a response that was sent to the redirect path at a loopback name, by GET or POST. All fields
    /// are untrusted. `state`, `code`, `error` and `iss` occur at most once, others any number of times.
    ///
    /// Called on the event loop for each response: must not block. Must call `answer` once, from any thread, when the
    /// grant is stored or has failed; the browser waits for it.
    func receive(_ fields: [FormField], answer: @escaping @Sendable (RedirectAnswer) -> Void)
}

/// How a browser is answered.
package enum RedirectAnswer: Sendable, Hashable {
    /// Redirect to the authorization server.
    case forward(to: String)
    case page(RedirectVerdict)
}

/// The result of a response, for the page that the user sees.
package enum RedirectVerdict: Sendable, Hashable {
    /// The grant is stored.
    case granted(account: String, scope: Scope, missingScope: Scope, user: String? = nil)
    /// The grant is only in memory, because the disk refuses it.
    case unsaved(detail: String, hint: String)
    /// The user or the authorization server refused; `detail` has the server's words.
    case refused(detail: String)
    /// The response was right, but brought no grant.
    case failed(detail: String, hint: String)
    /// The consent has expired.
    case expired
    /// The user has cancelled the consent.
    case cancelled
    /// Another response of this consent was accepted before.
    case alreadyUsed
    /// The response has a wrong or no `state`: it doesn't belong to this consent, which goes on.
    case foreign
    /// An administrator has consented; the user hasn't, and the consent goes on.
    case adminConsented
    /// The authorization server can't be reached at the moment; the consent goes on.
    case notReady(detail: String, hint: String)

    /// Whether the consent goes on, so that a later response may be answered differently.
    var isPassing: Bool {
        switch self {
        case .foreign, .notReady: true
        case .granted, .unsaved, .refused, .failed, .expired, .cancelled, .alreadyUsed, .adminConsented: false
        }
    }
}
