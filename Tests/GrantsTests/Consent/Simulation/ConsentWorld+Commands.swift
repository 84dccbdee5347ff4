import Accounts
import Failures
import OAuth
import Text

@testable import Grants

/// Performs what users and browsers do, and ends the work that the book has ordered.
extension ConsentWorld {
    mutating func perform(_ command: ConsentCommand) {
        switch command {
        case .start(let account, let flow): start(account, flow)
        case .browse(let which):
            guard let id = pick(openable, which), listeners[id] != nil else { break }
            let browser = ask(.browser)
            if !happen(id, { $0.browserCame(browser, now: $1) }) { fail("a browser finds no consent") }
        case .respond(let which, let kind, let times, let delay):
            guard let (id, state) = pick(seen, which) else { break }
            let fields = response(kind, state)
            for time in 0..<times {
                agenda.append(Due(at: now + delay * time, consent: id, event: .response(fields)))
            }
        case .paste(let which, let kind, let isBare): paste(which, kind, isBare: isBare)
        case .answerDevice(let which, let allows):
            if let code = pick(devices.keys.sorted(), which) { devices[code]?.answer = allows }
        case .wait(let account, let duration): wait(account, duration)
        case .hangUp(let which):
            let waiting = asked.filter { if case .wait = $0.value { true } else { false } }.keys
            guard let waiter = pick(waiting.sorted { $0.number < $1.number }, which) else { break }
            perform(book.release(waiter, now: moment))
            if asked[waiter] != nil { fail("who hung up still waits") }
        case .cancel(let account): cancel(account)
        case .fault: faults += 1
        case .timeout(let duration): book.timeout = duration
        case .pass(let duration): pass(duration)
        case .sleep(let duration):
            now = now + duration
            // The callers have slept as well.
            for case (let id, .wait(let deadline)) in asked { asked[id] = .wait(until: max(now, deadline)) }
        case .stop:
            isStopped = true
            for (id, consent) in known
            where consent.isPausing || (!consent.isRedeeming && now < consent.expires ?? .distantFuture) {
                known[id]?.isCancelled = true
            }
            perform(book.stop(now: moment))
        }
        check()
    }

    private func pick<Element>(_ elements: [Element], _ which: Int) -> Element? {
        // Prefer the newest ones.
        elements.isEmpty ? nil : elements[max(0, elements.count - 1 - which % min(4, elements.count))]
    }

    private mutating func ask(_ kind: Asked) -> WaiterID {
        let id = WaiterID(number: number())
        asked[id] = kind
        return id
    }

    private mutating func start(_ account: Int, _ flow: Consent.Flow?) {
        guard var settings = try? AccountSettings.consenting("account-\(account)", redirect: Self.redirect(account))
        else { return fail("no settings") }
        settings.pushesRequest = account == 2
        if account == 4 { settings.flow = .device }
        if account == 5 { settings.flow = .clientCredentials }
        let starter = ask(.start)
        var random = random
        perform(
            book.start(settings, flow: flow, for: starter, key: { Secret("key") }, now: moment, using: &random))
        self.random = random
    }

    /// The settings of the accounts. Accounts 0 and 1 share a port.
    private static func redirect(_ account: Int) -> String {
        account < 2 ? "http://127.0.0.1:8080/" : "http://127.0.0.1/"
    }

    private mutating func response(_ kind: ConsentCommand.Response, _ state: String) -> [FormField] {
        let right = FormField("state", state)
        switch kind {
        case .sameCode:
            if let code = lastCode[state] { return [right, FormField("code", code)] }
            fallthrough
        case .code:
            let code = "a-code-of-\(number())"
            codes[code] = (state, 0)
            lastCode[state] = code
            return [right, FormField("code", code)]
        case .denied: return [right, FormField("error", "access_denied")]
        case .otherError: return [right, FormField("error", "invalid_scope")]
        case .wrongState: return [FormField("state", state.dropLast() + "."), FormField("code", "stolen")]
        case .otherIssuer: return [right, FormField("code", "x"), FormField("iss", "https://evil.example")]
        case .nothing: return [FormField("state", "")]
        case .unexplained: return [right, FormField("error_code", "7")]
        case .adminConsent: return [right, FormField("admin_consent", "True")]
        }
    }

