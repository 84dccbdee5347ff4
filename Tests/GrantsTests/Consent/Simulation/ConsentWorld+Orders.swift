import Accounts
import Failures
import FoundationEssentials
import OAuth
import TestStores
import Text

@testable import Grants

/// Performs the orders of the book, in place of the daemon's shell, the servers and the loopback interface.
extension ConsentWorld {
    mutating func perform(_ orders: [ConsentOrder]) {
        for order in orders { perform(order) }
    }

    private mutating func perform(_ order: ConsentOrder) {
        let id = order.consent
        switch order.action {
        case .resolve(let settings, _):
            known[id] = Known(account: order.account)
            let account = ResolvedAccount(settings)
            schedule(
                .resolved(isFaulty() ? .failure(.noReply) : account.map { .success($0) } ?? .failure(.noReply)), of: id)
        case .listen(let port, _):
            if let port { for other in listeners.keys.sorted() where listeners[other] == port { close(other) } }
            schedule(.listening(port: port), of: id, within: .milliseconds(50))
        case .push(let request, _):
            let uri = "urn:\(number())"
            pushed[uri] = request
            let life = [0, 5, 30, 60].randomElement(using: &random) ?? 60
            let document = #"{"request_uri":"\#(uri)","expires_in":\#(life)}"#
            schedule(.pushed(isFaulty() ? nil : PushedRequest(Data(document.utf8))), of: id)
        case .authorizeDevice: authorizeDevice(id)
        case .poll(let device, _, _): poll(device.deviceCode)
        case .redeem(let code, let request, _):
            redeem(code, request, id)
            if mutation == .redeemsTwice { redeem(code, request, id) }
        case .requestTokens:
            known[id]?.isRedeeming = true
            known[id]?.isPausing = false
            schedule(.redeemed(isFaulty() ? busy() : .granted(tokens(), sent: moment)), of: id)
        case .keep(let grant, let settings): keep(grant, settings, id)
        case .retireListener where mutation == .leavesListenersOpen: break
        case .retireListener: agenda.append(Due(at: now + .seconds(15), consent: id, event: .listenerClosed))
        case .closeListener: schedule(.listenerClosed, of: id, within: .milliseconds(10))
        case .answerStarts(let ids, let result): answer(ids, .start) { $0.started(result) }
        case .answerBrowsers(let ids, let answer): self.answer(ids, .browser) { $0.shown(answer, id) }
        case .answerWaiters(let ids, _):
            for waiter in ids {
                if asked[waiter] == .paste { answer([waiter], .paste) { _ in } } else { answer([waiter], nil) { _ in } }
            }
        case .refusePaste(let waiter, _): answer([waiter], .paste) { _ in }
        case .tell(.ended(let consent)): ended(consent)
        case .tell: break
        }
    }

    /// Checks that each caller is answered once, and with the right kind of answer.
    private mutating func answer(_ ids: [WaiterID], _ kind: Asked?, _ look: (inout ConsentWorld) -> Void) {
        for id in ids {
            if mutation == .losesAnswers, id.number % 7 == 0 { continue }
            guard let had = asked.removeValue(forKey: id) else {
                fail("somebody was answered twice")
                continue
            }
            if let kind, had != kind { fail("\(had) was answered like \(kind)") }
            look(&self)
            if mutation == .answersTwice, id.number % 7 == 0 { answer([id], kind, look) }
        }
    }

    private mutating func started(_ result: Result<Consent, Failure>) {
        guard case .success(let consent) = result else { return count("not started") }
        known[consent.id]?.expires = consent.expires.instant
        if let url = consent.openURL, url.hasSuffix(consent.id), !openable.contains(consent.id) {
            openable.append(consent.id)
        }
        see(consent.authorizationURL, of: consent.id)
        count("started")
    }

    private mutating func shown(_ answer: BrowserAnswer, _ id: String) {
        switch answer {
        case .forward(let url):
            if known[id]?.hasEnded != false { fail("a browser is sent on after the end") }
            if url.contains("request_uri="), !handedOut.insert(url).inserted { fail("two browsers have one request") }
            see(url, of: id)
            count("forwarded")
        case .page(.granted):
            if known[id]?.isStored != true { fail("a page says granted, and nothing is stored") }
            count("granted pages")
        case .page(.unsaved):
            if known[id]?.isStored != false { fail("a page says unsaved, and all is stored") }
        case .page(.alreadyUsed): count("used twice")
        case .page(.expired): count("too late")
        case .page: break
        }
    }

