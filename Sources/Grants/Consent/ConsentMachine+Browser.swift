import Accounts
import Failures
import OAuth
package import Text

/// The state of a consent that waits for a browser to come back from the authorization server.
struct BrowserWait: Sendable, Equatable {
    let request: AuthorizationRequest
    /// nil if the user pastes the response.
    let openURL: String?
    /// nil if the parameters aren't pushed but part of the URL.
    var pushes: PushedRequests?

    /// The URL for reports. If the request was pushed, the URL works only once.
    func url(at now: Instant) -> String? {
        guard let pushes else { return request.url }
        return pushes.unused(at: now).map { request.url(pushedAs: $0.uri) }
    }
}

extension ConsentMachine {
    /// A browser opened `openURL`.
    package mutating func browserCame(_ browser: WaiterID, now: Moment) -> [ConsentAction] {
        let expired = expire(now)
        return expired + forward(browser, now: now)
    }

    private mutating func forward(_ browser: WaiterID, now: Moment) -> [ConsentAction] {
        switch phase {
        case .live(let terms, .waiting(let wait)) where wait.pushes != nil:
            return forwardPushed(browser, wait, terms, now: now)
        case .live(_, .waiting(let wait)): return [.answerBrowsers([browser], .forward(to: wait.request.url))]
        case .live(_, .redeeming), .live(_, .keeping):
            browsers.append(browser)
            return []
        case .live: return [.answerBrowsers([browser], .page(.foreign))]
        case .over(let ended): return [.answerBrowsers([browser], .page(ended.verdict))]
        }
    }

    /// The redirect URI received a response. Everything in it is untrusted.
    package mutating func respond(_ fields: [FormField], from browser: WaiterID, now: Moment) -> [ConsentAction] {
        let expired = expire(now)
        return expired + judge(fields, from: browser, now: now)
    }

    private mutating func judge(_ fields: [FormField], from browser: WaiterID, now: Moment) -> [ConsentAction] {
        func page(_ verdict: ConsentVerdict) -> [ConsentAction] { [.answerBrowsers([browser], .page(verdict))] }
        switch (phase, mark?.judge(fields) ?? .foreign) {
        case (.live(let terms, .waiting(let wait)), _):
            let response = wait.request.check(fields)
            if response == .foreign { return page(.foreign) }
            if response == .adminConsent { return page(.adminConsented) }
            browsers.append(browser)
            mark = ResponseMark(state: wait.request.state, taken: fields)
            return take(response, wait.request, terms, now: now)
        case (_, .foreign): return page(.foreign)
        case (.live, .taken):
            browsers.append(browser)
            return []
        case (.over(let ended), .taken): return page(ended.verdict)
        case (.over(let ended), .other) where ended.consent.state == .expired: return page(.expired)
        case (.over(let ended), .other) where ended.consent.state == .cancelled: return page(.cancelled)
        case (_, .other): return page(.alreadyUsed)
        }
    }

    /// Continues with a response that belongs to this consent.
    mutating func take(
        _ response: AuthorizationResponse, _ request: AuthorizationRequest, _ terms: ConsentTerms, now: Moment
    ) -> [ConsentAction] {
        switch response {
        case .code(let code):
            phase = .live(terms, .redeeming(Redemption(.code(code, request))))
            return [.redeem(code: code, request, key: terms.key)]
        case .refused(let error):
            let reading = terms.catalogue.reading(of: error, account: RemedyAccount(terms.settings))
            return refuse(Failure(error, account: account, reading: reading, at: now.wall), said: "\(error)")
        case .mixedUp(let issuer, let said):
            let failure = Failure.wrongIssuer(issuer, said, account: account, at: now)
            return end(.failed, .failed(failure), failure: failure)
        case .unexplained(let said):
            let failure = Failure.noCode(said, account: account, at: now)
            return end(.failed, .refused(said ?? failure.detail), failure: failure)
        case .foreign, .adminConsent: return []
        }
    }
}

extension Failure {
    /// The failure for a response that contains neither a code nor an error.
    fileprivate static func noCode(_ said: String?, account: String, at now: Moment) -> Failure {
        let told = said.map { "; it says \($0)" } ?? ""
        return Failure(
            .noCode, "the authorization server's response holds neither a code nor an error\(told)",
            account: account, at: now.wall)
    }

    /// The failure for a response that names an issuer other than the one asked, or none although the server promises
    /// it.
    fileprivate static func wrongIssuer(
        _ issuer: String?, _ said: String?, account: String, at now: Moment
    ) -> Failure {
        if let issuer {
            return Failure(
                .wrongIssuer, "the response came from \(issuer), not from the server that was asked",
                account: account, at: now.wall)
        }
        let told = said.map { "; it says \($0)" } ?? ""
        return Failure(
            .wrongIssuer, "the response names no issuer, although the server promises it\(told)",
            hint: "run: valetkey login \(account); if it stays so, tell the server's operator (RFC 9207 section 2)",
            at: now.wall)
    }
}
