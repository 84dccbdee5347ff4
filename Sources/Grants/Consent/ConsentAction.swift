package import Accounts
package import Failures
package import OAuth
package import Text

/// An action that a consent asks its shell to perform.
package enum ConsentAction: Sendable, Equatable {
    /// Find the endpoints that the flow needs, then report by `resolved`.
    case resolve(AccountSettings, Consent.Flow)
    /// Listen for the redirect on this port, or on any free port where it is nil, then report by `listening`.
    case listen(port: Int?, path: String)
    /// Push the parameters of the request (RFC 9126), then report by `pushed`.
    case push(AuthorizationRequest, key: Secret?)
    /// Ask for a user code (RFC 8628 section 3.1), then report by `deviceAuthorized`.
    case authorizeDevice(ResolvedAccount)
    /// Poll the token endpoint for the user's answer, then report by `polled`.
    case poll(DeviceAuthorization, ResolvedAccount, key: Secret?)
    /// Redeem the code, then report by `redeemed`.
    case redeem(code: Secret, AuthorizationRequest, key: Secret?)
    /// Request tokens for the client itself, then report by `redeemed`.
    case requestTokens(ResolvedAccount, key: Secret?)
    /// Give the grant to the account if that still has these settings, then report by `kept`.
    case keep(Grant, AccountSettings)
    /// Close the listener after a delay, in which it still answers late responses, then report by `listenerClosed`.
    case retireListener
    /// Close the listener, then report by `listenerClosed`.
    case closeListener
    case answerStarts([WaiterID], Result<Consent, Failure>)
    case answerBrowsers([WaiterID], BrowserAnswer)
    /// Answer these waiters, who waited for the end or pasted the accepted response, with the consent.
    case answerWaiters([WaiterID], Consent)
    case refusePaste(WaiterID, Failure)
    /// Report the event to the log and to subscribers.
    case tell(ConsentEvent)
}

/// An action together with the consent and the account that it belongs to.
package struct ConsentOrder: Sendable, Equatable {
    package var account: String
    /// The identifier of the consent.
    package var consent: String
    package var action: ConsentAction

    package init(account: String, consent: String, action: ConsentAction) {
        self.account = account
        self.consent = consent
        self.action = action
    }
}

/// Identifies a request that waits for an answer of a consent. Each is answered exactly once.
package struct WaiterID: Sendable, Hashable {
    package var number: UInt64

    package init(number: UInt64) {
        self.number = number
    }
}

/// The listener that was opened for a consent's redirect.
package struct BoundListener: Sendable, Equatable {
    package var port: Int
    /// The URL that forwards a browser to the authorization server.
    package var openURL: String

    package init(port: Int, openURL: String) {
        self.port = port
        self.openURL = openURL
    }
}

/// The answer to a browser on this machine.
package enum BrowserAnswer: Sendable, Equatable {
    /// Redirect to the authorization server. The URL contains `state`.
    case forward(to: String)
    case page(ConsentVerdict)
}

/// The outcome of a response, for the page that the user sees.
package enum ConsentVerdict: Sendable, Equatable {
    /// The grant is stored.
    case granted(account: String, scope: Scope, missingScope: Scope, user: String? = nil)
    /// The grant is only in memory, because it couldn't be written to disk.
    case unsaved(Failure)
    /// The user or the authorization server refused; the text is the server's.
    case refused(String)
    /// The user answered, but no grant was obtained.
    case failed(Failure)
    case expired
    case cancelled
    /// Another response of this consent was accepted earlier.
    case alreadyUsed
    /// The response doesn't belong to this consent, which continues.
    case foreign
    /// An administrator has consented, but not the user; the consent continues.
    case adminConsented
    /// The authorization server is temporarily unreachable; the consent continues.
    case notReady(Failure)
}

/// A change of a consent that is logged and sent to subscribers.
package enum ConsentEvent: Sendable, Equatable {
    case started(Consent.Flow)
    case ended(Consent)
    case pushFailed(Failure)
    /// A connection of another user to the listener was refused.
    case strangerRefused(user: UInt32)
}
