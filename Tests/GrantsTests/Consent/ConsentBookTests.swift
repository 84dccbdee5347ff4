import Accounts
import Failures
import OAuth
import Testing
import Text

@testable import Grants

struct ConsentBookTests {
    private func fault(_ orders: [ConsentOrder]) -> Failure? {
        guard case .answerStarts(_, .failure(let failure)) = orders.last?.action else { return nil }
        return failure
    }

    private let busy = Failure.portBusy(8080, by: "ads", at: ConsentBookLab.beginning)

    @Test func `each account has one consent at a time, and the next one has another identifier`() throws {
        var lab = ConsentBookLab()
        let first = try lab.start("ads")
        #expect(first.count == 1 && first[0].account == "ads")
        guard case .resolve = first[0].action else {
            Issue.record("\(first)")
            return
        }
        #expect(try lab.start("ads").isEmpty)
        let began = try lab.begin(first)
        guard case .answerStarts(let told, .success) = began.first?.action else {
            Issue.record("\(began)")
            return
        }
        #expect(told == [WaiterID(number: 1), WaiterID(number: 2)])
        let joined = try lab.start("ads")
        let pending = try #require(lab.consent("ads"))
        #expect(joined.map(\.action) == [.answerStarts([WaiterID(number: 3)], .success(pending))])
        let mail = try lab.start("mail")
        #expect(mail.count == 1 && mail[0].consent != pending.id)
        _ = lab.book.cancel("ads", now: lab.now)
        let second = try lab.start("ads")
        #expect(second.count == 1 && second[0].consent != pending.id && pending.id.count == 12)
        #expect(lab.consent("ads")?.state == .preparing)
    }

    // P4
    @Test func `a start in another flow replaces the consent that waits for its user`() throws {
        var lab = ConsentBookLab()
        _ = try lab.begin(try lab.start("ads", .paste))
        let first = try #require(lab.consent("ads"))
        let orders = try lab.start("ads")
        guard case .tell(.ended(let ended)) = orders.first?.action, case .resolve(_, .loopback) = orders.last?.action
        else {
            Issue.record("\(orders)")
            return
        }
        #expect(ended.id == first.id && ended.state == .cancelled && ended.failure?.code == .consentConflict)
        #expect(orders.last?.consent != first.id && lab.consent("ads")?.flow == .loopback)
        // The same flow joins, also where nobody names it.
        _ = try lab.begin(orders)
        #expect(try lab.start("ads", .loopback).count == 1 && lab.consent("ads")?.id == orders.last?.consent)
        #expect(fault(try lab.start("ads", .clientCredentials)) != nil)
        #expect(lab.consent("ads")?.id == orders.last?.consent && lab.consent("ads")?.state == .pending)
    }

    // P4
    @Test func `a consent whose user has consented is not replaced`() throws {
        var lab = ConsentBookLab()
        let orders = try lab.start("ads", .paste)
        _ = try lab.begin(orders)
        let id = try #require(orders.first?.consent)
        _ = lab.happen(id) { machine, now, _ in machine.paste("c1", from: WaiterID(number: 9), now: now) }
        let joined = try lab.start("ads", .device)
        guard case .answerStarts(_, .success(let consent)) = joined.last?.action else {
            Issue.record("\(joined)")
            return
        }
        #expect(consent.id == id && consent.state == .redeeming)
    }

    // P4
    @Test func `a consent is cancelled once all who started or joined it have left it`() throws {
        var lab = ConsentBookLab()
        #expect(lab.book.leave("ads", now: lab.now).consent == nil)
        _ = try lab.begin(try lab.start("ads", .paste))
        _ = try lab.start("ads", .paste)
        let first = lab.book.leave("ads", now: lab.now)
        #expect(first.consent?.state == .pending && first.orders.isEmpty)
        let last = lab.book.leave("ads", now: lab.now)
        #expect(last.consent?.state == .cancelled && lab.consent("ads")?.state == .cancelled && last.orders.count == 1)
        #expect(lab.book.leave("ads", now: lab.now).consent == nil)

        let orders = try lab.start("ads", .paste)
        _ = try lab.begin(orders)
        let id = try #require(orders.first?.consent)
        _ = lab.happen(id) { machine, now, _ in machine.paste("c1", from: WaiterID(number: 9), now: now) }
        #expect(lab.book.leave("ads", now: lab.now).consent == nil && lab.consent("ads")?.state == .redeeming)

        _ = try lab.begin(try lab.start("mail", .paste))
        lab.now = lab.now + .seconds(600)
        #expect(lab.book.leave("mail", now: lab.now).consent == nil && lab.consent("mail")?.state == .expired)
    }

