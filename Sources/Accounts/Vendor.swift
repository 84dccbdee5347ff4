package import Failures
package import OAuth
package import Text

/// A company whose authorization server or API needs more than the standards and a preset can express: error codes of
/// its own, further secrets, checks of an account. To add a vendor, add a folder below Sources/Vendors and a line in its
/// list, and lines in the lists beside it for the vendor's routes and for its command.
package protocol Vendor: Sendable {
    /// In display order.
    var presets: [Provider] { get }

    /// The account keys for secrets that the vendor's API requires besides the access token.
    var secretKeys: [VendorSecretKey] { get }

    /// The words in `allow` of `[sockets.NAME]` that open the vendor's routes to callers of that socket.
    var permissions: [String] { get }

    /// Findings of `config check` on the scope that an account with one of the presets requests in this flow. `table`
    /// names the account in messages.
    func findings(on scope: Scope, flow: GrantFlow, of provider: Provider, table: String) -> [VendorFinding]

    /// Findings of `config check` on a further token of an account with one of the presets. `table` names the token in
    /// messages.
    func findings(onToken target: TokenTarget, flow: GrantFlow, of provider: Provider, table: String) -> [VendorFinding]

    /// The meaning and remedy of an error of the vendor's authorization server; nil if the vendor has nothing to add.
    func reading(of error: OAuthError, account: RemedyAccount) -> VendorReading?

    /// Findings of `config check` on all settings of an account with one of the presets. `secret` reads a secret from
    /// the file system, and returns nil if it isn't known.
    func doubts(on settings: AccountSettings, secret: (SecretSource) -> Secret?) -> [VendorFinding]

    /// The meaning and remedy of an error code that a person has read on one of the vendor's pages; nil if the text
    /// contains no code of this vendor.
    func explanation(of text: String, account: RemedyAccount) -> String?

    /// The reason why the vendor's API will refuse an account's tokens; nil if it accepts them.
    func refusal(of granted: Scope, by settings: AccountSettings) -> VendorRefusal?

    /// What completes the setup of an account with one of the presets once it is logged in, in this order.
    func stepsAfterLogin(of provider: Provider, account: String) -> [SetupStep]
}

/// A command of `valetkey` that `valetkey setup` runs or recommends.
package struct SetupStep: Sendable, Hashable {
    /// The arguments of `valetkey`.
    package var words: [String]
    /// Whether setup runs it. The others are named for the user to run, because they print tokens.
    package var isRun: Bool

    package init(_ words: [String], isRun: Bool = true) {
        self.words = words
        self.isRun = isRun
    }
}

extension Vendor {
    package var secretKeys: [VendorSecretKey] { [] }

    package var permissions: [String] { [] }

    package func findings(
        on scope: Scope, flow: GrantFlow, of provider: Provider, table: String
    ) -> [VendorFinding] { [] }

    package func findings(
        onToken target: TokenTarget, flow: GrantFlow, of provider: Provider, table: String
    ) -> [VendorFinding] { [] }

    package func reading(of error: OAuthError, account: RemedyAccount) -> VendorReading? { nil }

    package func doubts(on settings: AccountSettings, secret: (SecretSource) -> Secret?) -> [VendorFinding] { [] }

    package func explanation(of text: String, account: RemedyAccount) -> String? { nil }

    package func refusal(of granted: Scope, by settings: AccountSettings) -> VendorRefusal? { nil }

    package func stepsAfterLogin(of provider: Provider, account: String) -> [SetupStep] { [] }
}

/// A configuration key for a secret of a vendor's API.
package struct VendorSecretKey: Sendable, Hashable {
    package var name: String
    /// The presets that the key is valid for.
    package var presets: [String]
    /// The presets as a phrase for messages.
    package var presetsInWords: String
    /// For people: where to get the secret.
    package var place: String?

    package init(name: String, presets: [String], presetsInWords: String, place: String? = nil) {
        self.place = place
        self.name = name
        self.presets = presets
        self.presetsInWords = presetsInWords
    }
}

/// A vendor's interpretation of an error of its authorization server, more precise than the OAuth error code.
package struct VendorReading: Sendable, Hashable {
    /// nil keeps the code of the OAuth error.
    package var code: FailureCode?
    /// nil keeps the meaning of the code. A stated configuration error isn't tried again until a person says so.
    package var meaning: FailureMeaning?
    /// The least time to wait before another try.
    package var pause: Duration?
    /// The one next step for a person; nil keeps the remedy of the OAuth error.
    package var remedy: String?
    /// Whether only the scope or the resource of the requested access token is refused.
    package var refusesTarget = false

    package init(
        code: FailureCode? = nil, meaning: FailureMeaning? = nil, pause: Duration? = nil, remedy: String? = nil
    ) {
        self.code = code
        self.meaning = meaning
        self.pause = pause
        self.remedy = remedy
    }
}

/// A warning about an account's settings.
package struct VendorFinding: Sendable, Hashable {
    package var message: String
    package var hint: String

    package init(_ message: String, hint: String) {
        self.message = message
        self.hint = hint
    }
}

/// A refusal by a vendor's API that is known before a request is sent.
package struct VendorRefusal: Sendable, Hashable {
    package var detail: String
    package var hint: String

    package init(detail: String, hint: String) {
        self.detail = detail
        self.hint = hint
    }
}
