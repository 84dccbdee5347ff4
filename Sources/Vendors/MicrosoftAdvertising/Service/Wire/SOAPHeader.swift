import Foundation
import XMLCoder

/// The services of the API by the names of their namespaces.
package enum SOAPService: String, Sendable, CaseIterable {
    case campaignManagement = "CampaignManagement"
    case customerManagement = "CustomerManagement"
    case billing = "CustomerBilling"
    case reporting = "Reporting"
    case bulk = "Bulk"
    case adInsight = "AdInsight"

    package var namespace: String {
        let name =
            switch self {
            case .campaignManagement, .bulk: "CampaignManagement"
            case .customerManagement: "Customer"
            case .billing: "Billing"
            case .reporting: "Reporting"
            case .adInsight: "AdInsight"
            }
        return "https://bingads.microsoft.com/\(name)/v13"
    }

    /// Customer Management and Customer Billing know neither CustomerId nor CustomerAccountId.
    package var wantsCustomer: Bool {
        switch self {
        case .customerManagement, .billing: false
        case .campaignManagement, .reporting, .bulk, .adInsight: true
        }
    }
}

/// The Header element of a SOAP envelope, for any client.
package struct SOAPHeader: Sendable {
    package struct Element: Sendable, Hashable {
        package var name: String
        package var value: String

        package init(name: String, value: String) {
            self.name = name
            self.value = value
        }
    }

    private let service: SOAPService
    private let elements: [Element]

    package init(service: SOAPService, elements: [Element]) {
        self.service = service
        self.elements = elements.filter { service.wantsCustomer || !$0.name.hasPrefix("Customer") }
    }

    package func text() throws -> String {
        let encoder = XMLEncoder()
        encoder.outputFormatting = .prettyPrinted
        encoder.prettyPrintIndentation = .spaces(2)
        let root = Root(namespace: service.namespace, elements: elements)
        return String(decoding: try encoder.encode(root, withRootKey: "s:Header"), as: UTF8.self)
    }

    private struct Root: Encodable, DynamicNodeEncoding {
        let namespace: String
        let elements: [Element]

        func encode(to encoder: any Encoder) throws {
            var members = encoder.container(keyedBy: Key.self)
            try members.encode(Namespace.soap, forKey: Key("xmlns:s"))
            try members.encode(namespace, forKey: Key("xmlns"))
            for element in elements { try members.encode(element.value, forKey: Key(element.name)) }
        }

        static func nodeEncoding(for key: any CodingKey) -> XMLEncoder.NodeEncoding {
            key.stringValue.hasPrefix("xmlns") ? .attribute : .element
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
