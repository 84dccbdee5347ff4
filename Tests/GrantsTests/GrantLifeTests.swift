import Failures
import FoundationEssentials
import OAuth
import Testing
import Text

@testable import Grants

struct GrantLifeTests {
    // REFRESH-4
    @Test func `a rotated token is on disk before it is handed out`() throws {
        var (life, order, reader) = GrantLife.refreshing()
        let after = life.refreshEnded(
            .granted(.example("2", refresh: "r2"), sent: start), of: order, now: start)
        let saved = try #require(after.saved)
        #expect(saved.grant.refreshToken == Secret("r2"))
        #expect(!after.publishes && after.answers.isEmpty)
        #expect(life.published?.accessToken == Secret("a1"))
        let done = life.saveEnded(nil, version: saved.version, now: start)
        #expect(done.publishes)
        #expect(done.answers.first?.ids == [reader])
        #expect(life.published?.accessToken == Secret("a2"))
    }

    // REFRESH-1, REFRESH-2
    @Test(arguments: [("r2", "r2"), (nil, "r1")])
    func `a reply's refresh token replaces the old one, and without one the old one stays`(
        came: String?, kept: String
    ) {
        var (life, order, _) = GrantLife.refreshing()
        let after = life.refreshEnded(
            .granted(.example("2", refresh: came), sent: start), of: order, now: start)
        #expect(after.saved?.grant.refreshToken == Secret(kept))
    }

