package import OAuth
package import Text

/// What a redirect is for: the consent that is pending.
package protocol RedirectReceiver: Sendable {
    /// Where the start URL sends the browser.
    var authorizationURL: String { get }

    /// Takes the fields of a response that arrived where it should: by GET or POST, on the redirect's path, under a
    /// loopback name. Everything in them is untrusted. `state`, `code`, `error` and `iss` occur once at most, the others
    /// as often as the sender likes.
    ///
    /// Called on the event loop, for each response that arrives: must not block. Calls `answer` once, from any thread;
    /// a grant is reported only when it is stored, the browser waits.
    func receive(_ fields: [FormField], answer: @escaping @Sendable (RedirectVerdict) -> Void)
}

/// What became of a response, for the page that the user sees.
package enum RedirectVerdict: Sendable, Hashable {
    /// The grant is stored.
    case granted(account: String, scope: Scope, missingScope: Scope)
    /// The user or the authorization server said no; `detail` is in the server's words.
    case refused(detail: String)
    /// The response was right, but no grant came of it.
    case failed(detail: String, hint: String)
    /// The consent is over: nobody waits any more.
    case expired
    /// The response was taken earlier.
    case alreadyUsed
    /// Wrong or missing `state`: not an answer to this consent, which goes on.
    case foreign
}
