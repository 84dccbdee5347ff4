import FoundationEssentials
import Register
import Stores

/// The hosts of a fleet, by the notes that they keep in the register: decides what this host writes there and removes,
/// and which hosts there are.
struct HostRoll: Sendable {
    enum Content: Sendable, Equatable {
        case note(HostNote)
        /// Sealed with a key that this host hasn't, which has this id.
        case otherKey(String)
        /// Of a later version, or damaged.
        case unusable
    }

    struct Host: Sendable, Equatable {
        /// Identifies the host across restarts.
        var id: String
        var place: RegisterName
        var content: Content
        var revision: RegisterRevision

        var note: HostNote? { if case .note(let note) = content { note } else { nil } }
    }

    /// By id.
    let hosts: [Host]
    /// The engine's time when they were read, to the second.
    let now: EngineInstant

    /// How often a host's note is looked after.
    static let period = Duration.seconds(300)
    /// A note is written again once it is that old: before the next look, however the clocks run.
    static let freshness = Duration.seconds(240)
    /// A host that hasn't written for so long is gone.
    static let memory = Duration.seconds(30 * 86_400)
    /// How far the times of two answers may be apart that came at the same time.
    private static let slack = Duration.seconds(60)

    init(_ listing: RegisterListing, fleet: String, keys: FleetKeys) {
        let root = SharedPlace.hosts(of: fleet)
        now = EngineInstant(milliseconds: listing.time.seconds * 1000)
        hosts = listing.contents.compactMap { place, content -> Host? in
            let id = String(place.text.dropFirst(root.prefix.count))
            guard place.isBelow(root), !id.isEmpty, !id.contains("/"), let value = content.value else { return nil }
            return Host(
                id: id, place: place, content: Self.content(value, of: place, keys), revision: content.revision)
        }.sorted { $0.id < $1.id }
    }

    private static func content(_ value: [UInt8], of place: RegisterName, _ keys: FleetKeys) -> Content {
        do throws(SealedRecord.Flaw) {
            let plain = try SealedRecord.open(value, of: place, keys: keys.all)
            guard let note = try? JSONDecoder().decode(HostNote.self, from: Data(plain)), note.isSound else {
                return .unusable
            }
            return .note(note)
        } catch {
            if case .otherKey(let id) = error { return .otherKey(id) }
            return .unusable
        }
    }

    /// The note that this host must write, and over which revision; nil while the one in the register is right. The
    /// time of `own` doesn't matter.
    func due(_ own: HostNote, of id: String) -> (note: HostNote, over: RegisterRevision)? {
        var note = own
        note.at = now
        guard let host = hosts.first(where: { $0.id == id }) else { return (note, .absent) }
        if var written = host.note {
            let age = now - written.at
            written.at = now
            // A note from the future is of a time before the engine's clock was set back.
            let isFresh = age < Self.freshness && age > .zero - Self.slack
            if written == note, isFresh { return nil }
        }
        return (note, host.revision)
    }

    /// The hosts that are gone, whose notes are to be removed. This host isn't one of them.
    func gone(except id: String) -> [Host] { hosts.filter { $0.id != id && isGone($0) } }

    /// The hosts that there are.
    var present: [Host] { hosts.filter { !isGone($0) } }

    private func isGone(_ host: Host) -> Bool { host.note.map { now - $0.at > Self.memory } ?? false }

    /// The ids of those of `keys` that a host lacks; nil where it isn't known which ones it has.
    static func lacks(_ host: Host, of keys: FleetKeys) -> [String]? {
        host.note.map { note in keys.all.map(\.id).filter { !note.keys.contains($0) } }
    }
}