    // REFRESH-3
    @Test func `a refresh asks for what was granted and no more`() {
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
        var life = GrantLife.active()
        var posts = 0
        for number in UInt64(1)...10_000 {
            let actions = life.read(
                ReaderNeed(newerThan: life.published?.version), id: ReaderID(number: number),
                deadline: start.instant + .seconds(30), now: start)
            posts += actions.order == nil ? 0 : 1
        }
        #expect(posts == 1)
        let order = RefreshOrder(version: life.version, grant: .example())
        let saved = try #require(
            life.refreshEnded(.granted(.example("2"), sent: start), of: order, now: start).saved)
        let done = life.saveEnded(nil, version: saved.version, now: start)
        #expect(done.answers.map(\.ids.count) == [10_000])
    }

    // REFRESH-6
    @Test func `a failure keeps the grant, serves the valid token and tries again`() {
        var (life, order, reader) = GrantLife.refreshing()
        let failed = RefreshOutcome.failed(.badReply, "HTTP 503", retryAfter: .seconds(120))
        let after = life.refreshEnded(failed, of: order, now: start)
        #expect(life.grant?.refreshToken == Secret("r1"))
        #expect(life.published?.accessToken == Secret("a1"))
        // Retry-After is beyond what the reader can wait: it hears so at once.
        guard case .unavailable(_, let wait) = after.answers.first?.answer else {
            Issue.record("\(after)")
            return
        }
        #expect(after.answers.first?.ids == [reader])
        #expect(wait >= .seconds(120))
        #expect(life.wake(now: start + .seconds(119)).order == nil)
        #expect(life.wake(now: start + wait + .seconds(1)).order != nil)
    }

    // REFRESH-7
    @Test func `a grant is called gone after two refusals with a pause, and its token is kept`() throws {
        var (life, order, _) = GrantLife.refreshing()
        let refusal = RefreshOutcome.refused("invalid_grant")
        _ = life.refreshEnded(refusal, of: order, now: start)
        #expect(!life.needsConsent)
        #expect(life.wake(now: start + .seconds(19)).order == nil)
        let second = try #require(life.wake(now: start + .seconds(21)).order)
        let after = life.refreshEnded(refusal, of: second, now: start + .seconds(21))
        #expect(life.needsConsent)
        #expect(life.grant?.refreshToken == Secret("r1"))
        #expect(after.contains { if case .tell(.consentRequired) = $0 { true } else { false } })
        // The quarantined token is tried again where the user asks for it, and by itself never.
        #expect(life.nextWake == nil)
        let id = ReaderID(number: 9)
        let again = life.refreshNow(id: id, deadline: start.instant + .seconds(60), now: start + .seconds(30))
        #expect(again.order?.grant.refreshToken == Secret("r1"))
    }

    // REFRESH-8
    @Test(arguments: ["invalid_client", "unauthorized_client", "invalid_scope"])
    func `an error of the configuration keeps the token and hammers nothing`(code: String) {
        var (life, order, _) = GrantLife.refreshing()
        let refusal = RefreshOutcome.refused(code)
        let after = life.refreshEnded(refusal, of: order, now: start)
        guard case .misconfigured(let failure) = after.answers.first?.answer else {
            Issue.record("\(after)")
            return
        }
        #expect(failure.hint?.contains("[accounts.demo]") == true)
        #expect(life.grant?.refreshToken == Secret("r1"))
        #expect(life.wake(now: start + .seconds(3599)).order == nil)
        #expect(life.wake(now: start + .seconds(3601)).order != nil)
    }

    // REFRESH-8
    @Test(arguments: [FailureCode.clientSecret, .clientKey, .dpopKey, .noEndpoint, .otherIssuer])
    func `what the configuration names and isn't there is no passing failure, and a reload tries it again`(
        code: FailureCode
    ) {
        var (life, order, reader) = GrantLife.refreshing()
        let failure = Failure(code, "missing", hint: "make it", at: start.wall)
        let failed = RefreshOutcome.failed(failure)
        let after = life.refreshEnded(failed, of: order, now: start)
        #expect(after.contains(.answer([reader], .misconfigured(failure))))
        #expect(life.published?.accessToken == Secret("a1") && life.grant?.refreshToken == Secret("r1"))
        #expect(life.wake(now: start + .seconds(3599)).order == nil)
        #expect(life.retry(now: start + .seconds(5)).order != nil)
    }

    // READ-1
    @Test func `what is of an earlier boot is refreshed at once, and served meanwhile`() throws {
        var life = GrantLife.fresh
        _ = life.restore(.example(), isOfEarlierBoot: true, now: start + .seconds(60))
        #expect(life.published?.accessToken == Secret("a1"))
        let order = try #require(life.wake(now: start + .seconds(60)).order)
        let failed = RefreshOutcome.failed(.connection, "")
        _ = life.refreshEnded(failed, of: order, now: start + .seconds(61))
        #expect(life.published?.satisfies(ReaderNeed(), at: start.instant + .seconds(3000)) == true)
    }

    // READ-1
    @Test func `a token is not served to its last moment, and never after`() {
        let life = GrantLife.active()
        let token = life.published
        #expect(token?.satisfies(ReaderNeed(), at: start.instant + .seconds(3590)) == true)
        #expect(token?.satisfies(ReaderNeed(), at: start.instant + .seconds(3599)) == false)
        #expect(token?.satisfies(ReaderNeed(), at: start.instant + .seconds(4000)) == false)
        #expect(token?.satisfies(ReaderNeed(validity: .seconds(600)), at: start.instant + .seconds(3100)) == false)
    }

    // REVOKE-3
    @Test(arguments: [false, true])
    func `what a refresh brings after the logout is revoked, also where a consent came since`(consents: Bool) {
        var (life, order, _) = GrantLife.refreshing()
        _ = life.logout(now: start)
        if consents { _ = life.consented(.example("9", refresh: "r9"), now: start) }
        let (grant, published) = (life.grant, life.published)
        let after = life.refreshEnded(.granted(.example("2", refresh: "r2"), sent: start), of: order, now: start)
        guard case .revoke(let revoked) = after.first, after.count == 1 else {
            Issue.record("\(after)")
            return
        }
        #expect(revoked.refreshToken == Secret("r2") && revoked.accessToken == Secret("a2"))
        #expect(life.grant == grant && life.published == published)
    }

    @Test func `what a refresh brings after a newer consent goes to the disk's own judgement, and nowhere else`() {
        var (life, order, _) = GrantLife.refreshing()
        _ = life.consented(.example("9", refresh: "r9"), now: start)
        let late = RefreshOutcome.granted(.example("2", refresh: "r2"), sent: start)
        let renewed = Grant.example().renewed(by: .example("2", refresh: "r2"), sent: start)
        #expect(life.refreshEnded(late, of: order, now: start) == [.rescue(renewed, renewing: Secret("r1"))])
        #expect(life.rescueEnded(nil, renewed, renewing: Secret("r1"), now: start).isEmpty)
        #expect(life.grant?.refreshToken == Secret("r9"))
        let kept = RefreshOutcome.granted(.example("2", refresh: nil), sent: start)
        #expect(life.refreshEnded(kept, of: order, now: start) == [.tell(.staleResult)])
    }

    @Test func `a life that began with what was renewed goes on with the renewed grant`() throws {
        let (_, order, _) = GrantLife.refreshing()
        var waiting = GrantLife.fresh
        _ = waiting.restore(.example(), flights: [order], now: start)
        #expect(waiting.wake(now: start + .seconds(3600)).order == nil, "one refresh at a time")
        let late = RefreshOutcome.granted(.example("2", refresh: "r2"), sent: start)
        #expect(waiting.refreshEnded(late, of: order, now: start).saved?.grant.refreshToken == Secret("r2"))

        var other = GrantLife.active()
        let renewed = Grant.example("2", refresh: "r2")
        let saved = other.rescueEnded(nil, renewed, renewing: Secret("r1"), now: start).saved
        #expect(saved?.grant == renewed && other.isSaving)
    }

    @Test func `where the disk refuses, the new token is served from memory and written again`() throws {
        var (life, order, _) = GrantLife.refreshing()
        let saved = try #require(
            life.refreshEnded(.granted(.example("2"), sent: start), of: order, now: start).saved)
        let refused = life.saveEnded(.disk, version: saved.version, now: start)
        #expect(refused.publishes && life.saveFailure == .disk)
        let retry = life.wake(now: start + .seconds(10))
        #expect(retry.saved?.grant == saved.grant)
        _ = life.saveEnded(nil, version: saved.version, now: start + .seconds(10))
        #expect(life.saveFailure == nil)
    }

    @Test func `no wait beyond a token's whole life`() {
        var life = GrantLife.active(.example(lifetime: .seconds(60)))
        let actions = life.read(
            ReaderNeed(validity: .seconds(300)), id: ReaderID(number: 1), deadline: start.instant + .seconds(30),
            now: start)
        #expect(actions == [.answer([ReaderID(number: 1)], .tooShortLived(.seconds(60)))])
    }

    @Test func `tokens that have expired when they come are not asked for without a pause`() {
        var life = GrantLife.active(.example(lifetime: .zero))
        #expect(life.wake(now: start + .seconds(59)).order == nil)
        #expect(life.wake(now: start + .seconds(71)).order != nil)
    }

    @Test func `what goes wrong has a next step, also where the server names none`() {
        var (life, order, _) = GrantLife.refreshing()
        let failed = RefreshOutcome.failed(.badReply, "HTTP 500")
        _ = life.refreshEnded(failed, of: order, now: start)
        #expect(life.lastFailure?.hint?.hasPrefix("it is tried again by itself") == true)
    }

    @Test func `without a refresh token the account needs consent once the token is over`() {
        var life = GrantLife.active(.example(refresh: nil))
        #expect(life.nextWake == start.instant + .seconds(3600))
        _ = life.wake(now: start + .seconds(3600))
        #expect(life.needsConsent)
        #expect(life.lastFailure?.hint?.contains("offline") == true)
    }

    @Test func `a flood of wishes for new tokens is held to the allowance`() {
        var life = GrantLife.active()
        var (posts, moment) = (0, start)
        for number in UInt64(1)...2000 {
            moment = moment + .milliseconds(500)
            let actions = life.read(
                ReaderNeed(newerThan: life.published?.version), id: ReaderID(number: number),
                deadline: moment.instant + .seconds(1), now: moment)
            guard let order = actions.order else { continue }
            posts += 1
            let saved = life.refreshEnded(
                .granted(.example("\(number)"), sent: moment), of: order, now: moment
            ).saved
            _ = life.saveEnded(nil, version: saved?.version ?? 0, now: moment)
        }
        // 1000 s: a burst of 30, then one each 5 s.
        #expect((200...231).contains(posts))
    }
}

