package import Etcd
package import Register

/// What was seen of the shared store.
package struct StoreFacts: Sendable {
    package var members: [EtcdMember]
    /// Why its records can't be read and written; nil if they can.
    package var refusal: RegisterFailure?
    /// Whether the configuration has a user.
    package var hasUser = false
    /// Whether the store has roles, and has logged the user in.
    package var hasRoles = false
    package var hasCertificate = false
    /// The common name in the client's certificate.
    package var commonName: String?
    package var isNeverCompacted = false
    /// Why keys, passwords and certificates can't be used, by their keys of the configuration.
    package var faults: [Fault] = []

    package struct Fault: Sendable {
        package var key: String
        package var message: String
        package var hint: String?

        package init(key: String, message: String, hint: String?) {
            self.key = key
            self.message = message
            self.hint = hint
        }
    }

    package init(members: [EtcdMember]) {
        self.members = members
    }
}
