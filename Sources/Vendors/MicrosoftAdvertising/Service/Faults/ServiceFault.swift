import MicrosoftAdvertisingPresets
import OAuth
import Text

/// A fault that a service returned. Only its codes decide anything; the texts are untrusted and only for people.
package struct ServiceFault: Error, Sendable, Hashable {
    package struct Entry: Sendable, Hashable {
        /// nil where the service sent no number.
        package var code: Int?
        /// The code's name, such as `InvalidCredentials`.
        package var name: String?
        package var message: String?
        package var detail: String?

        package init(code: Int?, name: String? = nil, message: String? = nil, detail: String? = nil) {
            self.code = code
            self.name = name
            self.message = message
            self.detail = detail
        }
    }

    /// The HTTP status; a SOAP fault may have 200.
    package var status: Int
    /// Never empty.
    package var entries: [Entry]
    /// The id that Microsoft's support asks for.
    package var trackingID: String?
    package var retryAfter: Duration?

    package init(status: Int, entries: [Entry], trackingID: String? = nil, retryAfter: Duration? = nil) {
        self.status = status
        self.entries = entries.isEmpty ? [Entry(code: nil)] : entries
        self.trackingID = trackingID
        self.retryAfter = retryAfter
    }

    /// The code that decides what to do next: an expired token or too many calls wherever they are in the list, because
    /// those can be handled whatever else is wrong; otherwise the first code.
    package var code: Int? {
        let codes = entries.compactMap(\.code)
        return [109, 117].first(where: codes.contains) ?? codes.first
    }

    /// Returns a copy in which these secrets are masked and the texts are safe to print on a terminal.
    func redacted(_ secrets: [Secret]) -> ServiceFault {
        let mask = SecretMask(secrets)
        func fit(_ text: String?, _ limit: Int) -> String? {
            guard let text else { return nil }
            let cleaned = UntrustedText.clean(mask.cover(text), limit: limit)
            return cleaned.isEmpty ? nil : cleaned
        }
        var copy = self
        copy.trackingID = fit(trackingID, 80)
        copy.entries = entries.prefix(5).map { entry in
            Entry(
                code: entry.code, name: fit(entry.name, 80), message: fit(entry.message, 400),
                detail: fit(entry.detail, 200))
        }
        return copy
    }
}

extension ServiceFault: CustomStringConvertible {
    /// One sentence for each error, and the tracking id.
    package var description: String {
        let sentences = entries.map { entry in
            let name = entry.name ?? entry.code.flatMap { AdvertisingFault(rawValue: $0)?.name }
            let head =
                switch (name, entry.code) {
                case (let name?, let code?): "\(name) (\(code))"
                case (let name?, nil): name
                case (nil, let code?): "error \(code)"
                case (nil, nil): "HTTP \(status)"
                }
            return [head, entry.message.map(Self.withoutFullStop), entry.detail.map(Self.withoutFullStop)]
                .compactMap(\.self).joined(separator: ": ")
        }
        return "Microsoft Advertising says \(sentences.joined(separator: "; ")); \(Self.tracking(trackingID))"
    }

    static func tracking(_ id: String?) -> String {
        id.map { "TrackingId \($0)" } ?? "it sent no TrackingId"
    }

    private static func withoutFullStop(_ text: String) -> String {
        text.hasSuffix(".") ? String(text.dropLast()) : text
    }
}