struct RefreshPolicyTests {
    @Test(
        arguments: [
            (3600, nil, nil, 3225, 3300), (20, nil, nil, 17, 18), (86_400, nil, nil, 86_025, 86_100),
            (3600, nil, 600, 2850, 3000), (3600, 1800, nil, 1725, 1800), (3600, nil, 5000, 1350, 1800),
        ] as [(Int64, Int64?, Int64?, Int64, Int64)])
    func `a refresh is due ahead of expiry, with jitter`(
        life: Int64, refreshIn: Int64?, lead: Int64?, earliest: Int64, latest: Int64
    ) {
        var grant = Grant.example(lifetime: .seconds(life))
        grant.refreshIn = refreshIn.map { .seconds($0) }
        let policy = RefreshPolicy(lead: lead.map { .seconds($0) })
        var jitter = Jitter(seed: 1)
        let dues = Set((0..<50).map { _ in policy.due(grant, jitter: &jitter) })
        #expect(dues.count == 50)
        #expect(dues.allSatisfy { $0 >= start.instant + .seconds(earliest) && $0 <= start.instant + .seconds(latest) })
    }

    @Test func `pauses grow to a cap`() {
        var jitter = Jitter(seed: 1)
        let pauses = (1...20).map { RefreshPolicy.pause(failures: $0, asked: nil, jitter: &jitter) }
        #expect(pauses.allSatisfy { $0 >= .seconds(1) && $0 <= .seconds(301) })
        #expect(pauses.suffix(10).contains { $0 > .seconds(30) })
    }

