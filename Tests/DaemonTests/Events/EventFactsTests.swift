import APIContract
import APIServer
import Configuration
import Failures
import FoundationEssentials
import Logging
import OAuth
import Testing
import Text

@testable import Daemon
@testable import Grants

struct EventFactsTests {
    private static let failure = Failure(
        .serverError, "the server is down", hint: "wait", at: Date(timeIntervalSince1970: 0))
    private static let words = ["code": "server_error", "detail": "the server is down", "hint": "wait"]

    private static func consent(_ state: Consent.State, _ failure: Failure? = nil) -> Consent {
        let now = Moment(instant: Instant(nanoseconds: 0), wall: Date(timeIntervalSince1970: 0))
        var consent = Consent(account: "ads", id: "i", flow: .paste, state: state, expires: now, redirectURI: nil)
        consent.failure = failure
        return consent
    }

    private static func with(_ more: [String: String]) -> [String: String] { words.merging(more) { $1 } }

    @Test(
        arguments: [
            (
                .grant(.consented(expiresIn: .seconds(60), scope: Scope(["a", "b"]), missingScope: Scope(["c"]))),
                "consented", .info, ["expires_in": "60", "scope": "a b", "missing_scope": "c"]
            ),
            (
                .grant(.consented(expiresIn: .seconds(60), scope: Scope(["a"]), missingScope: Scope([]))),
                "consented", .info, ["expires_in": "60", "scope": "a"]
            ),
            (
                .grant(.refreshed(expiresIn: .seconds(3600), rotated: true)), "refreshed", .info,
                ["expires_in": "3600", "rotated": "true"]
            ),
            (
                .grant(.refreshFailed(Self.failure, retryIn: .seconds(4), validFor: .seconds(90))), "refresh_failed",
                .warning, Self.with(["retry_in": "4", "valid_for": "90"])
            ),
            (.grant(.consentRequired(Self.failure)), "consent_required", .error, Self.words),
            (.grant(.refusedElsewhere(Self.failure)), "refused_elsewhere", .warning, Self.words),
            (.grant(.misconfigured(Self.failure)), "configuration_error", .error, Self.words),
            (
                .grant(.saveFailed(Self.failure, retryIn: .seconds(2))), "save_failed", .critical,
                Self.with(["retry_in": "2"])
            ),
            (.grant(.savedAtLast), "saved", .notice, [:]),
            (.grant(.eraseFailed(Self.failure)), "erase_failed", .error, Self.words),
            (.grant(.lost(Self.failure)), "grant_lost", .critical, Self.words),
            (.grant(.loggedOut), "logged_out", .info, [:]),
            (.grant(.lateGrantRevoked), "late_grant_revoked", .info, [:]),
            (.grant(.revocationFailed(Self.failure)), "revocation_failed", .error, Self.words),
            (.grant(.staleResult), "stale_result", .notice, [:]),
            (
                .grant(.claimInDoubt(host: "b\u{1b}", takenOverIn: .seconds(70))), "claim_in_doubt", .warning,
                ["host": "b\u{1b}".shown, "taken_over_in": "70"]
            ),
            (.grant(.claimTakenOver(from: "build-8")), "claim_taken_over", .warning, ["host": "build-8"]),
            (.store(.unreachable(Self.failure)), "store_unreachable", .error, Self.words),
            (.store(.reachable(after: .seconds(9))), "store_reachable", .notice, ["after": "9"]),
            (.grant(.adopted(expiresIn: .seconds(60))), "adopted", .info, ["expires_in": "60"]),
            (.consent(.started(.device)), "consent_started", .info, ["flow": "device"]),
            (.consent(.ended(Self.consent(.granted))), "consent_ended", .info, ["state": "granted"]),
            (
                .consent(.ended(Self.consent(.failed, Self.failure))), "consent_ended", .warning,
                Self.with(["state": "failed"])
            ),
            (.consent(.pushFailed(Self.failure)), "push_failed", .warning, Self.words),
            (
                .configuration(.loaded(accounts: 3, warnings: [])), "configuration_loaded", .info, ["accounts": "3"]
            ),
            (.key(.locked(Self.failure, byUser: false)), "locked", .warning, Self.words),
            (.key(.locked(Self.failure, byUser: true)), "locked", .info, Self.words),
            (.key(.opened), "unlocked", .info, [:]),
            (.key(.exchanged(files: 3)), "key_exchanged", .info, ["files": "3"]),
            (.key(.exchangeFailed(Self.failure)), "key_exchange_failed", .error, Self.words),
            (
                .configuration(.refused([Finding(file: "f", message: "no")])), "configuration_refused", .error,
                ["findings": "1"]
            ),
            (
                .credential(
                    CredentialEvent(
                        claim: CredentialClaim(unit: "a.service", credential: "ads"), user: 7, socket: "main",
                        problem: Problem(.noSuchAccount, "none", hint: "make one"))), "credential_empty", .error,
                [
                    "unit": "a.service", "credential": "ads", "uid": "7", "socket": "main", "code": "no_such_account",
                    "detail": "none", "hint": "make one",
                ]
            ),
            (
                .tokenFile(.failed(path: "/f", Self.failure)), "token_file_failed", .error, Self.with(["path": "/f"])
            ),
            (.tokenFile(.written(path: "/f")), "token_file_written", .notice, ["path": "/f"]),
            (
                .tokenFile(.removed(path: "/f", hasExpired: true)), "token_file_removed", .warning,
                ["path": "/f", "expired": "true"]
            ),
            (
                .tokenFile(.removed(path: "/f", hasExpired: false)), "token_file_removed", .info,
                ["path": "/f", "expired": "false"]
            ),
        ] as [(Event.Change, String, Logger.Level, [String: String])])
    func `each event has a name, a level and fields`(
        _ change: Event.Change, _ name: String, _ level: Logger.Level, _ fields: [String: String]
    ) {
        let facts = EventFacts(change)
        #expect(facts.name == name && facts.level == level && facts.fields == fields)
        // Everything that varies, and all text from outside, is in the fields.
        #expect(!facts.message.isEmpty && !facts.message.contains("the server is down"))
    }

    @Test func `a failure shows the server's code in place of its own, and no hint where it has none`() {
        let failure = Failure(.unlistedError, said: "teapot", "short and stout", at: Date(timeIntervalSince1970: 0))
        #expect(
            EventFacts(.grant(.consentRequired(failure))).fields == ["code": "teapot", "detail": "short and stout"])
    }

    @Test(
        arguments: [
            (.loaded(accounts: 1, warnings: []), "Serving tokens of 1 account"),
            (.loaded(accounts: 0, warnings: []), "Serving tokens of 0 accounts"),
            (
                .refused([Finding(file: "f", message: "no"), Finding(file: "g", message: "never")]),
                "Configuration not loaded, the one before it stays: f: no"
            ),
        ] as [(ConfigurationEvent, String)])
    func `the status is one line`(_ event: ConfigurationEvent, _ status: String) {
        #expect(event.status == status)
    }
}
