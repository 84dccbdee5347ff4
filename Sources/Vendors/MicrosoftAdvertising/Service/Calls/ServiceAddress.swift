package import MicrosoftAdvertisingPresets
package import OAuth

/// The base URL of a service in one environment.
package struct ServiceAddress: Sendable, Hashable {
    /// The URL without a trailing slash.
    package let base: String
    /// Whether the service is on this machine, so that proxies are bypassed.
    package let isLoopback: Bool

    package init(_ environment: AdvertisingEnvironment, of service: AdvertisingService = .customerManagement) {
        base = service.base(environment)
        isLoopback = false
    }

    /// Takes a URL other than Microsoft's: https, or http on a loopback host.
    package init(_ text: String) throws(EndpointFault) {
        let url = try EndpointURL(text)
        var base = text[...]
        while base.hasSuffix("/") { base.removeLast() }
        self.base = String(base)
        isLoopback = url.isLoopback
    }

    func url(_ serviceProtocol: ServiceProtocol, _ operation: CustomerOperation) -> String {
        switch serviceProtocol {
        case .rest: "\(base)/CustomerManagement/v13/\(operation.path)"
        case .soap: "\(base)\(AdvertisingService.customerManagement.soapPath)"
        }
    }
}

/// The protocol of requests and replies.
package enum ServiceProtocol: String, Sendable, CaseIterable {
    case rest
    /// Microsoft discontinues SOAP on 2027-01-31.
    case soap
}