    @Test func `a start after the time is up is a new consent, even before the timer fires`() throws {
        var lab = ConsentBookLab()
        _ = try lab.begin(try lab.start("ads"))
        let id = lab.consent("ads")?.id
        lab.now = lab.now + (.seconds(600) - .nanoseconds(1))
        _ = try lab.start("ads")
        #expect(lab.consent("ads")?.id == id)
        lab.now = lab.now + .nanoseconds(1)
        let orders = try lab.start("ads")
        #expect(orders.contains { if case .tell(.ended) = $0.action { $0.consent == id } else { false } })
        #expect(orders.last?.consent != id && lab.consent("ads")?.state == .preparing)
    }

    @Test func `the flow is the one that the user asks for, or else the account's`() throws {
        let loopback = try AccountSettings.consenting("ads")
        let elsewhere = try AccountSettings.consenting("ads", redirect: "https://as.example/native")
        var (device, itself) = (loopback, loopback)
        (device.flow, itself.flow) = (.device, .clientCredentials)
        let cases: [(AccountSettings, Consent.Flow?, Consent.Flow?)] = [
            (loopback, nil, .loopback), (loopback, .paste, .paste),
            (loopback, .device, .device), (loopback, .loopback, .loopback),
            (loopback, .clientCredentials, nil), (elsewhere, nil, .paste),
            (elsewhere, .loopback, nil), (elsewhere, .paste, .paste),
            (device, nil, .device), (device, .loopback, .loopback),
            (itself, nil, .clientCredentials), (itself, .clientCredentials, .clientCredentials),
            (itself, .paste, nil), (device, .clientCredentials, nil),
        ]
        for (settings, wish, expected) in cases {
            let flow = try? Consent.Flow(of: settings, wish: wish, at: ConsentBookLab.beginning)
            #expect(flow == expected, "\(settings.flow) \(String(describing: wish))")
        }
        var lab = ConsentBookLab()
        #expect(fault(try lab.start("ads", .clientCredentials))?.detail == "ads acts for a user, who has to consent")
        let own = try lab.start("own", .paste) { $0.flow = .clientCredentials }
        #expect(fault(own)?.detail == "own acts for itself: nobody has to consent")
        let native = fault(try lab.start("ads", .loopback, redirect: "https://as.example/native"))
        #expect(native?.code == .consentConflict && native?.hint == "run: valetkey login ads --paste")
        #expect(lab.consent("ads") == nil)
    }

    @Test func `two live consents can't use the same fixed port`() throws {
        var lab = ConsentBookLab()
        let fixed = "http://127.0.0.1:8080/"
        let first = try lab.start("ads", redirect: fixed)
        #expect(fault(try lab.start("mail", redirect: fixed)) == busy)
        _ = try lab.begin(first, port: 8080)
        #expect(fault(try lab.start("mail", redirect: fixed)) == busy)
        // Other ports, free ports, and flows without a listener don't conflict.
        #expect(fault(try lab.start("b", redirect: "http://127.0.0.1:8081/")) == nil)
        #expect(fault(try lab.start("c")) == nil)
        #expect(fault(try lab.start("d")) == nil)
        #expect(fault(try lab.start("e", .paste, redirect: fixed)) == nil)
        #expect(fault(try lab.start("f", .device, redirect: fixed)) == nil)
        _ = lab.book.cancel("ads", now: lab.now)
        #expect(fault(try lab.start("mail", redirect: fixed)) == nil)
    }

