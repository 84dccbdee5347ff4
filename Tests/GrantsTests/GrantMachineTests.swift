import Accounts
import Failures
import FoundationEssentials
import OAuth
import TestStores
import Testing
import Text

@testable import Grants

struct GrantMachineTests {
    // REFRESH-4
    @Test func `a rotated token is stored before it is handed out`() throws {
        var (machine, order, reader) = GrantMachine.refreshing()
        let after = machine.refreshEnded(
            .granted(.example("2", refresh: "r2"), sent: start), of: order, now: start)
        let saved = try #require(after.saved)
        #expect(saved.grant.refreshToken == Secret("r2"))
        #expect(!after.publishes && after.answers.isEmpty)
        #expect(machine.published?.accessToken == Secret("a1"))
        let done = machine.saveEnded(nil, version: saved.version, now: start)
        #expect(done.publishes)
        #expect(done.answers.first?.ids == [reader])
        #expect(machine.published?.accessToken == Secret("a2"))
    }

    // REFRESH-1, REFRESH-2
    @Test(arguments: [("r2", "r2"), (nil, "r1")])
    func `a refresh token in a reply replaces the old one, and without one the old one stays`(
        came: String?, kept: String
    ) {
        var (machine, order, _) = GrantMachine.refreshing()
        let after = machine.refreshEnded(
            .granted(.example("2", refresh: came), sent: start), of: order, now: start)
        #expect(after.saved?.grant.refreshToken == Secret(kept))
    }

    // REFRESH-3
    @Test func `a refresh asks for the granted scope and no more`() {
        var grant = Grant.example()
        grant.requestedScope = Scope(["mail", "calendar", "offline_access"])
        grant.scope = Scope(["mail", "extra"])
        #expect(grant.refreshScope.tokens == ["mail", "offline_access"])
        #expect(grant.missingScope.tokens == ["calendar"])
        grant.scope = Scope(["another-name"])
        #expect(grant.refreshScope.isEmpty)
    }

