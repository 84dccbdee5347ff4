import Foundation
import XMLCoder

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

    package func text() throws -> String {
        let encoder = XMLEncoder()
        encoder.outputFormatting = .prettyPrinted
        encoder.prettyPrintIndentation = .spaces(2)
        let root = Root(namespace: service.namespace, action: operation.map(Action.init), elements: elements)
        return String(decoding: try encoder.encode(root, withRootKey: "s:Header"), as: UTF8.self)
    }

    private struct Root: Encodable, DynamicNodeEncoding {
        let namespace: String
        let action: Action?
        let elements: [Element]

        func encode(to encoder: any Encoder) throws {
            var members = encoder.container(keyedBy: Key.self)
            try members.encode(Namespace.soap, forKey: Key("xmlns:s"))
            try members.encode(namespace, forKey: Key("xmlns"))
            if let action { try members.encode(action, forKey: Key("Action")) }
            for element in elements { try members.encode(element.value, forKey: Key(element.name)) }
        }

        static func nodeEncoding(for key: any CodingKey) -> XMLEncoder.NodeEncoding {
            key.stringValue.hasPrefix("xmlns") ? .attribute : .element
        }
    }

    private struct Action: Encodable, DynamicNodeEncoding {
        let name: String

        func encode(to encoder: any Encoder) throws {
            var members = encoder.container(keyedBy: Key.self)
            try members.encode("1", forKey: Key("mustUnderstand"))
            try members.encode(name, forKey: Key(""))
        }

        static func nodeEncoding(for key: any CodingKey) -> XMLEncoder.NodeEncoding {
            key.stringValue.isEmpty ? .element : .attribute
        }
    }

    private struct Key: CodingKey {
        let stringValue: String
        var intValue: Int? { nil }

        init(_ name: String) {
            stringValue = name
        }

        init?(stringValue: String) {
            self.init(stringValue)
        }

        init?(intValue: Int) {
            nil
        }
    }
}