    @Test func `a consent uses the settings, the key and the time limit of its start`() throws {
        var lab = ConsentBookLab()
        lab.book.timeout = .seconds(60)
        let orders = try lab.start("ads", .paste) { $0.scope = Scope(["other"]) }
        lab.book.timeout = .seconds(6000)
        _ = try lab.begin(orders)
        #expect(lab.consent("ads")?.expires == ConsentBookLab.beginning + .seconds(60))
        let id = try #require(orders.first?.consent)
        let redeem = lab.happen(id) { machine, now, _ in machine.paste("c1", from: WaiterID(number: 9), now: now) }
        guard case .redeem(_, _, let key) = redeem.first?.action else {
            Issue.record("\(redeem)")
            return
        }
        #expect(key == Secret("k"))
        let keep = lab.happen(id) { machine, now, _ in machine.redeemed(.granted(.example(), sent: now), now: now) }
        guard case .keep(let grant, let settings) = keep.first?.action else {
            Issue.record("\(keep)")
            return
        }
        #expect(settings.scope == Scope(["other"]) && grant.proofKey == Secret("k"))
    }

    @Test func `a start that fails leaves nothing, and the next one begins again`() throws {
        var lab = ConsentBookLab()
        let id = try #require(try lab.start("ads").first?.consent)
        let orders = lab.happen(id) { $0.resolved(.failure(.noReply), now: $1, using: &$2) }
        #expect(fault(orders) == .noReply)
        #expect(lab.consent("ads") == nil && lab.book.happen(to: id) { _ in [] } == nil)
        #expect(try lab.start("ads").count == 1)
    }

    @Test func `a consent that is over is shown until the next one, and then kept as long as its listener`() throws {
        var lab = ConsentBookLab()
        let orders = try lab.start("ads")
        let id = try #require(orders.first?.consent)
        _ = try lab.begin(orders)
        _ = lab.book.cancel("ads", now: lab.now)
        #expect(lab.consent("ads")?.state == .cancelled)
        _ = try lab.start("ads")
        #expect(lab.book.happen(to: id) { _ in [] } != nil)
        _ = lab.happen(id) { machine, _, _ in
            machine.listenerClosed()
            return []
        }
        #expect(lab.book.happen(to: id) { _ in [] } == nil)
        #expect(lab.consent("ads")?.state == .preparing)

        let paste = try lab.start("mail", .paste)
        _ = try lab.begin(paste)
        _ = lab.book.cancel("mail", now: lab.now)
        let pasted = try #require(paste.first?.consent)
        #expect(lab.book.happen(to: pasted) { _ in [] } != nil)
        _ = try lab.start("mail")
        #expect(lab.book.happen(to: pasted) { _ in [] } == nil)
    }

    @Test func `a listener that opens after a cancel is closed, even if another consent has begun`() throws {
        var lab = ConsentBookLab()
        let orders = try lab.start("ads")
        let id = try #require(orders.first?.consent)
        guard case .resolve(let settings, _) = orders.first?.action else { return }
        let account = try #require(ResolvedAccount(settings))
        _ = lab.happen(id) { $0.resolved(.success(account), now: $1, using: &$2) }
        let cancelled = lab.book.cancel("ads", now: lab.now)
        #expect(cancelled.consent?.state == .cancelled && lab.consent("ads")?.state == .cancelled)
        _ = try lab.start("ads")
        let bound = BoundListener(port: 1, openURL: "")
        let late = lab.happen(id) { $0.listening(.success(bound), now: $1, using: &$2) }
        #expect(late.map(\.action) == [.closeListener])
    }

