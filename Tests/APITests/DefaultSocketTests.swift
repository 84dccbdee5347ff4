import APIContract
import Glibc
import Scratch
import Testing

struct DefaultSocketTests {
    @Test(
        arguments: [
            (["VALETKEY_SOCKET": "/v", "XDG_RUNTIME_DIR": "/r"], "/v"), (["VALETKEY_SOCKET": "v"], "v"),
            (["VALETKEY_SOCKET": "", "XDG_RUNTIME_DIR": "/r"], "/r/valetkey.sock"),
            (["XDG_RUNTIME_DIR": "r"], "/run/user/1000/valetkey.sock"), ([:], "/run/user/1000/valetkey.sock"),
        ] as [([String: String], String)])
    func `the environment names the socket, else it is in the user's folder`(
        _ environment: [String: String], _ path: String
    ) {
        #expect(DefaultSocket.path(user: 1000, isOwn: { $0 == "/run/user/1000" }) { environment[$0] } == path)
    }

    @Test func `another user's folder isn't taken`() {
        #expect(DefaultSocket.path(user: 1000, isOwn: { _ in false }) { _ in nil } == nil)
    }

    @Test func `only a folder of this user is its own`() throws {
        let folder = try ScratchFolder()
        #expect(DefaultSocket.isOwnFolder(folder.path))
        #expect(!DefaultSocket.isOwnFolder(folder.file("none")))
        #expect(!DefaultSocket.isOwnFolder(try folder.place("", as: "file")))
        try #require(unsafe symlink(folder.path, folder.file("link")) == 0)
        #expect(!DefaultSocket.isOwnFolder(folder.file("link")))
        if geteuid() == 0 {
            try #require(unsafe chown(folder.path, 61_234, 61_234) == 0)
            #expect(!DefaultSocket.isOwnFolder(folder.path))
        }
    }
}
