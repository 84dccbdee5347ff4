import Text

/// Why a call that a person asked for isn't valid.
package enum CallMistake: Error, Sendable, Hashable, CustomStringConvertible {
    case noOperation(String)
    case notText
    case notJSON
    case notXML(String)
    /// An envelope or a part of one; with the operation.
    case envelope(String)
    /// Another element than that of the operation's request; with the operation.
    case otherElement(String, String)
    /// Another namespace than the service's, or none; with the service's.
    case otherNamespace(String?, String)

    package var description: String {
        switch self {
        case .noOperation(let name): "\(name.quoted) isn't the name of an operation"
        case .notText: "standard input isn't UTF-8"
        case .notJSON: "standard input isn't a JSON object, which REST takes"
        case .notXML(let reason): "standard input isn't the XML of a request: \(reason)"
        case .envelope: "standard input is a whole envelope or a part of one; its header is filled here"
        case .otherElement(let found, let operation):
            "the element on standard input is \(found.shown), and \(operation) takes \(operation)Request"
        case .otherNamespace(nil, _): "the element on standard input has no namespace, so the service would ignore it"
        case .otherNamespace(let found?, _):
            "the element on standard input is of the namespace \(found.quoted), which isn't the service's"
        }
    }

    package var hint: String {
        switch self {
        case .noOperation: "take it as the documentation has it, such as GetCampaignsByAccountId"
        case .notText: "save it as UTF-8"
        case .notJSON: "write the request's members, such as {\"AccountId\": \"…\"}; for XML add --protocol soap"
        case .notXML(_):
            "write the request's element, such as <GetUserRequest xmlns=\"…\">; for JSON leave --protocol out"
        case .otherElement(_, let operation):
            "write <\(operation)Request xmlns=\"…\">, or name the operation of the element"
        case .otherNamespace(_, let wanted): "write xmlns=\"\(wanted)\" into its start tag"
        case .envelope(let operation): "give only the element in its body, <\(operation)Request>"
        }
    }
}
