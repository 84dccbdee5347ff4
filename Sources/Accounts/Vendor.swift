package import Failures
package import OAuth
package import Text

/// A company whose authorization server or API needs more than the standards and a preset can say: error codes of its
/// own, further secrets, checks of an account. One folder below Sources/Vendors and one line in its list add a vendor;
/// nothing else names it.
package protocol Vendor: Sendable {
    /// In the order in which people are shown them.
    var presets: [Provider] { get }

    /// Keys of an account that state a secret which the vendor's API asks for beside the access token.
    var secretKeys: [VendorSecretKey] { get }

    /// What `config check` says of the scope that an account with one of the presets asks for in this flow. `table` names
    /// the account in messages.
    func findings(on scope: Scope, flow: GrantFlow, of provider: Provider, table: String) -> [VendorFinding]

    /// What an error of the vendor's authorization server means and what to do about it; nil where its words say nothing
    /// to this vendor.
    func reading(of error: OAuthError, account: String) -> VendorReading?

    /// What `config check` says of a whole account with one of the presets. `secret` reads one where the file system has it;
    /// nil means that it isn't known.
    func doubts(on settings: AccountSettings, secret: (SecretSource) -> Secret?) -> [VendorFinding]

    /// What an error code on one of the vendor's pages means and what to do about it, for a person who has read it there;
    /// nil where the text holds none of the vendor's codes.
    func explanation(of text: String, account: String) -> String?

    /// Why the vendor's API will refuse the tokens of an account; nil where it won't.
    func refusal(of granted: Scope, by settings: AccountSettings) -> VendorRefusal?
}

extension Vendor {
    package var secretKeys: [VendorSecretKey] { [] }

    package func findings(
        on scope: Scope, flow: GrantFlow, of provider: Provider, table: String
    ) -> [VendorFinding] { [] }

    package func reading(of error: OAuthError, account: String) -> VendorReading? { nil }

    package func doubts(on settings: AccountSettings, secret: (SecretSource) -> Secret?) -> [VendorFinding] { [] }

    package func explanation(of text: String, account: String) -> String? { nil }

    package func refusal(of granted: Scope, by settings: AccountSettings) -> VendorRefusal? { nil }
}

/// A key of the configuration.
package struct VendorSecretKey: Sendable, Hashable {
    package var name: String
    /// The presets that take it.
    package var presets: [String]
    /// Those presets in words, for a message.
    package var presetsInWords: String

    package init(name: String, presets: [String], presetsInWords: String) {
        self.name = name
        self.presets = presets
        self.presetsInWords = presetsInWords
    }
}

/// What a vendor reads out of an error of its authorization server, beyond OAuth's own word for it.
package struct VendorReading: Sendable, Hashable {
    /// nil where OAuth's word stands.
    package var code: FailureCode?
    /// nil where it means what the code means.
    package var meaning: FailureMeaning?
    /// Another try makes no sense before this has passed.
    package var pause: Duration?
    /// The one thing to do, for a person; nil where OAuth's word has the better remedy.
    package var remedy: String?

    package init(
        code: FailureCode? = nil, meaning: FailureMeaning? = nil, pause: Duration? = nil, remedy: String? = nil
    ) {
        self.code = code
        self.meaning = meaning
        self.pause = pause
        self.remedy = remedy
    }
}

/// A doubt about an account's scopes.
package struct VendorFinding: Sendable, Hashable {
    package var message: String
    package var hint: String

    package init(_ message: String, hint: String) {
        self.message = message
        self.hint = hint
    }
}

/// An API's refusal that can be told before it comes.
package struct VendorRefusal: Sendable, Hashable {
    package var detail: String
    package var hint: String

    package init(detail: String, hint: String) {
        self.detail = detail
        self.hint = hint
    }
}
