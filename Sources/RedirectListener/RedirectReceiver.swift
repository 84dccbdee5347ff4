package import OAuth
package import Text

/// Takes what browsers bring to the listener: the pending consent.
package protocol RedirectReceiver: Sendable {
    /// A browser has opened the start URL. Called on the event loop: must not block. Calls `answer` once, from any
    /// thread; the browser waits.
    func open(answer: @escaping @Sendable (RedirectAnswer) -> Void)

    /// Takes the fields of a response that was sent to the redirect's path at a loopback name, by GET or POST.
    /// Everything in them is untrusted. `state`, `code`, `error` and `iss` occur at most once, others any number of
    /// times.
    ///
    /// Called on the event loop for each response: must not block. Calls `answer` once, from any thread, when the grant
    /// is stored or has failed; the browser waits.
    func receive(_ fields: [FormField], answer: @escaping @Sendable (RedirectAnswer) -> Void)
}

/// What a browser gets.
package enum RedirectAnswer: Sendable, Hashable {
    /// To the authorization server.
    case forward(to: String)
    case page(RedirectVerdict)
}

/// The result of a response, for the page that the user sees.
package enum RedirectVerdict: Sendable, Hashable {
    /// The grant is stored.
    case granted(account: String, scope: Scope, missingScope: Scope)
    /// The grant is in memory only: the disk refuses it.
    case unsaved(detail: String, hint: String)
    /// The user or the authorization server said no; `detail` is in the server's words.
    case refused(detail: String)
    /// The response was right, but no grant came of it.
    case failed(detail: String, hint: String)
    /// The consent has expired.
    case expired
    /// The user has cancelled the consent.
    case cancelled
    /// Another response of this consent was taken.
    case alreadyUsed
    /// Wrong or missing `state`: not an answer to this consent, which goes on.
    case foreign
    /// An administrator has consented; the user hasn't, and the consent goes on.
    case adminConsented
    /// The authorization server can't be reached at the moment; the consent goes on.
    case notReady(detail: String, hint: String)

    /// Whether the consent goes on, so that the same request may be answered otherwise later.
    var isPassing: Bool {
        switch self {
        case .foreign, .notReady: true
        case .granted, .unsaved, .refused, .failed, .expired, .cancelled, .alreadyUsed, .adminConsented: false
        }
    }
}
