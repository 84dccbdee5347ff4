/// Decodes values from elements, so that the same types can be read from SOAP and from REST. A member is the child of its
/// name, a list all children of a name, a value the element's text.
struct SOAPElementDecoder: Decoder {
    /// The elements of one name in one parent: one, but for a list.
    let elements: [SOAPElement]
    let codingPath: [any CodingKey]
    let userInfo: [CodingUserInfoKey: Any] = [:]

    static func decode<Value: Decodable>(_ type: Value.Type, from element: SOAPElement) throws -> Value {
        try Value(from: SOAPElementDecoder(elements: [element], codingPath: []))
    }

    func container<Key: CodingKey>(keyedBy type: Key.Type) throws -> KeyedDecodingContainer<Key> {
        guard let element = elements.first else { throw wrongType(SOAPElement.self, "there is no element") }
        return KeyedDecodingContainer(Members(element: element, codingPath: codingPath))
    }

    func unkeyedContainer() throws -> any UnkeyedDecodingContainer {
        List(elements: elements, codingPath: codingPath)
    }

    func singleValueContainer() throws -> any SingleValueDecodingContainer { self }

    private func wrongType(_ type: any Any.Type, _ reason: String) -> DecodingError {
        .typeMismatch(type, .init(codingPath: codingPath, debugDescription: reason))
    }
}

extension SOAPElementDecoder: SingleValueDecodingContainer {
    func decodeNil() -> Bool { elements.first?.isNil ?? true }

    func decode(_ type: String.Type) throws -> String {
        guard let element = elements.first, element.children.isEmpty else {
            throw wrongType(type, "the element has elements, not text")
        }
        return element.text
    }

    func decode<Value: Decodable>(_ type: Value.Type) throws -> Value {
        if type == String.self, let text = try decode(String.self) as? Value { return text }
        return try Value(from: self)
    }

    func decode(_ type: Bool.Type) throws -> Bool { try parsed(Bool.init) }
    func decode(_ type: Double.Type) throws -> Double { try parsed(Double.init) }
    func decode(_ type: Float.Type) throws -> Float { try parsed(Float.init) }
    func decode(_ type: Int.Type) throws -> Int { try parsed { Int($0) } }
    func decode(_ type: Int8.Type) throws -> Int8 { try parsed { Int8($0) } }
    func decode(_ type: Int16.Type) throws -> Int16 { try parsed { Int16($0) } }
    func decode(_ type: Int32.Type) throws -> Int32 { try parsed { Int32($0) } }
    func decode(_ type: Int64.Type) throws -> Int64 { try parsed { Int64($0) } }
    func decode(_ type: UInt.Type) throws -> UInt { try parsed { UInt($0) } }
    func decode(_ type: UInt8.Type) throws -> UInt8 { try parsed { UInt8($0) } }
    func decode(_ type: UInt16.Type) throws -> UInt16 { try parsed { UInt16($0) } }
    func decode(_ type: UInt32.Type) throws -> UInt32 { try parsed { UInt32($0) } }
    func decode(_ type: UInt64.Type) throws -> UInt64 { try parsed { UInt64($0) } }

    private func parsed<Value>(_ parse: (String) -> Value?) throws -> Value {
        guard let value = parse(try decode(String.self)) else { throw wrongType(Value.self, "another text") }
        return value
    }
}

extension SOAPElementDecoder {
    private struct Members<Key: CodingKey>: KeyedDecodingContainerProtocol {
        let element: SOAPElement
        let codingPath: [any CodingKey]

        var allKeys: [Key] { element.children.compactMap { Key(stringValue: $0.name) } }

        func contains(_ key: Key) -> Bool { element.children.contains { $0.name == key.stringValue } }

        func decodeNil(forKey key: Key) throws -> Bool { decoder(key).decodeNil() }

        func decode<Value: Decodable>(_ type: Value.Type, forKey key: Key) throws -> Value {
            guard contains(key) else {
                throw DecodingError.keyNotFound(key, .init(codingPath: codingPath, debugDescription: "no element"))
            }
            return try decoder(key).decode(type)
        }

        func nestedContainer<Nested: CodingKey>(
            keyedBy type: Nested.Type, forKey key: Key
        ) throws -> KeyedDecodingContainer<Nested> { try decoder(key).container(keyedBy: type) }

        func nestedUnkeyedContainer(forKey key: Key) throws -> any UnkeyedDecodingContainer {
            try decoder(key).unkeyedContainer()
        }

        func superDecoder() throws -> any Decoder { SOAPElementDecoder(elements: [element], codingPath: codingPath) }

        func superDecoder(forKey key: Key) throws -> any Decoder { decoder(key) }

        private func decoder(_ key: Key) -> SOAPElementDecoder {
            SOAPElementDecoder(elements: element.children(named: key.stringValue), codingPath: codingPath + [key])
        }
    }

    private struct List: UnkeyedDecodingContainer {
        let elements: [SOAPElement]
        let codingPath: [any CodingKey]
        var currentIndex = 0

        var count: Int? { elements.count }
        var isAtEnd: Bool { currentIndex >= elements.count }

        mutating func decodeNil() throws -> Bool { try current().decodeNil() }

        mutating func decode<Value: Decodable>(_ type: Value.Type) throws -> Value {
            let value = try current().decode(type)
            currentIndex += 1
            return value
        }

        mutating func nestedContainer<Nested: CodingKey>(
            keyedBy type: Nested.Type
        ) throws -> KeyedDecodingContainer<Nested> { try superDecoder().container(keyedBy: type) }

        mutating func nestedUnkeyedContainer() throws -> any UnkeyedDecodingContainer {
            try superDecoder().unkeyedContainer()
        }

        mutating func superDecoder() throws -> any Decoder {
            defer { currentIndex += 1 }
            return try current()
        }

        private func current() throws -> SOAPElementDecoder {
            guard !isAtEnd else {
                throw DecodingError.valueNotFound(
                    SOAPElement.self, .init(codingPath: codingPath, debugDescription: "the list has ended"))
            }
            return SOAPElementDecoder(elements: [elements[currentIndex]], codingPath: codingPath)
        }
    }
}
