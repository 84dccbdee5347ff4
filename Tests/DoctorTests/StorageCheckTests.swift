import APIContract
import Testing

@testable import Doctor

struct StorageCheckTests {
    private func results(_ name: String, _ change: (inout Facts) -> Void) throws -> [Diagnosis] {
        var facts = try Facts.healthy()
        change(&facts)
        return facts.results(name)
    }

    @Test func `a state folder that is open, another user's or no folder is wrong`() throws {
        let cases: [(FileFacts, String)] = [
            (FileFacts(isFolder: true, mode: 0o750, owner: 1000), "chmod 700 /home/a/state"),
            (FileFacts(isFolder: true, mode: 0o700, owner: 0), "set XDG_STATE_HOME to a folder of your own"),
            (.file, "move /home/a/state away"),
        ]
        for (folder, remedy) in cases {
            let wrong = try results("state_folder") { $0.storage.state = .seen(folder) }
            #expect(wrong.map(\.state) == [.wrong] && wrong[0].remedy == remedy)
        }
        #expect(try results("state_folder") { $0.storage.state = .seen(nil) }.map(\.state) == [.ok])
    }

    @Test func `a state folder on a network file system is wrong, whatever its mode`() throws {
        let remote = try results("state_folder") { $0.storage.networkFileSystem = .seen("NFS") }
        #expect(remote.map(\.state) == [.ok, .wrong] && remote[1].found.contains("(NFS)"))
        #expect(try results("state_folder") { $0.storage.networkFileSystem = .unseen("slow") }.map(\.state) == [.ok])
    }

    @Test func `a grant that others may read is wrong, and only the first is named`() throws {
        let open = FileFacts(isFolder: false, mode: 0o640, owner: 1000)
        let wrong = try results("grants") {
            $0.storage.grants = .seen(["/s/b.grant": open, "/s/a.grant": open, "/s/0.grant": .file])
        }
        #expect(wrong.map(\.state) == [.wrong] && wrong[0].lookedAt == "/s/a.grant")
        #expect(wrong[0].found == "it and 1 more are open to other users")
        #expect(wrong[0].remedy == "chmod 600 /home/a/state/*.grant")
        #expect(try results("grants") { $0.storage.grants = .seen([:]) }.map(\.state) == [.ok])
    }

    @Test func `a key that is exposed, foreign or of another size is wrong`() throws {
        let cases: [(FileFacts, String)] = [
            (FileFacts(isFolder: false, mode: 0o644, owner: 1000, size: 32), "chmod 600 /home/a/key"),
            (FileFacts(isFolder: false, mode: 0o600, owner: 0, size: 32), "chown 1000 /home/a/key"),
            (FileFacts(isFolder: false, mode: 0o600, owner: 1000, size: 31), "put it back from a backup"),
        ]
        for (key, remedy) in cases {
            let wrong = try results("key") { $0.storage.keyFile = .seen(key) }
            #expect(wrong.map(\.state) == [.wrong] && wrong[0].remedy == remedy)
        }
    }

    @Test func `a missing key is wrong where grants are stored and the unit has no credential for it`() throws {
        let lost = try results("key") { $0.storage.keyFile = .seen(nil) }
        #expect(lost.map(\.state) == [.wrong] && lost[0].found.hasPrefix("it is missing"))
        let new = try results("key") {
            $0.storage.keyFile = .seen(nil)
            $0.storage.grants = .seen([:])
        }
        #expect(new.map(\.state) == [.ok])
        let credential = try results("key") {
            $0.storage.keyFile = .seen(nil)
            var unit = UnitFacts.running("valetkey.service")
            unit.hasKeyCredential = true
            $0.units = .seen([unit])
        }
        #expect(credential.map(\.state) == [.ok])
    }

    @Test(
        arguments: [
            ("passphrase", .locked, .wrong), ("passphrase", .unset, .wrong), ("secret-service", .locked, .wrong),
            ("passphrase", .open, .ok), ("secret-service", .open, .ok), ("file", .open, .wrong),
        ] as [(String, KeyState, Diagnosis.State)])
    func `a key that isn't a file is judged by what the daemon says`(
        kind: String, state: KeyState, expected: Diagnosis.State
    ) throws {
        let results = try results("key") {
            $0.socket.key = .seen(KeyReport(kind: kind, state: state, detail: state == .open ? nil : "it is locked"))
            $0.storage.keyFile = .seen(nil)
            $0.storage.grants = .seen(["/a.grant": FileFacts(isFolder: false, mode: 0o600, owner: 1000)])
        }
        #expect(results.map(\.state) == [expected])
        #expect(results[0].remedy == (state == .open ? results[0].remedy : "valetkey unlock"))
    }
}
