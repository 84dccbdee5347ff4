/// An element of a SOAP reply. Names are local names, without prefix and namespace: in the replies that are read, no two
/// elements of one parent differ only in their namespace.
struct SOAPElement: Sendable, Equatable {
    var name: String
    /// Whether it has the attribute `nil` of XML Schema's instances with the value true. Other attributes aren't kept.
    var isNil = false
    var children: [SOAPElement] = []
    /// Its own character data, with entities replaced and without white space at both ends.
    var text = ""

    func children(named name: String) -> [SOAPElement] {
        children.filter { $0.name == name }
    }
}

/// What the parser objects to. It quotes nothing of the input.
struct XMLMistake: Error, Equatable {
    var reason: String
    /// In bytes from the start.
    var offset: Int
}
