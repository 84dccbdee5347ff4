import Text

/// What an operation's name that the service doesn't know was probably meant to be.
package enum OperationGuess {
    /// A sentence for a person; nil if the service has the operation. `account` is the account of valetkey.
    package static func sentence(for name: String, of service: AdvertisingService, account: String) -> String? {
        guard !known(service).contains(name) else { return nil }
        let others = AdvertisingService.allCases.filter { $0 != service }
        if let other = others.first(where: { known($0).contains(name) }) {
            return
                "\(name) is an operation of \(other.rawValue): valetkey ads call \(account) \(other.rawValue) \(name)"
        }
        let lack = "\(service.rawValue) has no operation \(name) that is known"
        if let near = NearestName.nearest(to: name, in: known(service)) { return "\(lack): did you mean \(near)?" }
        for other in others {
            guard let near = NearestName.nearest(to: name, in: known(other)) else { continue }
            return "\(lack): did you mean \(near) of \(other.rawValue)?"
        }
        return "\(lack): take the name from the service's reference, such as \(service.operations[0])"
    }

    /// The names of the service's operations, and their paths.
    private static func known(_ service: AdvertisingService) -> [String] {
        service.operations + service.operations.compactMap { RESTOperation($0, of: service)?.path }
    }
}
