package import Text

/// One of the two worlds of the Microsoft Advertising API; they share neither users nor developer tokens.
package enum AdvertisingEnvironment: String, Sendable, CaseIterable {
    case production
    case sandbox

    /// The sandbox's developer token is public and the same for everyone.
    package var universalDeveloperToken: Secret? {
        switch self {
        case .production: nil
        case .sandbox: Secret("BBD37VB98")
        }
    }
}
