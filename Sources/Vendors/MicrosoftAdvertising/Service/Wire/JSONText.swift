import FoundationEssentials

/// JSON as a person gives it.
enum JSONText {
    /// Whether it is one whole JSON object.
    static func isObject(_ text: String) -> Bool {
        (try? JSONDecoder().decode([String: Anything].self, from: Data(text.utf8))) != nil
    }

    /// Any JSON value, decoded to its end because the decoder checks a value only when it is asked for it.
    private struct Anything: Decodable {
        init(from decoder: any Decoder) throws {
            if var list = try? decoder.unkeyedContainer() {
                while !list.isAtEnd { _ = try list.decode(Anything.self) }
            } else if let members = try? decoder.container(keyedBy: Key.self) {
                for key in members.allKeys { _ = try members.decode(Anything.self, forKey: key) }
            } else {
                let value = try decoder.singleValueContainer()
                if value.decodeNil() || (try? value.decode(Bool.self)) != nil || (try? value.decode(String.self)) != nil
                {
                    return
                }
                _ = try value.decode(Double.self)
            }
        }
    }

    private struct Key: CodingKey {
        let stringValue: String
        var intValue: Int? { nil }

        init?(stringValue: String) {
            self.stringValue = stringValue
        }

        init?(intValue: Int) {
            nil
        }
    }
}
