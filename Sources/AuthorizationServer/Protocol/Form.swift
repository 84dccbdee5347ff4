import OAuth
import Text

/// The parameters of a request. A parameter without a value counts as absent (RFC 6749 section 3.1).
struct Form: Sendable {
    private let fields: [FormField]

    init(_ fields: [FormField]) {
        self.fields = fields
    }

    /// nil where the text isn't a form.
    init?(_ text: some StringProtocol) {
        guard let fields = FormEncoding.decode(text) else { return nil }
        self.fields = fields
    }

    subscript(name: String) -> String? {
        fields.first { $0.name == name }.map(\.value).flatMap { $0.isEmpty ? nil : $0 }
    }

    /// All values of a parameter that may be repeated.
    func all(_ name: String) -> [String] {
        fields.filter { $0.name == name && !$0.value.isEmpty }.map(\.value)
    }

    func repeats(_ name: String) -> Bool {
        fields.count { $0.name == name } > 1
    }

    /// Whether a parameter other than `resource` is repeated (RFC 8707 section 2 allows that one).
    var hasRepetitions: Bool {
        let names = fields.map(\.name).filter { $0 != "resource" }
        return Set(names).count < names.count
    }

    /// The values by name, as secrets.
    var covered: [String: Secret] {
        Dictionary(fields.map { ($0.name, Secret($0.value)) }) { first, _ in first }
    }
}
