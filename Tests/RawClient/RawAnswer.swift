/// An answer as it was received.
package struct RawAnswer: Sendable {
    package var status: Int
    package var headers: [(name: String, value: String)]
    package var body = ""

    init(head: String) {
        let lines = head.split(separator: "\r\n", omittingEmptySubsequences: false)
        let words = lines.first.map { $0.split(separator: " ") } ?? []
        status = words.count > 1 ? Int(words[1]) ?? 0 : 0
        headers = lines.dropFirst().map { line in
            let name = line.prefix { $0 != ":" }
            return (name.lowercased(), line.dropFirst(name.count + 1).drop { $0 == " " }.description)
        }
    }

    /// The value of the first header with this name, which must be in lower case.
    package subscript(_ name: String) -> String? {
        headers.first { $0.name == name }?.value
    }
}