    @Test func `a cancel returns what it has ended, and nothing where there is nothing to end`() throws {
        var lab = ConsentBookLab()
        #expect(lab.book.cancel("ads", now: lab.now).consent == nil)
        let orders = try lab.start("ads", .paste)
        _ = try lab.begin(orders)
        let id = try #require(orders.first?.consent)
        _ = lab.happen(id) { machine, now, _ in machine.paste("c1", from: WaiterID(number: 9), now: now) }
        #expect(lab.book.cancel("ads", now: lab.now).consent == nil)
        _ = lab.happen(id) { machine, now, _ in machine.redeemed(.failed(), now: now) }
        #expect(lab.book.cancel("ads", now: lab.now).consent == nil)
        _ = try lab.begin(try lab.start("ads", .paste))
        let (consent, ended) = lab.book.cancel("ads", now: lab.now)
        #expect(consent?.state == .cancelled && consent == lab.consent("ads") && ended.count == 1)
        _ = try lab.begin(try lab.start("ads", .paste))
        lab.now = lab.now + .seconds(600)
        let late = lab.book.cancel("ads", now: lab.now)
        #expect(late.consent == nil && late.orders.count == 1 && lab.consent("ads")?.state == .expired)
    }

    @Test func `a stop cancels consents that wait for users, waits for redemptions, and refuses starts`() throws {
        var lab = ConsentBookLab()
        _ = try lab.begin(try lab.start("a"))
        _ = try lab.start("b")
        let orders = try lab.start("c", .paste)
        _ = try lab.begin(orders)
        let redeeming = try #require(orders.first?.consent)
        _ = lab.happen(redeeming) { machine, now, _ in machine.paste("c1", from: WaiterID(number: 9), now: now) }
        #expect(!lab.book.hasEnded)
        _ = lab.book.stop(now: lab.now)
        #expect(lab.consent("a")?.state == .cancelled && lab.consent("b")?.state == .cancelled)
        #expect(lab.consent("c")?.state == .redeeming && !lab.book.hasEnded)
        #expect(fault(try lab.start("a"))?.code == .stopping)
        #expect(fault(try lab.start("c"))?.code == .stopping)
        _ = lab.happen(redeeming) { machine, now, _ in machine.redeemed(.granted(.example(), sent: now), now: now) }
        #expect(!lab.book.hasEnded)
        _ = lab.happen(redeeming) { machine, now, _ in machine.kept(.kept, now: now) }
        #expect(lab.book.hasEnded && lab.consent("c")?.state == .granted)
        var idle = ConsentBookLab()
        #expect(!idle.book.hasEnded)
        _ = idle.book.stop(now: idle.now)
        #expect(idle.book.hasEnded)
    }

    @Test func `one wake handles everything that is due, and nothing else`() throws {
        var lab = ConsentBookLab()
        #expect(lab.book.nextWake == nil)
        lab.book.timeout = .seconds(100)
        _ = try lab.begin(try lab.start("a", .paste))
        lab.book.timeout = .seconds(50)
        _ = try lab.begin(try lab.start("b", .paste))
        _ = try lab.begin(try lab.start("c", .paste))
        #expect(lab.book.nextWake == (ConsentBookLab.beginning + .seconds(50)).instant)
        lab.now = lab.now + (.seconds(50) - .nanoseconds(1))
        #expect(lab.book.wake(now: lab.now).isEmpty)
        lab.now = lab.now + .nanoseconds(1)
        #expect(Set(lab.book.wake(now: lab.now).map(\.account)) == ["b", "c"])
        #expect(lab.book.nextWake == (ConsentBookLab.beginning + .seconds(100)).instant)
    }

    @Test func `a caller that waits for an account's consent waits for its newest one`() throws {
        var lab = ConsentBookLab()
        let waiter = WaiterID(number: 40)
        #expect(lab.book.happen(toNewestOf: "ads") { _ in [] } == nil)
        _ = try lab.begin(try lab.start("ads", .paste))
        _ = lab.book.cancel("ads", now: lab.now)
        _ = try lab.begin(try lab.start("ads", .paste))
        let now = lab.now
        let orders = lab.book.happen(toNewestOf: "ads") { $0.wait(waiter, until: .distantFuture, now: now) }
        #expect(orders == [])
        let released = lab.book.release(waiter, now: lab.now)
        let consent = try #require(lab.consent("ads"))
        #expect(released.map(\.action) == [.answerWaiters([waiter], consent)])
        #expect(lab.book.release(waiter, now: lab.now).isEmpty)
    }
}