    // REFRESH-5
    @Test func `ten thousand readers wait for one refresh`() throws {
        var machine = GrantMachine.active()
        var posts = 0
        for number in UInt64(1)...10_000 {
            let actions = machine.read(
                ReaderNeed(newerThan: machine.published?.version), id: ReaderID(number: number),
                deadline: start.instant + .seconds(30), now: start)
            posts += actions.order == nil ? 0 : 1
        }
        #expect(posts == 1)
        let order = RefreshOrder(version: machine.version, grant: .example())
        let saved = try #require(
            machine.refreshEnded(.granted(.example("2"), sent: start), of: order, now: start).saved)
        let done = machine.saveEnded(nil, version: saved.version, now: start)
        #expect(done.answers.map(\.ids.count) == [10_000])
    }

    // REFRESH-6
    @Test func `a failure keeps the grant, serves the valid token and is retried`() {
        var (machine, order, reader) = GrantMachine.refreshing()
        let failed = RefreshOutcome.failed(.badReply, "HTTP 503", retryAfter: .seconds(120))
        let after = machine.refreshEnded(failed, of: order, now: start)
        #expect(machine.grant?.refreshToken == Secret("r1"))
        #expect(machine.published?.accessToken == Secret("a1"))
        // Retry-After exceeds the time that the reader can wait, so it is told at once.
        guard case .unavailable(_, let wait) = after.answers.first?.answer else {
            Issue.record("\(after)")
            return
        }
        #expect(after.answers.first?.ids == [reader])
        #expect(wait >= .seconds(120))
        #expect(machine.wake(now: start + .seconds(119)).order == nil)
        #expect(machine.wake(now: start + wait + .seconds(1)).order != nil)
    }

    // REFRESH-7
    @Test func `a grant needs a new consent after two refusals with a pause, and its refresh token is kept`() throws {
        var (machine, order, _) = GrantMachine.refreshing()
        let refusal = RefreshOutcome.refused("invalid_grant")
        _ = machine.refreshEnded(refusal, of: order, now: start)
        #expect(!machine.needsConsent)
        #expect(machine.wake(now: start + .seconds(19)).order == nil)
        let second = try #require(machine.wake(now: start + .seconds(21)).order)
        let after = machine.refreshEnded(refusal, of: second, now: start + .seconds(21))
        #expect(machine.needsConsent)
        #expect(machine.grant?.refreshToken == Secret("r1"))
        #expect(after.contains { if case .tell(.consentRequired) = $0 { true } else { false } })
        // The refused refresh token is used again when the user asks for it, and never otherwise.
        #expect(machine.nextWake == nil)
        let id = ReaderID(number: 9)
        let again = machine.refreshNow(id: id, deadline: start.instant + .seconds(60), now: start + .seconds(30))
        #expect(again.order?.grant.refreshToken == Secret("r1"))
    }

    // REFRESH-8
    @Test(arguments: ["invalid_client", "unauthorized_client", "invalid_scope"])
    func `a configuration error keeps the refresh token, and isn't retried quickly`(code: String) {
        var (machine, order, _) = GrantMachine.refreshing()
        let refusal = RefreshOutcome.refused(code)
        let after = machine.refreshEnded(refusal, of: order, now: start)
        guard case .misconfigured(let failure) = after.answers.first?.answer else {
            Issue.record("\(after)")
            return
        }
        #expect(failure.hint?.contains("[accounts.demo]") == true)
        #expect(machine.grant?.refreshToken == Secret("r1"))
        #expect(machine.wake(now: start + .seconds(3599)).order == nil)
        #expect(machine.wake(now: start + .seconds(3601)).order != nil)
    }

    // REFRESH-8
    @Test(arguments: [FailureCode.clientSecret, .clientKey, .dpopKey, .noEndpoint, .otherIssuer])
    func `a missing key or secret is a configuration error, and a reload retries it`(
        code: FailureCode
    ) {
        var (machine, order, reader) = GrantMachine.refreshing()
        let failure = Failure(code, "missing", hint: "make it", at: start.wall)
        let failed = RefreshOutcome.failed(failure)
        let after = machine.refreshEnded(failed, of: order, now: start)
        #expect(after.contains(.answer([reader], .misconfigured(failure))))
        #expect(machine.published?.accessToken == Secret("a1") && machine.grant?.refreshToken == Secret("r1"))
        #expect(machine.wake(now: start + .seconds(3599)).order == nil)
        #expect(machine.retry(now: start + .seconds(5)).order != nil)
    }

    // READ-1
    @Test func `a token of an earlier boot is refreshed at once, and served until then`() throws {
        var machine = GrantMachine.loading
        _ = machine.loadEnded(.example(), isOfEarlierBoot: true, now: start + .seconds(60))
        #expect(machine.published?.accessToken == Secret("a1"))
        let order = try #require(machine.wake(now: start + .seconds(60)).order)
        let failed = RefreshOutcome.failed(.connection, "")
        _ = machine.refreshEnded(failed, of: order, now: start + .seconds(61))
        #expect(machine.published?.satisfies(ReaderNeed(), at: start.instant + .seconds(3000)) == true)
    }

    // READ-1
    @Test func `a token isn't served in its last seconds, nor after its expiry`() {
        let machine = GrantMachine.active()
        let token = machine.published
        #expect(token?.satisfies(ReaderNeed(), at: start.instant + .seconds(3590)) == true)
        #expect(token?.satisfies(ReaderNeed(), at: start.instant + .seconds(3599)) == false)
        #expect(token?.satisfies(ReaderNeed(), at: start.instant + .seconds(4000)) == false)
        #expect(token?.satisfies(ReaderNeed(validity: .seconds(600)), at: start.instant + .seconds(3100)) == false)
    }

    // REVOKE-3
    @Test(arguments: [false, true])
    func `the grant of a refresh that ends after a logout is revoked, even after another consent`(consents: Bool) {
        var (machine, order, _) = GrantMachine.refreshing()
        _ = machine.logout(now: start)
        if consents { _ = machine.consented(.example("9", refresh: "r9"), now: start) }
        let (grant, published) = (machine.grant, machine.published)
        let after = machine.refreshEnded(.granted(.example("2", refresh: "r2"), sent: start), of: order, now: start)
        guard case .revoke(let revoked) = after.first, after.count == 1 else {
            Issue.record("\(after)")
            return
        }
        #expect(revoked.refreshToken == Secret("r2") && revoked.accessToken == Secret("a2"))
        #expect(machine.grant == grant && machine.published == published)
    }

    @Test func `the grant of a refresh that ends after a newer consent may only replace the grant it refreshed`() {
        var (machine, order, _) = GrantMachine.refreshing()
        _ = machine.consented(.example("9", refresh: "r9"), now: start)
        let late = RefreshOutcome.granted(.example("2", refresh: "r2"), sent: start)
        let refreshed = Grant.example().refreshed(by: .example("2", refresh: "r2"), sent: start)
        #expect(machine.refreshEnded(late, of: order, now: start) == [.rescue(refreshed, replacing: Secret("r1"))])
        #expect(machine.rescueEnded(nil, refreshed, replacing: Secret("r1"), now: start).isEmpty)
        #expect(machine.grant?.refreshToken == Secret("r9"))
        let kept = RefreshOutcome.granted(.example("2", refresh: nil), sent: start)
        #expect(machine.refreshEnded(kept, of: order, now: start) == [.tell(.staleResult)])
    }

    @Test func `a machine that was started with the refreshed grant adopts the rescued one`() throws {
        let (_, order, _) = GrantMachine.refreshing()
        var waiting = GrantMachine.loading
        _ = waiting.loadEnded(.example(), flights: [order], now: start)
        #expect(waiting.wake(now: start + .seconds(3600)).order == nil, "one refresh at a time")
        let late = RefreshOutcome.granted(.example("2", refresh: "r2"), sent: start)
        #expect(waiting.refreshEnded(late, of: order, now: start).saved?.grant.refreshToken == Secret("r2"))

        var other = GrantMachine.active()
        let refreshed = Grant.example("2", refresh: "r2")
        let saved = other.rescueEnded(nil, refreshed, replacing: Secret("r1"), now: start).saved
        #expect(saved?.grant == refreshed && other.isSaving)
    }

    @Test func `a new token that the disk refuses is served from memory and written again`() throws {
        var (machine, order, _) = GrantMachine.refreshing()
        let saved = try #require(
            machine.refreshEnded(.granted(.example("2"), sent: start), of: order, now: start).saved)
        let refused = machine.saveEnded(.disk, version: saved.version, now: start)
        #expect(refused.publishes && machine.saveFailure == .disk)
        let retry = machine.wake(now: start + .seconds(10))
        #expect(retry.saved?.grant == saved.grant)
        _ = machine.saveEnded(nil, version: saved.version, now: start + .seconds(10))
        #expect(machine.saveFailure == nil)
    }

    @Test func `a reader that needs more validity than a token's whole lifetime is told at once`() {
        var machine = GrantMachine.active(.example(lifetime: .seconds(60)))
        let actions = machine.read(
            ReaderNeed(validity: .seconds(300)), id: ReaderID(number: 1), deadline: start.instant + .seconds(30),
            now: start)
        #expect(actions == [.answer([ReaderID(number: 1)], .tooShortLived(.seconds(60)))])
    }

    @Test func `tokens that have expired on arrival aren't requested again without a pause`() {
        var machine = GrantMachine.active(.example(lifetime: .zero))
        #expect(machine.wake(now: start + .seconds(59)).order == nil)
        #expect(machine.wake(now: start + .seconds(71)).order != nil)
    }

    @Test func `a failure has a hint, even if the server gives none`() {
        var (machine, order, _) = GrantMachine.refreshing()
        let failed = RefreshOutcome.failed(.badReply, "HTTP 500")
        _ = machine.refreshEnded(failed, of: order, now: start)
        #expect(machine.lastFailure?.hint?.hasPrefix("if it keeps failing") == true)
    }

    @Test func `a configuration error that only a person can correct isn't tried again before a person asks`() {
        for isLasting in [false, true] {
            var (machine, order, _) = GrantMachine.refreshing()
            var failure = Failure(.invalidClient, "no", at: start.wall)
            failure.isLasting = isLasting
            _ = machine.refreshEnded(.failed(failure), of: order, now: start)
            #expect((machine.nextRefresh == nil) == isLasting && (machine.nextWake == nil) == isLasting)
            #expect((machine.wake(now: start + .seconds(86_400)).order == nil) == isLasting)
            if isLasting { #expect(machine.retry(now: start + .seconds(86_400)).order != nil) }
        }
    }

    @Test func `without a refresh token the account needs a consent once the token has expired`() {
        var machine = GrantMachine.active(.example(refresh: nil))
        #expect(machine.nextWake == start.instant + .seconds(3600))
        _ = machine.wake(now: start + .seconds(3600))
        #expect(machine.needsConsent)
        #expect(machine.lastFailure?.hint?.contains("offline") == true)
    }

    @Test func `many requests for new tokens are limited by the allowance`() {
        var machine = GrantMachine.active()
        var (posts, moment) = (0, start)
        for number in UInt64(1)...2000 {
            moment = moment + .milliseconds(500)
            let actions = machine.read(
                ReaderNeed(newerThan: machine.published?.version), id: ReaderID(number: number),
                deadline: moment.instant + .seconds(1), now: moment)
            guard let order = actions.order else { continue }
            posts += 1
            let saved = machine.refreshEnded(
                .granted(.example("\(number)"), sent: moment), of: order, now: moment
            ).saved
            _ = machine.saveEnded(nil, version: saved?.version ?? 0, now: moment)
        }
        // In 1000 s: a burst of 30, then one every 5 s.
        #expect((200...231).contains(posts))
    }
}

