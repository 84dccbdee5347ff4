import MicrosoftAdvertisingPresets
import MicrosoftAdvertisingService
import OAuth
import Synchronization
import Text

/// The values in the captured requests.
enum Sample {
    static let accessToken = "EwAccessTokenExample+/=="
    static let refreshedToken = "EwRefreshedTokenExample"
    static let developerToken = "DEVTOKEN0000000"
    static let trackingID = "8d2b1f0e-5f0c-4b0a-9d0b-0f3e5c1d2a79"
    static let credentials = ServiceCredentials(
        accessToken: Secret(accessToken), developerToken: Secret(developerToken))

    /// Replaces page and token in a line of canonical XML with those of the captured request.
    static func firstPage(_ line: String) -> String {
        if line.contains("}Index = ") { return String(line.prefix { $0 != "=" }) + "= 0" }
        if line.contains("}Size = ") { return String(line.prefix { $0 != "=" }) + "= 10" }
        return line.replacing(refreshedToken, with: accessToken)
    }

    static func remedy(
        scope: [String] = ["https://ads.microsoft.com/msads.manage"], isGoogle: Bool = false,
        environment: AdvertisingEnvironment = .production
    ) -> FaultRemedy {
        FaultRemedy(
            account: "ads", environment: environment, scope: scope,
            wantedScope: isGoogle ? nil : "https://ads.microsoft.com/msads.manage", isGoogle: isGoogle)
    }
}

/// Provides one token, and a different one after a refresh.
final class SampleSource: CredentialSource {
    private let count = Mutex(0)

    var refreshes: Int { count.withLock { $0 } }

    func credentials() async throws -> ServiceCredentials {
        var credentials = Sample.credentials
        if refreshes > 0 { credentials.accessToken = Secret(Sample.refreshedToken) }
        return credentials
    }

    func refresh() async throws {
        count.withLock { $0 += 1 }
    }
}