    private mutating func paste(_ which: Int, _ kind: ConsentCommand.Response, isBare: Bool) {
        guard let (id, state) = pick(seen, which), let account = known[id]?.account else { return }
        let fields = response(kind, state)
        let code = fields.first { $0.name == "code" }?.value
        let text = isBare ? code ?? "" : "http://127.0.0.1/?\(FormEncoding.encode(fields))"
        let (paster, moment) = (ask(.paste), moment)
        let orders = book.happen(toNewestOf: account) { $0.paste(text, from: paster, now: moment) }
        if let orders { perform(orders) } else { asked[paster] = nil }
    }

    private mutating func wait(_ account: Int, _ duration: Duration) {
        let (waiter, moment) = (ask(.wait(until: now + duration)), moment)
        let orders = book.happen(toNewestOf: "account-\(account)") {
            $0.wait(waiter, until: moment.instant + duration, now: moment)
        }
        if let orders { perform(orders) } else { asked[waiter] = nil }
    }

    private mutating func cancel(_ account: Int) {
        let name = "account-\(account)"
        if mutation == .ignoresCancels, let consent = book.consent(of: name, at: moment) {
            if !consent.state.isOver { known[consent.id]?.isCancelled = true }
            return
        }
        let (consent, orders) = book.cancel(name, now: moment)
        if let consent {
            if known[consent.id].map({ $0.isRedeeming && !$0.isPausing }) == true {
                fail("what is being redeemed was cancelled")
            }
            known[consent.id]?.isCancelled = true
            if consent.state != .cancelled { fail("cancelled, and \(consent.state)") }
        }
        perform(orders)
    }

    // MARK: - Ends of work

    mutating func take(_ due: Due) {
        let id = due.consent
        switch due.event {
        case .resolved(let result):
            var random = random
            _ = happen(id) { $0.resolved(result, now: $1, using: &random) }
            self.random = random
        case .listening(let port): listening(port, id)
        case .pushed(let request):
            _ = happen(id) { $0.pushed(request.map { .success($0) } ?? .failure(.noReply), now: $1) }
        case .deviceAuthorized(let device):
            if let device { devices[device.deviceCode.expose()]?.earliest = now + device.interval }
            _ = happen(id) { $0.deviceAuthorized(device.map { .success($0) } ?? .failure(.noReply), now: $1) }
        case .polled(let outcome, let deviceCode): polled(outcome, deviceCode.expose(), id)
        case .redeemed(let outcome):
            if case .failed(let failure) = outcome { known[id]?.isPausing = failure.isUnprocessed }
            _ = happen(id) { $0.redeemed(outcome, now: $1) }
        case .kept(let outcome):
            known[id]?.isStored = outcome == .kept
            _ = happen(id) { $0.kept(outcome, now: $1) }
        case .listenerClosed: close(id)
        case .response(let fields):
            guard listeners[id] != nil else { break }
            let browser = ask(.browser)
            let early: Duration = mutation == .acceptsLateResponses ? .seconds(-1000) : .zero
            if !happen(id, { $0.respond(fields, from: browser, now: $1 + early) }) {
                fail("a browser finds no consent")
            }
        }
    }

    private mutating func listening(_ port: Int?, _ id: String) {
        let isTaken = port.map { taken in listeners.values.contains(taken) } ?? false
        let isBound = !isTaken && !isFaulty()
        let actual = port ?? Int(10_000 + number())
        let bound = BoundListener(port: actual, openURL: "http://127.0.0.1:\(actual)/\(id)")
        if isBound { listeners[id] = actual }
        var random = random
        let isThere = happen(id) {
            $0.listening(isBound ? .success(bound) : .failure(.noReply), now: $1, using: &random)
        }
        self.random = random
        if !isThere, isBound { fail("a listener is there, and its consent is forgotten") }
    }

    private mutating func polled(_ outcome: RefreshOutcome, _ code: String, _ id: String) {
        guard var device = devices[code] else { return }
        var pause = device.interval
        if case .failed(let failure) = outcome { pause = max(pause, failure.retryAfter ?? .zero) }
        (device.isInFlight, device.earliest) = (false, now + pause)
        devices[code] = device
        if case .granted = outcome, let consent = known[id], !consent.isCancelled, !consent.hasEnded,
            now < consent.expires ?? now
        {
            known[id]?.isRedeeming = true
        }
        _ = happen(id) { $0.polled(outcome, now: $1) }
    }
}
