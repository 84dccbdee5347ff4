import Synchronization

/// A function from octets to a text that remembers its last result: most callers are of few programs, and taking what the
/// kernel says apart costs as much as asking for it.
final class LastText: Sendable {
    private let read: @Sendable ([UInt8]) -> String?
    private let last = Mutex<(octets: [UInt8], text: String?)>(([], nil))

    init(_ read: @escaping @Sendable ([UInt8]) -> String?) {
        self.read = read
    }

    func of(_ octets: [UInt8]) -> String? {
        last.withLock { last in
            if last.octets != octets { last = (octets, read(octets)) }
            return last.text
        }
    }
}
