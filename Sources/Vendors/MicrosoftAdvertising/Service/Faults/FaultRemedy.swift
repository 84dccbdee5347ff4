import HTTPTransport
package import MicrosoftAdvertisingPresets
import OAuth

/// The remedies for a failed call, the most likely cause first.
package struct FaultRemedy: Sendable {
    package let account: String
    package let environment: AdvertisingEnvironment
    /// The scope of the current token.
    package let scope: [String]
    /// The scope that the API requires; nil if none is known.
    package let wantedScope: String?
    package let isGoogle: Bool
    /// The request that failed.
    package var request = Request.own

    package enum Request: Sendable, Hashable {
        /// One of valetkey's own requests, which find the user and the accounts.
        case own
        /// A call of an operation that a person has asked for.
        case call(AdvertisingService, String)
    }

    package init(
        account: String, environment: AdvertisingEnvironment, scope: [String], wantedScope: String?, isGoogle: Bool
    ) {
        self.account = account
        self.environment = environment
        self.scope = scope
        self.wantedScope = wantedScope
        self.isGoogle = isGoogle
    }

    /// One line for each remedy; empty if none is known.
    package func lines(for failure: CallFailure) -> [String] {
        if let guess = guess(after: failure) { return [guess] }
        return switch failure {
        case .fault(let fault): lines(for: fault)
        case .unreadable(let reply):
            lines(status: reply.status)
                ?? ["a proxy or a sign-in page may have answered instead: check the network, then try again"]
        case .noReply(let failure):
            switch failure.kind {
            case .tooLarge: ["ask for smaller pages, or see the service's status page"]
            case .tls: ["check the clock and the system's CA certificates"]
            default: ["check the network, then try again"]
            }
        case .unwritable: []
        }
    }

    /// What the operation was probably meant to be, if the service doesn't seem to know its name.
    package func guess(after failure: CallFailure) -> String? {
        guard case .call(let service, let operation) = request else { return nil }
        let status =
            switch failure {
            case .fault(let fault) where fault.code == nil: fault.status
            case .unreadable(let reply): reply.status
            default: 0
            }
        guard [200, 400, 404, 405, 500, 501].contains(status) else { return nil }
        return OperationGuess.sentence(for: operation, of: service, account: account)
    }

    /// The remedies for an HTTP status without a code that says more.
    private func lines(status: Int) -> [String]? {
        switch status {
        case 401: ["consent again: valetkey login \(account)"]
        case 403: ["a proxy or Microsoft's own gateway refuses the request: try from another network"]
        case 500...: [Self.later]
        default: nil
        }
    }

    private func lines(for fault: ServiceFault) -> [String] {
        switch fault.code {
        case 0: [Self.later]
        case 105: causesOfInvalidCredentials
        case 106:
            [
                "ask a Super Admin of the customer for access, or "
                    + (request == .own
                        ? "log in as another user: valetkey login \(account)"
                        : "choose another account: valetkey ads accounts \(account)")
            ]
        case 108: ["sign in at https://ads.microsoft.com and follow what it asks for, then: valetkey login \(account)"]
        case 109: ["a refreshed token was refused too, consent again: valetkey login \(account)"]
        case 100, 116: faultOfRequest
        case 117: ["make fewer calls a minute, and try again in a minute"]
        case 120: ["\(AdvertisingIdentity.merged), with which you consent again: \(logIn)"]
        case 122: [AdvertisingIdentity.workOnly.sentence(logIn)]
        case 123: [AdvertisingIdentity.personalOnly.sentence(logIn)]
        case 124: [AdvertisingIdentity.migrated.sentence(logIn)]
        case 125: [AdvertisingIdentity.forbidden.sentence(logIn)]
        case 126: causesOfIdentityMismatch
        case _ where isOfAccount(fault):
            [
                "the request names the wrong account or customer: valetkey ads accounts \(account) lists both ids (an id isn't "
                    + "the account's number); choose one there, or name both with --customer and --account",
                "AccountId in the body is the same id as that of the header CustomerAccountId",
            ]
        case nil where !hasWantedScope: [scopeLine]
        case nil:
            lines(status: fault.status) ?? ["mend what the message names; Microsoft's support asks for the TrackingId"]
        default:
            ["look the code up in Microsoft's list of operation error codes; their support asks for the TrackingId"]
        }
    }

    private var logIn: String { "valetkey login \(account)" }

    private var faultOfRequest: [String] {
        switch request {
        case .own: ["this is a defect of valetkey: please report it with the TrackingId"]
        case .call(_, let operation):
            [
                "the body on standard input isn't what \(operation) takes: see the operation's reference",
                "if it is, no account may be chosen: valetkey ads accounts \(account)",
            ]
        }
    }

    private func isOfAccount(_ fault: ServiceFault) -> Bool {
        fault.entries.contains { entry in
            entry.code.flatMap(AdvertisingFault.init(rawValue:))?.isOfAccount == true
                || ["AccountId", "CustomerId"].contains { entry.name?.contains($0) == true }
        }
    }

    private static let later =
        "the service has a problem: try again later; Microsoft's support asks for the TrackingId"

    private var hasWantedScope: Bool { wantedScope.map(scope.contains) ?? true }

    private var scopeLine: String {
        let wanted = wantedScope ?? ""
        return
            "the scope: this token has \(scope.joined(separator: " ")), the API wants \(wanted): put it into scopes of "
            + "[accounts.\(account)], run valetkey reload, then valetkey login \(account)"
    }

    private var causesOfInvalidCredentials: [String] {
        let google = isGoogle ? "-google" : ""
        let other =
            environment == .production
            ? "the sandbox, use the preset microsoft-advertising-sandbox\(google)"
            : "production, use microsoft-advertising\(google)"
        let signIn = isGoogle ? "Google account" : "Microsoft account"
        var causes = [
            "the identity: the \(signIn) that consented must be a user of Microsoft Advertising \(environment.rawValue), "
                + "and active; with another one: valetkey login \(account)",
            "the environment: the account is set up for \(environment.rawValue); for \(other)",
            "the developer token: it must be the one of \(environment.rawValue), and a single-user token serves only its owner",
        ]
        if hasWantedScope { return causes }
        causes.insert(scopeLine, at: 0)
        return causes
    }

    private var causesOfIdentityMismatch: [String] {
        isGoogle
            ? [
                "this user signs in with a Microsoft account: use the preset microsoft-advertising, then: valetkey login \(account)"
            ]
            : [
                "sign in with the kind of account that the detail names (personal, or work or school): valetkey login \(account)",
                "where it wants a Google account, use the preset microsoft-advertising-google",
            ]
    }
}
