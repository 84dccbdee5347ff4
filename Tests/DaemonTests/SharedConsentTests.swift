import APIContract
import Accounts
import AuthorizationServer
import Failures
import Grants
import OAuth
import Register
import Stores
import TestRegister
import Testing
import Text

@testable import Daemon

/// Consents and logouts of an account that is shared, while the register can't be used.
@Suite(.timeLimit(.minutes(5))) struct SharedConsentTests {
    private func shared(_ server: AuthorizationServer) throws -> AccountSettings {
        var settings = try AccountSettings.discovered(server)
        settings.isShared = true
        return settings
    }

    private func problem(_ rig: Rig, _ flow: ConsentFlow?) async throws -> Problem {
        guard case .failure(let problem) = await rig.api.startConsent("demo", ConsentRequest(flow: flow)) else {
            throw Unexpected()
        }
        return problem
    }

    /// Takes the pasted redirect of a consent that has started.
    private func end(_ started: ConsentReport, _ rig: Rig) async throws {
        let redirect = rig.server.answer(
            authorizationURL: try #require(started.authorizationURL), user: Rig.user.name, password: Rig.user.password)
        _ = await rig.api.takeRedirect("demo", PastedRedirect(redirect: try #require(redirect)))
        #expect(try await rig.end().state == .granted)
    }

    private func share(_ rig: Rig) throws -> ShareReport { try #require(rig.api.accounts().accounts[0].share) }

    @Test(arguments: [nil, ConsentFlow.paste, .device])
    func `a consent isn't begun while the register doesn't answer`(flow: ConsentFlow?) async throws {
        let fleet = try TestFleet()
        fleet.link.set(.down)
        try await Rig.run(account: shared, fleet: fleet) { rig in
            let problem = try await problem(rig, flow)
            #expect(problem.code == .storeUnreachable && problem.status == 503)
            #expect(problem.detail == "demo: the shared store has not answered: no connection")
            #expect(problem.hint == "check: valetkey store status")
            // Not even the server's metadata was asked for.
            #expect(rig.server.activity.entries.isEmpty && rig.transport.calls.isEmpty)
            guard case .failure(let none) = await rig.api.consent("demo", wait: 0) else { throw Unexpected() }
            #expect(none.code == .noConsentPending)
            fleet.link.set(.up)
            #expect(try await rig.api.startConsent("demo", ConsentRequest(flow: flow)).get().state == .pending)
        }
    }

    @Test func `a consent isn't begun where the engine denies access`() async throws {
        let fleet = try TestFleet()
        fleet.link.set(.denied)
        try await Rig.run(account: shared, fleet: fleet) { rig in
            let detail = try await problem(rig, .paste).detail
            #expect(detail.contains("not allowed"))
        }
    }

    @Test func `a consent isn't begun where the register was lost since its last answer`() async throws {
        let fleet = try TestFleet()
        try await Rig.run(account: shared, fleet: fleet) { rig in
            try await fleet.change { _ = try await rig.consent() }
            fleet.link.set(.down)
            #expect(try await problem(rig, .paste).code == .storeUnreachable)
        }
    }

    @Test func `a consent isn't begun over a record that can't be used`() async throws {
        let fleet = try TestFleet()
        try await Rig.run(account: shared, fleet: fleet) { rig in
            let settings = try #require(rig.keeper.account("demo")?.settings)
            let name = SharedPlace(fleet: TestFleet.name, account: "demo", binding: GrantBinding(settings)).name
            let sealed = try SealedRecord.seal([1], for: name, key: try TestFleet.key())
            let written = try await fleet.other.write(sealed, to: name, ifRevision: .absent)
            let problem = try await problem(rig, .paste)
            #expect(problem.code == .storage && problem.hint?.contains("old_keys") == true)
            guard case .written(let revision, _) = written else { throw Unexpected() }
            _ = try await fleet.other.write([1], to: name, ifRevision: revision)
            #expect(try await self.problem(rig, .paste).hint?.contains("etcdctl del \(name.text)") == true)
        }
    }

    @Test func `an account that isn't shared needs no register`() async throws {
        let fleet = try TestFleet()
        fleet.link.set(.down)
        try await Rig.run(account: { try .discovered($0) }, fleet: fleet) { rig in
            try await rig.consent(endingAs: .granted)
        }
    }

    @Test func `a client that acts for itself needs no register`() async throws {
        let fleet = try TestFleet()
        fleet.link.set(.down)
        try await Rig.run(
            account: { server in
                var settings = try shared(server)
                settings.flow = .clientCredentials
                return settings
            }, fleet: fleet
        ) { rig in
            let answer = await rig.api.startConsent("demo", ConsentRequest())
            if case .failure(let problem) = answer { #expect(problem.code != .storeUnreachable, "\(problem)") }
            #expect(!rig.transport.calls.isEmpty)
        }
    }

    @Test func `a consent under way goes on without the register, and is published when it is back`() async throws {
        let fleet = try TestFleet()
        try await Rig.run(account: shared, fleet: fleet) { rig in
            let started = try await rig.api.startConsent("demo", ConsentRequest(flow: .paste)).get()
            fleet.link.set(.down)
            // Whoever asks again joins it.
            let joined = try await rig.api.startConsent("demo", ConsentRequest(flow: .paste)).get()
            #expect(joined.id == started.id)
            try await end(started, rig)
            #expect(rig.token != nil)
            #expect(try share(rig).unpublished)
            try await fleet.change { fleet.link.set(.up) }
        }
    }

    @Test func `a logout says that other hosts learn of it later, and they do`() async throws {
        let fleet = try TestFleet()
        try await Rig.run(account: shared, fleet: fleet) { rig in
            try await fleet.change { _ = try await rig.consent() }
            fleet.link.set(.down)
            let report = try await rig.api.logout("demo").get()
            #expect(report.state == .noGrant && report.revocation?.state == .revoked)
            let share = try #require(report.share)
            #expect(share.unpublished && share.problem?.code == "store_unreachable")
            #expect(share.problem?.hint == "check: valetkey store status")
            #expect(rig.token == nil)
            try await fleet.change { fleet.link.set(.up) }
        }
    }

    @Test func `a logout says nothing of the store where other hosts learn of it at once`() async throws {
        let fleet = try TestFleet()
        try await Rig.run(account: shared, fleet: fleet) { rig in
            try await fleet.change { _ = try await rig.consent() }
            #expect(try await rig.api.logout("demo").get().share?.problem == nil)
        }
    }
}