    /// Notes that the URL was seen: whoever sees it can consent.
    mutating func see(_ url: String?, of id: String) {
        guard let url, let fields = FormEncoding.decode(url.drop { $0 != "?" }.dropFirst()) else { return }
        func value(_ name: String) -> String? { fields.first { $0.name == name }?.value }
        let state = value("state") ?? value("request_uri").flatMap { pushed[$0]?.state.expose() }
        if let state, !seen.contains(where: { $0.state == state }) { seen.append((id, state)) }
    }

    private mutating func ended(_ consent: Consent) {
        let id = consent.id
        if known[id]?.hasEnded != false { fail("a consent ended twice") }
        if consent.state == .granted, known[id]?.isRedeeming != true { fail("granted without a redemption in time") }
        if known[id]?.isCancelled == true, consent.state != .cancelled { fail("cancelled, but it ended otherwise") }
        known[id]?.hasEnded = true
        if let machine = book.consents[id] { checkIsBare(machine) }
        count("\(consent.state)")
    }

    // MARK: - Servers

    mutating func tokens() -> IssuedTokens { .example("\(number())") }

    private mutating func redeem(_ code: Secret, _ request: AuthorizationRequest, _ id: String) {
        let isInTime = known[id].map { $0.isPausing || now < $0.expires ?? now } ?? false
        if !isInTime || known[id].map({ $0.isCancelled || $0.hasEnded }) != false {
            fail("a code is redeemed after the end of the wait")
        }
        known[id]?.isRedeeming = true
        known[id]?.isPausing = false
        // A busy server processes no request.
        if isFaulty(), Bool.random(using: &random) { return schedule(.redeemed(busy()), of: id) }
        let text = code.expose()
        codes[text]?.redeemed += 1
        if codes[text]?.redeemed ?? 0 > 1 { fail("a code is redeemed twice") }
        let isRight = codes[text]?.state == request.state.expose()
        let outcome: RefreshOutcome =
            isFaulty() ? .failed() : isRight ? .granted(tokens(), sent: moment) : .refused("invalid_grant")
        schedule(.redeemed(outcome), of: id)
    }

    private mutating func busy() -> RefreshOutcome {
        let pause = [nil, 0, 5, 50, 100].randomElement(using: &random) ?? nil
        var failure = Failure(.badReply, "busy", retryAfter: pause.map { .seconds($0) }, at: moment.wall)
        failure.isUnprocessed = true
        count("busy")
        return .failed(failure)
    }

    private mutating func authorizeDevice(_ id: String) {
        guard !isFaulty() else { return schedule(.deviceAuthorized(nil), of: id) }
        let code = "device-code-\(number())"
        let interval = Int.random(in: 1...8, using: &random)
        let document = """
            {"device_code":"\(code)","user_code":"u","verification_uri":"https://as.example/d",
            "interval":\(interval),"expires_in":\(Int.random(in: 1...120, using: &random))}
            """
        devices[code] = Device(consent: id, interval: .seconds(interval), earliest: now)
        schedule(.deviceAuthorized(DeviceAuthorization(Data(document.utf8))), of: id)
    }

    // DEVICE-2
    private mutating func poll(_ deviceCode: Secret) {
        let code = deviceCode.expose()
        guard var device = devices[code] else { return fail("a poll with a code that nobody gave") }
        if device.isInFlight { fail("two polls at once") }
        if now < device.earliest { fail("a poll comes too early") }
        if known[device.consent]?.hasEnded != false { fail("a poll comes after the end") }
        let outcome: RefreshOutcome
        switch (device.answer, Int.random(in: 0..<10, using: &random)) {
        case (_, 0):
            device.interval += .seconds(5)
            outcome = .refused("slow_down")
        case (_, 1): outcome = .failed(retryAfter: Bool.random(using: &random) ? .seconds(20) : nil)
        case (true?, _): outcome = .granted(tokens(), sent: moment)
        case (false?, _): outcome = .refused("access_denied")
        case (nil, _): outcome = .refused("authorization_pending")
        }
        device.isInFlight = true
        devices[code] = device
        count("polls")
        schedule(.polled(outcome, deviceCode: deviceCode), of: device.consent)
    }

    private mutating func keep(_ grant: Grant, _ settings: AccountSettings, _ id: String) {
        if known[id]?.isRedeeming != true || known[id]?.hasEnded != false { fail("a grant is kept after the end") }
        if settings.name != known[id]?.account { fail("a grant is kept for another account") }
        let outcomes: [GrantKeeper.ConsentOutcome] = [
            .kept, .kept, .kept, .kept, .unsaved(.disk), .unusable(.noReply), .accountChanged,
        ]
        schedule(.kept(outcomes.randomElement(using: &random) ?? .kept), of: id)
    }

    mutating func close(_ id: String) {
        listeners[id] = nil
        _ = happen(id) { machine, _ in
            machine.listenerClosed()
            return []
        }
    }
}
