extension SOAPReader {
    /// `soap:Fault` with the details that the services send: `AdApiFaultDetail` for authentication and throttling,
    /// `ApiFault` of Customer Management, and `ApiFaultDetail` of the other services.
    struct Fault: Decodable {
        var text: String?
        var detail: Detail?

        enum CodingKeys: String, CodingKey {
            case text = "faultstring"
            case detail
        }

        init(from decoder: any Decoder) throws {
            let members = try decoder.container(keyedBy: CodingKeys.self)
            // Not truncated yet: secrets must be masked first.
            text = ((try? members.decodeIfPresent(WireText.self, forKey: .text)) ?? nil)?.text
            detail = try? members.decodeIfPresent(Detail.self, forKey: .detail)
        }

        func serviceFault(status: Int, trackingID: String?) -> ServiceFault {
            let entries = detail?.parts.flatMap(\.entries) ?? []
            return ServiceFault(
                status: status,
                entries: entries.isEmpty ? [ServiceFault.Entry(code: nil, message: text)] : entries,
                trackingID: detail?.parts.lazy.compactMap(\.trackingID).first ?? trackingID)
        }
    }

    struct Detail: Decodable {
        var parts: [FaultDetail]

        enum CodingKeys: String, CodingKey, CaseIterable {
            case adAPI = "AdApiFaultDetail"
            case api = "ApiFault"
            case apiDetail = "ApiFaultDetail"
        }

        init(from decoder: any Decoder) throws {
            let members = try decoder.container(keyedBy: CodingKeys.self)
            parts = CodingKeys.allCases.compactMap { try? members.decodeIfPresent(FaultDetail.self, forKey: $0) }
        }
    }

    struct FaultDetail: Decodable {
        var trackingID: String?
        var entries: [ServiceFault.Entry]

        init(from decoder: any Decoder) throws {
            let members = try decoder.container(keyedBy: FaultMember.self)
            trackingID = members.text(.trackingID)
            let lists = FaultMember.lists.compactMap {
                try? members.decodeIfPresent(ErrorList.self, forKey: $0)
            }
            entries = lists.flatMap { [$0.adAPI, $0.operation, $0.batch].flatMap { $0 ?? [] } }.map(\.entry)
        }
    }

    struct ErrorList: Decodable {
        var adAPI: [WireError]?
        var operation: [WireError]?
        var batch: [WireError]?

        enum CodingKeys: String, CodingKey {
            case adAPI = "AdApiError"
            case operation = "OperationError"
            case batch = "BatchError"
        }
    }
}

/// One error of a fault, in SOAP or REST. Texts aren't truncated yet, because secrets must be masked first.
struct WireError: Decodable {
    var entry: ServiceFault.Entry

    enum CodingKeys: String, CodingKey {
        case code = "Code"
        case name = "ErrorCode"
        case message = "Message"
        case detail = "Detail"
        case details = "Details"
    }

    init(from decoder: any Decoder) throws {
        let members = try decoder.container(keyedBy: CodingKeys.self)
        func whole(_ key: CodingKeys) -> String? {
            ((try? members.decodeIfPresent(WireText.self, forKey: key)) ?? nil)?.text
        }
        entry = ServiceFault.Entry(
            code: whole(.code).flatMap(Int.init), name: whole(.name), message: whole(.message),
            detail: whole(.detail) ?? whole(.details))
    }
}
