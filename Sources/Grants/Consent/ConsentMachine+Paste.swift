import Accounts
package import Failures
import OAuth
import Text

extension ConsentMachine {
    /// Takes a response, or only its code, that the user has pasted. If it is accepted, the answer follows at the end
    /// of the consent. Without `takesCode` a bare code is refused, so that its user can be asked whether it is one.
    package mutating func paste(
        _ text: String, takesCode: Bool = true, from waiter: WaiterID, now: Moment
    ) -> [ConsentAction] {
        let expired = expire(now)
        guard case .live(let terms, let stage) = phase else {
            return expired + [.refusePaste(waiter, .noConsent(account, at: now))]
        }
        let explanation = terms.catalogue.explanation(of: text.trimmed, account: RemedyAccount(terms.settings))
        guard case .waiting(let wait) = stage else {
            let failure = explanation.map { Failure.explained($0, at: now) } ?? .noConsent(account, at: now)
            return expired + [.refusePaste(waiter, failure)]
        }
        switch Reading(PastedResponse(text), of: wait.request, takesCode: takesCode, explanation: explanation) {
        case .response(let response, let fields):
            mark = ResponseMark(state: wait.request.state, taken: fields)
            waiters.append(Waiter(id: waiter, deadline: .distantFuture))
            return take(response, wait.request, terms, now: now)
        case .other(let other):
            return [.refusePaste(waiter, other.failure(of: wait.request, at: now))]
        }
    }
}

/// The meaning of a pasted text for the pending request.
private enum Reading {
    case response(AuthorizationResponse, [FormField])
    case other(PastedOther)

    init(_ pasted: PastedResponse?, of request: AuthorizationRequest, takesCode: Bool, explanation: String?) {
        guard let pasted else {
            self = .other(.nothing)
            return
        }
        let readings = pasted.readings.map { (response: request.check($0), fields: $0) }
        if let found = readings.first(where: { $0.response.isDecisive }) {
            self = .response(found.response, found.fields)
        } else if let explanation {
            self = .other(.errorCode(explanation))
        } else if let code = pasted.code {
            self = takesCode ? .response(.code(code), [FormField("code", code.expose())]) : .other(.bareCode)
        } else if readings.contains(where: { $0.fields.isRequest }) {
            self = .other(.request)
        } else if readings.contains(where: { $0.response == .adminConsent }) {
            self = .other(.adminConsent)
        } else if let found = readings.first(where: { $0.response.saysSomething }) {
            self = .response(found.response, found.fields)
        } else if readings.contains(where: { $0.response != .foreign }) {
            self = .other(.unknown)
        } else {
            self = .other(PastedOther(pasted))
        }
    }
}

/// What the user pasted instead of a response to the request.
private enum PastedOther {
    case nothing
    /// The authorization URL that the user was given.
    case request
    case adminConsent
    case browserPage
    /// A response to the request of another consent.
    case otherConsent
    case withoutState
    /// What may be an authorization code, or anything else that was in the clipboard.
    case bareCode
    /// An error code from one of the server's pages, with its explanation.
    case errorCode(String)
    /// A word that is neither a code nor an error code.
    case word(String)
    case unknown

    init(_ pasted: PastedResponse) {
        let names = pasted.readings.map { Set($0.map(\.name)) }
        let isResponse = { (names: Set<String>) in names.contains("code") || names.contains("error") }
        self =
            if pasted.isBrowserPage {
                .browserPage
            } else if names.contains(where: { isResponse($0) && $0.contains("state") }) {
                .otherConsent
            } else if names.contains(where: isResponse) {
                .withoutState
            } else if let word = pasted.word {
                .word(word)
            } else {
                .unknown
            }
    }

    func failure(of request: AuthorizationRequest, at now: Moment) -> Failure {
        let whole = "paste the whole URL to which the browser was sent; it begins with \(request.redirectURI)"
        let (detail, hint) =
            switch self {
            case .nothing: ("nothing was pasted", whole)
            case .request:
                (
                    "this is the URL at which you consent, not the one to which the browser is sent then",
                    "open it, consent, and paste the URL that the browser shows after that"
                )
            case .adminConsent:
                (
                    "an administrator has consented; you haven't yet",
                    "open the URL of this login once more, and paste the URL to which the browser is sent"
                )
            case .browserPage:
                (
                    "this is the URL of one of the browser's own pages",
                    "go back one page, and paste the URL that begins with \(request.redirectURI)"
                )
            case .otherConsent:
                (
                    "this isn't the URL from this login (state doesn't match)",
                    "open the URL of this login, and paste the URL to which the browser is sent"
                )
            case .withoutState: ("this URL isn't whole: it has no state", whole)
            case .bareCode: ("this isn't a URL; it may be an authorization code", whole)
            case .errorCode(let explanation):
                (
                    explanation,
                    "no new login is needed: open the URL of this one once more; it still waits (Ctrl-C stops it)"
                )
            case .word(let word): ("\(word.quoted) is neither a URL nor an error code that is known", whole)
            case .unknown: ("this isn't the response to this login, or not the whole of it", whole)
            }
        let code: FailureCode = if case .bareCode = self { .bareCode } else { .malformedRequest }
        return Failure(code, detail, hint: hint, at: now.wall)
    }
}

extension AuthorizationResponse {
    /// Whether the response decides the consent: it grants or refuses this request, or comes from another server.
    fileprivate var isDecisive: Bool {
        switch self {
        case .code, .refused, .mixedUp: true
        case .foreign, .adminConsent, .unexplained: false
        }
    }

    /// Whether the response has an explanation, though neither a code nor an error. A truncated address has none.
    fileprivate var saysSomething: Bool {
        if case .unexplained(let said) = self { said != nil } else { false }
    }
}

extension [FormField] {
    /// Whether the fields are the parameters of an authorization request.
    fileprivate var isRequest: Bool {
        contains { ["response_type", "code_challenge", "request_uri"].contains($0.name) }
    }
}

extension Failure {
    /// The failure that explains a pasted error code while the consent takes no pasted response.
    fileprivate static func explained(_ explanation: String, at now: Moment) -> Failure {
        Failure(.malformedRequest, explanation, hint: "the login still waits (Ctrl-C stops it)", at: now.wall)
    }

    package static func noConsent(_ account: String, at now: Moment) -> Failure {
        Failure(.noConsentPending, "no consent of \(account) is under way", account: account, at: now.wall)
    }
}

extension String {
    fileprivate var trimmed: String {
        let end = lastIndex { !$0.isWhitespace }
        return end.map { String(self[...$0].drop { $0.isWhitespace }) } ?? ""
    }
}
