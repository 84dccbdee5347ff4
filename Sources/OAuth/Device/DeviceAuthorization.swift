package import FoundationEssentials
package import Text

/// The answer to a device's request (RFC 8628 section 3.2).
package struct DeviceAuthorization: Sendable, Hashable {
    package let deviceCode: Secret
    /// What the user types; untrusted text, made fit to be shown.
    package let userCode: String
    package let verificationURI: EndpointURL
    /// The same with the code in it.
    package let verificationURIComplete: EndpointURL?
    package let life: Duration
    package let interval: Duration

    private static let defaultInterval = Duration.seconds(5)

    /// nil where a member that must be there isn't, or is none that may be shown.
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

    private struct Members: Decodable {
        var deviceCode: String
        var userCode: String
        var uri: String?
        /// As a large provider spells it.
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

/// The answer to a pushed request (RFC 9126 section 2.2).
package struct PushedRequest: Sendable, Hashable {
    package let uri: String
    package let life: Duration

    /// nil where a member that must be there isn't.
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
