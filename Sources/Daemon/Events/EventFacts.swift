import APIContract
import Failures
import Grants
import Logging
import OAuth
import Text

/// An event in words, for the log and the API: one entry of the table below for each case.
struct EventFacts: Sendable, Equatable {
    /// The name of the kind of event, for programs. It never changes.
    var name: String
    var level: Logger.Level
    /// The message in lower case, without a full stop. It is constant: everything that varies is in `fields`.
    var message: String
    var fields: [String: String]
    /// The code of the failure, where the event is one.
    var code: FailureCode?

    private init(
        _ name: String, _ level: Logger.Level, _ message: String, _ failure: Failure? = nil,
        _ fields: [String: String] = [:], code: FailureCode? = nil
    ) {
        self.name = name
        self.level = level
        self.message = message
        self.fields = fields.merging(failure?.fields ?? [:]) { $1 }
        self.code = code ?? failure?.code
    }
}

extension Failure {
    /// The fields of a log line.
    var fields: [String: String] {
        ["code": word, "detail": detail, "hint": hint ?? ""].filter { !$1.isEmpty }
    }
}

extension EventFacts {
    init(_ change: Event.Change) {
        self =
            switch change {
            case .grant(let event): EventFacts(event)
            case .consent(let event): EventFacts(event)
            case .configuration(let event): EventFacts(event)
            case .key(let event): EventFacts(event)
            case .store(.unreachable(let failure)):
                .init("store_unreachable", .error, "the shared store can't be used", failure)
            case .store(.reachable(let span)):
                .init(
                    "store_reachable", .notice, "the shared store can be used again", nil,
                    ["after": seconds(span)])
            case .reader(.seen(let reader)):
                .init("reader_seen", .info, "a token was read", nil, reader.fields)
            case .reader(.unexpected(let reader, _)):
                .init(
                    "unexpected_reader", .warning, "a token was read by somebody whom the account doesn't expect", nil,
                    reader.fields)
            case .credential(let event):
                .init(
                    "credential_empty", .error, "a unit got an empty credential", nil, event.fields,
                    code: event.problem.code)
            case .tokenFile(.failed(let path, let failure)):
                .init("token_file_failed", .error, "the file of a token isn't right", failure, ["path": path])
            case .tokenFile(.removed(let path, let hasExpired)):
                .init(
                    "token_file_removed", hasExpired ? .warning : .info, "the file of a token was removed", nil,
                    ["path": path, "expired": "\(hasExpired)"])
            case .tokenFile(.written(let path)):
                .init("token_file_written", .notice, "the file of a token is written again", nil, ["path": path])
            }
    }

