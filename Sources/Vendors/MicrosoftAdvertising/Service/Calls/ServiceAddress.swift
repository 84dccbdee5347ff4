package import MicrosoftAdvertisingPresets
package import OAuth

/// Where a service of one environment is.
package struct ServiceAddress: Sendable, Hashable {
    /// Without a slash at its end.
    package let base: String
    /// Whether the service is on this machine, so that proxies are bypassed.
    package let isLoopback: Bool

    package init(_ environment: AdvertisingEnvironment, of service: AdvertisingService = .customerManagement) {
        base = service.base(environment)
        isLoopback = false
    }

    /// Another URL than Microsoft's: https, or http on a loopback host.
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

/// The protocol of the requests.
package enum ServiceProtocol: String, Sendable, CaseIterable {
    case rest
    /// Microsoft ends it on 2027-01-31.
    case soap
}
