import Files
import Scratch
import Testing
import Text

@testable import Stores

/// The key in a keyring, with a program in place of secret-tool that keeps its entries in files.
@Suite(.timeLimit(.minutes(5)))
struct SecretServiceTests {
    private let folder: ScratchFolder
    private let state: ScratchFolder

    /// Entries are files named after their slot; `locked` makes it fail as a keyring does that nobody unlocks.
    private static let tool = """
        #!/bin/sh
        cd "${0%/*}" || exit 9
        if [ -e broken ]; then echo "secret-tool: Cannot autolaunch D-Bus" >&2; exit 1; fi
        [ ! -e locked ] || exit 1
        for slot; do :; done
        case $1 in
            store) cat >"entry-$slot" ;;
            lookup) cat "entry-$slot" 2>/dev/null ;;
            clear) rm "entry-$slot" 2>/dev/null ;;
        esac
        """

    init() throws {
        folder = try ScratchFolder()
        state = try ScratchFolder()
        try folder.write(Self.tool.utf8, as: "secret-tool", mode: 0o700)
    }

    private var place: SecretServiceKeyPlace {
        SecretServiceKeyPlace(environment: ["PATH": "\(folder.path):/usr/bin:/bin"], clock: ContinuousClock())
    }

    private func ring() async throws -> KeyRing { try await KeyRing.open(place, state: PrivateFolder(state.path)) }

    // KEEP-1
    @Test func `the first start stores a key in the keyring, and later ones find it`() async throws {
        let ring = try await ring()
        #expect(ring.keys.count == 1)
        #expect(try folder.names() == ["entry-current", "secret-tool"])
        #expect(try folder.text("entry-current") == Base64URL.encode(SealingKey.octets(of: ring.keys)))
        #expect(try await self.ring() == ring)
    }

    @Test func `an exchange leaves only the new key in the keyring`() async throws {
        let old = try await ring()
        let new = try await old.addingKey(in: place)
        #expect(try await ring() == new)
        let done = try await new.completed(in: place)
        #expect(try folder.names() == ["entry-current", "secret-tool"])
        #expect(try await ring() == done && done.keys == [new.keys[0]])
    }

    @Test func `a locked keyring is told where there are grants, and no other key is made`() async throws {
        try state.write([], as: "ads.grant")
        try folder.write([], as: "locked")
        await #expect(throws: KeyFault.missing) { _ = try await ring() }
        #expect(try folder.names() == ["locked", "secret-tool"])
    }

    @Test func `a first key that the keyring doesn't keep is a fault`() async throws {
        try folder.write([], as: "locked")
        let fault = await #expect(throws: KeyFault.self) { _ = try await ring() }
        guard case .unavailable(let reason, let hint) = fault else {
            Issue.record("\(String(describing: fault))")
            return
        }
        #expect(reason.contains("the keyring refuses") && hint.contains("valetkey unlock"))
        try folder.remove("locked")
        try folder.write(Self.tool.replacing("cat >\"entry-$slot\"", with: ":").utf8, as: "secret-tool", mode: 0o700)
        await #expect(throws: KeyFault.self) { _ = try await ring() }
    }

    @Test func `a session without a keyring is told in the program's words`() async throws {
        try folder.write([], as: "broken")
        let fault = await #expect(throws: KeyFault.self) { _ = try await ring() }
        guard case .unavailable(let reason, _) = fault else {
            Issue.record("\(String(describing: fault))")
            return
        }
        #expect(reason.contains("Cannot autolaunch D-Bus"))
    }

    @Test func `a missing secret-tool is told with the package to install`() async throws {
        let place = SecretServiceKeyPlace(environment: ["PATH": state.path], clock: ContinuousClock())
        let fault = await #expect(throws: KeyFault.self) { _ = try await place.read(.current) }
        guard case .unavailable(let reason, let hint) = fault else {
            Issue.record("\(String(describing: fault))")
            return
        }
        #expect(reason.contains("secret-tool isn't installed") && hint.contains("libsecret-tools"))
    }

    @Test(arguments: ["", "abc", "!!!", "AAAA"])
    func `an entry that is no key is a fault, and isn't replaced`(entry: String) async throws {
        try folder.write(entry.utf8, as: "entry-current")
        await #expect(throws: KeyFault.self) { _ = try await ring() }
        #expect(try folder.text("entry-current") == entry)
    }

    @Test func `clearing an empty slot is no fault`() async throws {
        await #expect(throws: Never.self) { try await place.clear(.next) }
    }
}