    @Test func `times stop at the ends of the scale`() {
        #expect(Instant(nanoseconds: .max - 5) + .seconds(10) == .distantFuture)
        #expect(start.instant + .seconds(Int64.max) == .distantFuture)
        #expect(Instant.distantFuture - Instant(nanoseconds: -5) == .nanoseconds(Int64.max))
    }
}

struct GrantMishapTests {
    @Test func `a write that is due again waits while a newer grant is being saved`() throws {
        var (life, order, _) = GrantLife.refreshing()
        let saved = try #require(
            life.refreshEnded(.granted(.example("2"), sent: start), of: order, now: start).saved)
        _ = life.saveEnded(.disk, version: saved.version, now: start)
        let again = life.read(
            ReaderNeed(newerThan: life.published?.version), id: ReaderID(number: 5),
            deadline: start.instant + .seconds(900), now: start)
        let next = try #require(again.order)
        _ = life.refreshEnded(.granted(.example("3"), sent: start), of: next, now: start)
        // The retry's time has come: the life must not ask to be woken for what it won't do.
        #expect(life.wake(now: start + .seconds(600)).isEmpty)
        #expect((life.nextWake ?? .distantFuture) > start.instant + .seconds(600))
    }

    @Test func `a token that can't be handed out keeps its refresh token and hammers nothing`() throws {
        var (life, order, _) = GrantLife.refreshing()
        var tokens = IssuedTokens.example("2", refresh: "r2")
        tokens.isBelieved = false
        let saved = try #require(
            life.refreshEnded(.granted(tokens, sent: start), of: order, now: start).saved)
        #expect(saved.grant.refreshToken == Secret("r2"))
        let done = life.saveEnded(nil, version: saved.version, now: start)
        #expect(!done.publishes)
        #expect(life.published?.accessToken == Secret("a1"))
        #expect(life.wake(now: start + .seconds(1800)).order == nil)
    }

    @Test func `a token that can't be handed out and has no refresh token ends in a consent`() throws {
        var life = GrantLife.fresh
        var grant = Grant.example(refresh: nil)
        grant.isUsable = false
        let saved = try #require(life.consented(grant, now: start).saved)
        _ = life.saveEnded(nil, version: saved.version, now: start)
        _ = life.wake(now: start + .seconds(3601))
        #expect(life.needsConsent)
        // Nothing is left to be woken for: a wake that does nothing would come again and again.
        #expect(life.nextWake == nil)
    }

    @Test func `two lives of an account never share a version`() {
        let lives = [UInt64(1), 2].map {
            GrantLife(account: "demo", policy: RefreshPolicy(), jitter: Jitter(seed: 1), number: $0)
        }
        #expect(lives[0].version != lives[1].version)
    }
}
