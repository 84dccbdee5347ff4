package import Text

/// The production and the sandbox environment of the Microsoft Advertising API, which have separate users and developer
/// tokens.
package enum AdvertisingEnvironment: String, Sendable, CaseIterable {
    case production
    case sandbox

    /// The developer token that is valid for every user: the sandbox has a public one, production none.
    package var universalDeveloperToken: Secret? {
        switch self {
        case .production: nil
        case .sandbox: Secret("BBD37VB98")
        }
    }
}
