import FoundationEssentials
import Register
import Stores
import TestRegister
import Testing
import Text

@testable import Daemon

/// What a host writes of itself into the register, and what it makes of the others' notes.
struct HostRollTests {
    private let keys: FleetKeys
    private static let now: Int64 = 5_000_000

    init() throws {
        keys = FleetKeys(all: [try TestFleet.key(), try TestFleet.key()])
    }

    private static func note(_ name: String, age: Int64 = 0, keys: [String]) -> HostNote {
        HostNote(name: name, version: "1", keys: keys, at: EngineInstant(milliseconds: (now - age) * 1000))
    }

    private func place(_ id: String) -> RegisterName {
        RegisterName("\(SharedPlace.hosts(of: TestFleet.name))/\(id)")
    }

    private func roll(_ notes: [String: HostNote], sealedWith key: SealingKey? = nil, raw: [String: [UInt8]] = [:])
        throws -> HostRoll
    {
        var contents: [RegisterName: RegisterContent] = [:]
        for (id, note) in notes {
            let sealed = try SealedRecord.seal(
                Array(try JSONEncoder().encode(note)), for: place(id), key: try key ?? #require(keys.current))
            contents[place(id)] = RegisterContent(sealed, revision: RegisterRevision(7))
        }
        for (id, value) in raw { contents[place(id)] = RegisterContent(value, revision: RegisterRevision(7)) }
        let time = EngineTime(seconds: Self.now, sent: .zero, received: .zero)
        return HostRoll(RegisterListing(contents, time: time), fleet: TestFleet.name, keys: keys)
    }

    private var ids: [String] { keys.all.map(\.id) }

    /// The revision over which this host's note is to be written, with its time.
    private func due(_ written: HostNote?, _ own: HostNote) throws -> RegisterRevision? {
        let due = try roll(written.map { ["h-1": $0] } ?? [:]).due(own, of: "h-1")
        if let due {
            #expect(due.note == Self.note(own.name, keys: own.keys))
        }
        return due?.over
    }

    @Test func `a note is written where there is none, it is old, or something else has changed`() throws {
        let own = Self.note("build-1", keys: ids)
        #expect(try due(nil, own) == .absent)
        #expect(try due(own, own) == nil)
        #expect(try due(Self.note("build-1", age: 239, keys: ids), own) == nil)
        #expect(try due(Self.note("build-1", age: 240, keys: ids), own) == RegisterRevision(7))
        #expect(try due(Self.note("build-1", keys: [ids[0]]), own) == RegisterRevision(7))
        #expect(try due(Self.note("build-1", keys: ids.reversed()), own) == RegisterRevision(7))
        #expect(try due(Self.note("other", keys: ids), own) == RegisterRevision(7))
        var later = own
        later.version = "2"
        #expect(try due(later, own) == RegisterRevision(7))
    }

    @Test func `a note from the future is written again, as the engine's clock was set back`() throws {
        let own = Self.note("build-1", keys: ids)
        #expect(try due(Self.note("build-1", age: -59, keys: ids), own) == nil)
        #expect(try due(Self.note("build-1", age: -60, keys: ids), own) == RegisterRevision(7))
    }

    @Test func `a note that can't be opened is replaced by this host's own`() throws {
        let roll = try roll([:], raw: ["h-1": [1, 2]])
        #expect(roll.due(Self.note("build-1", keys: ids), of: "h-1")?.over == RegisterRevision(7))
    }

    @Test func `hosts that weren't seen for 30 days are gone, but this one never is`() throws {
        let month: Int64 = 30 * 86_400
        let roll = try roll([
            "h-1": Self.note("build-1", age: month + 1, keys: ids), "h-2": Self.note("b", age: month, keys: ids),
            "h-3": Self.note("c", age: month + 1, keys: ids),
        ])
        #expect(roll.gone(except: "h-1").map(\.id) == ["h-3"])
        #expect(roll.gone(except: "h-3").map(\.id) == ["h-1"])
        #expect(roll.gone(except: "h-1").map(\.place) == [place("h-3")])
        #expect(roll.present.map(\.id) == ["h-2"])
    }

    @Test func `a host lacks the keys that this one has and it hasn't`() throws {
        let roll = try roll(["h-2": Self.note("b", keys: ["x", ids[1]]), "h-3": Self.note("c", keys: ids)])
        #expect(roll.hosts.map { HostRoll.lacks($0, of: keys) } == [[ids[0]], []])
    }

    @Test func `a note that is sealed with another key tells which one, and is kept`() throws {
        let key = try TestFleet.key()
        let roll = try roll(["h-2": Self.note("b", keys: ["x"])], sealedWith: key, raw: ["h-3": [1]])
        #expect(roll.hosts.map(\.content) == [.otherKey(key.id), .unusable])
        #expect(roll.present.count == 2 && roll.gone(except: "h-1").isEmpty)
        #expect(roll.hosts.compactMap { HostRoll.lacks($0, of: keys) }.isEmpty)
    }

    @Test func `a note that no host can have written isn't used`() throws {
        var wrong: [HostNote] = Array(repeating: Self.note("b", keys: ["x"]), count: 7)
        wrong[0].name = String(repeating: "n", count: 257)
        wrong[1].version = "1\u{1b}[2J"
        wrong[2].keys = []
        wrong[3].keys = Array(repeating: "k", count: 101)
        wrong[4].at = EngineInstant(milliseconds: -1)
        wrong[5].at = EngineInstant(milliseconds: .max)
        wrong[6].keys = ["\n"]
        for note in wrong {
            #expect(try roll(["h-2": note]).hosts.map(\.content) == [.unusable], "\(note)")
        }
        var right = Self.note(String(repeating: "n", count: 256), keys: Array(repeating: "k", count: 100))
        right.at = EngineInstant(milliseconds: 0)
        #expect(try roll(["h-2": right]).hosts.map(\.note) == [right])
    }

    @Test func `names that are no host's are left out`() throws {
        #expect(try roll([:], raw: ["a/b": [1], "": [1]]).hosts.isEmpty)
    }
}