struct GrantMishapTests {
    @Test func `a retry of a write waits while a newer grant is being saved`() throws {
        var (machine, order, _) = GrantMachine.refreshing()
        let saved = try #require(
            machine.refreshEnded(.granted(.example("2"), sent: start), of: order, now: start).saved)
        _ = machine.saveEnded(.disk, version: saved.version, now: start)
        let again = machine.read(
            ReaderNeed(newerThan: machine.published?.version), id: ReaderID(number: 5),
            deadline: start.instant + .seconds(900), now: start)
        let next = try #require(again.order)
        _ = machine.refreshEnded(.granted(.example("3"), sent: start), of: next, now: start)
        // The retry is due: the machine must not ask for a wake in which it does nothing.
        #expect(machine.wake(now: start + .seconds(600)).isEmpty)
        #expect((machine.nextWake ?? .distantFuture) > start.instant + .seconds(600))
    }

    @Test func `a grant whose token can't be handed out keeps its refresh token, and isn't retried quickly`() throws {
        var (machine, order, _) = GrantMachine.refreshing()
        var tokens = IssuedTokens.example("2", refresh: "r2")
        tokens.tokenType = "mac"
        let saved = try #require(
            machine.refreshEnded(.granted(tokens, sent: start), of: order, now: start).saved)
        #expect(saved.grant.refreshToken == Secret("r2"))
        let done = machine.saveEnded(nil, version: saved.version, now: start)
        #expect(!done.publishes)
        #expect(machine.published?.accessToken == Secret("a1"))
        #expect(machine.wake(now: start + .seconds(1800)).order == nil)
    }

    @Test func `a grant with a rejected id_token and without a refresh token needs a consent`() throws {
        var machine = GrantMachine.loading
        var grant = Grant.example(refresh: nil)
        grant.isBelieved = false
        let saved = try #require(machine.consented(grant, now: start).saved)
        _ = machine.saveEnded(nil, version: saved.version, now: start)
        _ = machine.wake(now: start + .seconds(3601))
        #expect(machine.needsConsent)
        // Nothing is left to do: a wake without effect would repeat for ever.
        #expect(machine.nextWake == nil)
    }

    // A8
    @Test func `a token of an unknown type without a refresh token waits for different settings`() throws {
        var machine = GrantMachine.empty
        var grant = Grant.example(refresh: nil)
        grant.tokenType = "bot"
        let saved = try #require(machine.consented(grant, now: start).saved)
        _ = machine.saveEnded(nil, version: saved.version, now: start)
        #expect(machine.nextWake == nil && machine.nextRefresh == nil)
        #expect(machine.wake(now: start + .seconds(100_000)).isEmpty && machine.retry(now: start).isEmpty)
        #expect(machine.lastFailure?.code == .unusableToken && !machine.needsConsent)
        #expect(machine.adopt(RefreshPolicy(replies: ReplyTraits(takesAnyType: true)), now: start).publishes)
    }

    @Test func `two machines of an account never share a version`() {
        let lives = [UInt64(1), 2].map {
            GrantMachine(account: "demo", policy: RefreshPolicy(), jitter: Jitter(seed: 1), number: $0)
        }
        #expect(lives[0].version != lives[1].version)
    }
}