    private init(_ event: GrantEvent) {
        self =
            switch event {
            case .consented(let life, let scope, let missing):
                .init(
                    "consented", .info, "consent granted", nil,
                    ["scope": "\(scope)", "missing_scope": "\(missing)", "expires_in": seconds(life)]
                        .filter { !$1.isEmpty })
            case .refreshed(let life, let isRotated):
                .init(
                    "refreshed", .info, "access token refreshed", nil,
                    ["expires_in": seconds(life), "rotated": "\(isRotated)"].filter { !$1.isEmpty })
            case .tokenRefreshed(let token, let life):
                .init(
                    "token_refreshed", .info, "further access token refreshed", nil,
                    ["token": token.shown, "expires_in": seconds(life)].filter { !$1.isEmpty })
            case .tokenFailed(let token, let failure, let pause):
                .init(
                    "token_failed", .warning, "further access token not refreshed", failure,
                    ["token": token.shown, "retry_in": seconds(pause)])
            case .adopted(let life):
                .init(
                    "adopted", .info, "another host has stored a newer grant", nil,
                    ["expires_in": seconds(life)].filter { !$1.isEmpty })
            case .refreshFailed(let failure, let pause, let validity):
                .init(
                    "refresh_failed", .warning, "refresh failed", failure,
                    ["retry_in": seconds(pause), "valid_for": seconds(validity)].filter { !$1.isEmpty })
            case .consentRequired(let failure): .init("consent_required", .error, "a new consent is needed", failure)
            case .refusedElsewhere(let failure):
                .init("refused_elsewhere", .warning, "another host has found that a new consent is needed", failure)
            case .refusedWithoutReason(let failure):
                .init("refused_without_reason", .error, "the server refuses without a reason", failure)
            case .misconfigured(let failure): .init("configuration_error", .error, "configuration error", failure)
            case .saveFailed(let failure, let pause):
                .init(
                    "save_failed", .critical, "the grant is only in memory", failure, ["retry_in": seconds(pause)])
            case .savedAtLast: .init("saved", .notice, "the grant is on disk again")
            case .eraseFailed(let failure):
                .init("erase_failed", .error, "logged out, but the grant's file stays", failure)
            case .lost(let failure): .init("grant_lost", .critical, "a refreshed grant is lost", failure)
            case .loggedOut: .init("logged_out", .info, "logged out")
            case .lateGrantRevoked:
                .init("late_grant_revoked", .info, "tokens that a refresh brought after the logout were revoked")
            case .revocationFailed(let failure):
                .init(
                    "revocation_failed", .error, "tokens that a refresh brought after the logout may still be valid",
                    failure)
            case .claimInDoubt(let host, let span):
                .init(
                    "claim_in_doubt", .warning, "another host has begun a refresh and hasn't published its result", nil,
                    ["host": host.shown, "taken_over_in": seconds(span)], code: .refreshInDoubt)
            case .claimTakenOver(let host):
                .init(
                    "claim_taken_over", .warning, "this host refreshes in the place of another one", nil,
                    ["host": host.shown])
            case .staleResult:
                .init("stale_result", .notice, "a reply for a grant that is gone or replaced was dropped")
            }
    }

    private init(_ event: ConsentEvent) {
        self =
            switch event {
            case .started(let flow): .init("consent_started", .info, "consent started", nil, ["flow": flow.rawValue])
            case .ended(let consent):
                .init(
                    "consent_ended", consent.failure == nil ? .info : .warning, "consent ended", consent.failure,
                    ["state": "\(consent.state)"])
            case .pushFailed(let failure):
                .init("push_failed", .warning, "the authorization request was not pushed again", failure)
            case .strangerRefused(let user):
                .init(
                    "stranger_refused", .warning, "a connection of another user to the listener of a login was refused",
                    nil, ["uid": "\(user)"])
            }
    }

    private init(_ event: KeyEvent) {
        self =
            switch event {
            case .locked(let failure, let byUser):
                .init("locked", byUser ? .info : .warning, "locked: no token is served", failure)
            case .opened: .init("unlocked", .info, "unlocked")
            case .exchanged(let files):
                .init(
                    "key_exchanged", .info, "the stored grants are sealed with another key", nil, ["files": "\(files)"])
            case .exchangeFailed(let failure):
                .init(
                    "key_exchange_failed", .error,
                    "not all stored grants could be sealed with another key: the earlier key stays, too", failure)
            }
    }

    private init(_ event: ConfigurationEvent) {
        self =
            switch event {
            case .loaded(let accounts, _):
                .init("configuration_loaded", .info, "configuration loaded", nil, ["accounts": "\(accounts)"])
            case .refused(let findings):
                .init(
                    "configuration_refused", .error, "configuration not loaded, the one before it stays", nil,
                    ["findings": "\(findings.count)"])
            }
    }
}

extension TokenKey.Token {
    /// The name in the configuration, else what the token was asked for.
    fileprivate var shown: String {
        switch self {
        case .main: ""
        case .named(let name): name
        case .scoped(let scope, let resource): (scope.tokens + resource).joined(separator: " ")
        }
    }
}

/// Returns an empty string for nil.
private func seconds(_ duration: Duration?) -> String { duration.map { "\($0.wholeSeconds)" } ?? "" }
