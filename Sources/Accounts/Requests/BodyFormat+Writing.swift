import FoundationEssentials
import Text

extension BodyFormat {
    var mediaType: String {
        switch self {
        case .form: FormEncoding.mediaType
        case .json: "application/json"
        }
    }

    func write(_ fields: [FormField]) -> Secret {
        switch self {
        case .form: Secret(FormEncoding.encode(fields))
        case .json: Secret(Self.object(fields))
        }
    }

    /// A JSON object with one member for each name; repeated names become an array.
    private static func object(_ fields: [FormField]) -> String {
        let members = Dictionary(grouping: fields, by: \.name).mapValues { Member(values: $0.map(\.value)) }
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        // Encoding strings can't fail.
        return (try? encoder.encode(members)).map { String(decoding: $0, as: UTF8.self) } ?? "{}"
    }

    private struct Member: Encodable {
        var values: [String]

        func encode(to encoder: any Encoder) throws {
            var container = encoder.singleValueContainer()
            if values.count == 1 { try container.encode(values[0]) } else { try container.encode(values) }
        }
    }
}
