package import Accounts
package import Failures
package import OAuth
package import Text

/// What a consent asks its shell to do.
package enum ConsentAction: Sendable, Equatable {
    /// Find the endpoints that the flow needs, then report by `resolved`.
    case resolve(AccountSettings, Consent.Flow)
    /// Listen for the redirect, on a port that is free where none is named, then report by `listening`.
    case listen(port: Int?, path: String)
    /// Push the parameters of the request (RFC 9126), then report by `pushed`.
    case push(AuthorizationRequest, key: Secret?)
    /// Ask for a user code (RFC 8628 section 3.1), then report by `deviceAuthorized`.
    case authorizeDevice(ResolvedAccount)
    /// Ask whether the device's user has answered, then report by `polled`.
    case poll(deviceCode: Secret, ResolvedAccount, key: Secret?)
    /// Redeem the code, then report by `redeemed`.
    case redeem(code: Secret, AuthorizationRequest, key: Secret?)
    /// Ask for tokens of the client's own, then report by `redeemed`.
    case requestTokens(ResolvedAccount, key: Secret?)
    /// Give the grant to the account if it still has these settings, then report by `kept`.
    case keep(Grant, AccountSettings)
    /// Close the listener after a while in which late responses are answered, then report by `listenerClosed`.
    case retireListener
    /// Close the listener, then report by `listenerClosed`.
    case closeListener
    case answerStarts([WaiterID], Result<Consent, Failure>)
    case answerBrowsers([WaiterID], BrowserAnswer)
    /// For those who wait for the end, and those whose pasted response was taken.
    case answerWaiters([WaiterID], Consent)
    case refusePaste(WaiterID, Failure)
    /// For the log and for those who watch.
    case tell(ConsentEvent)
}

/// An action of one consent.
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

/// Names somebody who waits for an answer of a consent. Each is answered once.
package struct WaiterID: Sendable, Hashable {
    package var number: UInt64

    package init(number: UInt64) {
        self.number = number
    }
}

/// Where the redirect is listened for.
package struct BoundListener: Sendable, Equatable {
    package var port: Int
    /// Forwards a browser to the authorization server.
    package var openURL: String

    package init(port: Int, openURL: String) {
        self.port = port
        self.openURL = openURL
    }
}

/// What a browser on this machine gets.
package enum BrowserAnswer: Sendable, Equatable {
    /// To the authorization server. The URL holds `state`.
    case forward(to: String)
    case page(ConsentVerdict)
}

/// What came of a response, for the page that the user sees.
package enum ConsentVerdict: Sendable, Equatable {
    /// The grant is stored.
    case granted(account: String, scope: Scope, missingScope: Scope)
    /// The grant is in memory only: the disk refuses it.
    case unsaved(Failure)
    /// The user or the authorization server said no, in the server's words.
    case refused(String)
    /// The user has answered, and no grant came of it.
    case failed(Failure)
    case expired
    case cancelled
    /// Another response of this consent was taken.
    case alreadyUsed
    /// No response of this consent, which goes on.
    case foreign
    /// An administrator has consented; the user hasn't, and the consent goes on.
    case adminConsented
    /// The authorization server can't be reached at the moment; the consent goes on.
    case notReady(Failure)
}

/// A change worth a line.
package enum ConsentEvent: Sendable, Equatable {
    case started(Consent.Flow)
    case ended(Consent)
    case pushFailed(Failure)
}
