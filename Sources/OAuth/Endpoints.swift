/// The endpoints of an authorization server; nil where unknown.
package struct Endpoints: Sendable, Hashable {
    package var authorization: EndpointURL?
    package var token: EndpointURL?
    package var revocation: EndpointURL?
    package var deviceAuthorization: EndpointURL?
    package var pushedAuthorization: EndpointURL?

    package init(
        authorization: EndpointURL? = nil, token: EndpointURL? = nil, revocation: EndpointURL? = nil,
        deviceAuthorization: EndpointURL? = nil, pushedAuthorization: EndpointURL? = nil
    ) {
        self.authorization = authorization
        self.token = token
        self.revocation = revocation
        self.deviceAuthorization = deviceAuthorization
        self.pushedAuthorization = pushedAuthorization
    }

    /// These endpoints, with the missing ones taken from `other`.
    package func completed(by other: Endpoints) -> Endpoints {
        Endpoints(
            authorization: authorization ?? other.authorization, token: token ?? other.token,
            revocation: revocation ?? other.revocation,
            deviceAuthorization: deviceAuthorization ?? other.deviceAuthorization,
            pushedAuthorization: pushedAuthorization ?? other.pushedAuthorization)
    }
}
