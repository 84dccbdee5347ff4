package import HTTPTransport
package import Register
package import Text

/// How an etcd is reached.
package struct EtcdSettings: Sendable {
    /// The addresses of its members, such as `https://etcd-1:2379`, without a slash at the end.
    package var endpoints: [String]
    /// The path of a PEM file with the certificate authorities to trust; nil uses the system's.
    package var authorities: String?
    package var certificate: ClientCertificate?
    package var login: EtcdLogin?
    /// How long a member may take to answer before the next one is asked.
    package var memberLimit: Duration

    package init(
        endpoints: [String], authorities: String? = nil, certificate: ClientCertificate? = nil,
        login: EtcdLogin? = nil, memberLimit: Duration = .seconds(2)
    ) {
        self.endpoints = endpoints
        self.authorities = authorities
        self.certificate = certificate
        self.login = login
        self.memberLimit = memberLimit
    }
}

/// The user of an etcd whose roles are enabled.
package struct EtcdLogin: Sendable {
    package var user: String
    /// Reads the password. It is read for each token, so that a changed one needs no restart.
    package var password: @Sendable () async -> Result<Secret, RegisterFailure>

    package init(user: String, password: @escaping @Sendable () async -> Result<Secret, RegisterFailure>) {
        self.user = user
        self.password = password
    }
}
