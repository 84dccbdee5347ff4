package import FoundationEssentials
package import Text

/// The response of the device authorization endpoint (RFC 8628 section 3.2).
package struct DeviceAuthorization: Sendable, Hashable {
    package let deviceCode: Secret
    /// The code that the user types at the verification URI: untrusted text, already cleaned for display.
    package let userCode: String
    package let verificationURI: EndpointURL
    /// The verification URI with the user code included.
    package let verificationURIComplete: EndpointURL?
    package let life: Duration
    package let interval: Duration

    private static let defaultInterval = Duration.seconds(5)

    /// Returns nil if a required member is missing or isn't safe to show.
    package init?(_ document: Data) {
        guard let members = try? JSONDecoder().decode(Members.self, from: LeadingObject.data(in: document) ?? document),
            let uri = try? EndpointURL(members.uri ?? members.url ?? ""),
            !members.deviceCode.isEmpty
        else { return nil }
        deviceCode = Secret(members.deviceCode)
        userCode = UntrustedText.clean(members.userCode, limit: 40)
        guard !userCode.isEmpty else { return nil }
        verificationURI = uri
        verificationURIComplete = members.uriComplete.flatMap { try? EndpointURL($0) }
        life = members.expiresIn?.duration ?? .seconds(600)
        interval = members.interval.map { max($0.duration, .seconds(1)) } ?? Self.defaultInterval
    }

    /// The user's code, and the values in the query of the URI that includes it.
    package var userSecrets: [Secret] {
        let query = verificationURIComplete?.text.split(separator: "?").dropFirst().joined() ?? ""
        let values = query.split(separator: "&").compactMap { $0.split(separator: "=").dropFirst().first }
        return [Secret(userCode)] + values.filter { $0.count > 3 }.map { Secret(String($0)) }
    }

    private struct Members: Decodable {
        var deviceCode: String
        var userCode: String
        var uri: String?
        /// `verification_uri` as a large provider spells it.
        var url: String?
        var uriComplete: String?
        var expiresIn: LenientSeconds?
        var interval: LenientSeconds?

        enum CodingKeys: String, CodingKey {
            case deviceCode = "device_code"
            case userCode = "user_code"
            case uri = "verification_uri"
            case url = "verification_url"
            case uriComplete = "verification_uri_complete"
            case expiresIn = "expires_in"
            case interval
        }
    }
}

/// The response to a pushed authorization request (RFC 9126 section 2.2).
package struct PushedRequest: Sendable, Hashable {
    package let uri: String
    package let life: Duration

    /// Returns nil if a required member is missing.
    package init?(_ document: Data) {
        guard let members = try? JSONDecoder().decode(Members.self, from: LeadingObject.data(in: document) ?? document),
            !members.requestURI.isEmpty
        else { return nil }
        uri = members.requestURI
        life = members.expiresIn?.duration ?? .seconds(60)
    }

    private struct Members: Decodable {
        var requestURI: String
        var expiresIn: LenientSeconds?

        enum CodingKeys: String, CodingKey {
            case requestURI = "request_uri"
            case expiresIn = "expires_in"
        }
    }
}
