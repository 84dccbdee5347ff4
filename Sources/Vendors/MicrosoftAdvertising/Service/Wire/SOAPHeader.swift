/// The Header element of a SOAP envelope, also for other SOAP clients.
package struct SOAPHeader: Sendable {
    package struct Element: Sendable, Hashable {
        package var name: String
        package var value: String

        package init(name: String, value: String) {
            self.name = name
            self.value = value
        }
    }

    private let service: AdvertisingService
    private let operation: String?
    private let elements: [Element]

    /// `operation` is the value of the element `Action`, which the services require.
    package init(service: AdvertisingService, operation: String? = nil, elements: [Element]) {
        self.service = service
        self.operation = operation
        self.elements = elements.filter { service.wantsCustomer || !$0.name.hasPrefix("Customer") }
    }

    /// - Throws: if a value has a character that XML can't contain.
    package func text() throws -> String {
        let action = operation.map { XMLNode("Action", [("mustUnderstand", "1")], $0) }
        let header = XMLNode(
            "s:Header", [("xmlns:s", Namespace.soap), ("xmlns", service.namespace)],
            (action.map { [$0] } ?? []) + elements.map { XMLNode($0.name, [], $0.value) })
        return try header.xml(isIndented: true)
    }
}
