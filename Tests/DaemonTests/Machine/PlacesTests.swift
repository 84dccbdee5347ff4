import Testing

@testable import Daemon

struct PlacesTests {
    @Test(
        arguments: [
            (["HOME": "/h"], "/h/.local/state/valetkey", "/h/.local/share/valetkey", nil),
            (
                ["HOME": "/h", "XDG_STATE_HOME": "/s", "XDG_DATA_HOME": "/d", "XDG_RUNTIME_DIR": "/r"], "/s/valetkey",
                "/d/valetkey", "/r/valetkey.sock"
            ),
            (["XDG_STATE_HOME": "/s", "XDG_DATA_HOME": "/d"], "/s/valetkey", "/d/valetkey", nil),
            // A relative path is ignored.
            (
                ["HOME": "/h", "XDG_STATE_HOME": "s", "XDG_DATA_HOME": "", "XDG_RUNTIME_DIR": "r"],
                "/h/.local/state/valetkey", "/h/.local/share/valetkey", nil
            ),
        ] as [([String: String], String, String, String?)])
    func `files are where the base directory specification says`(
        _ environment: [String: String], _ state: String, _ keys: String, _ socket: String?
    ) throws {
        let places = try Places(environment: environment) { _ in false }
        #expect(places.state == state && places.keyFolder == keys && places.socket == socket)
    }

    @Test(
        arguments: [
            ([:], "XDG_STATE_HOME"), (["HOME": "h"], "XDG_STATE_HOME"), (["XDG_STATE_HOME": "/s"], "XDG_DATA_HOME"),
            (["XDG_DATA_HOME": "/d"], "XDG_STATE_HOME"),
        ] as [([String: String], String)])
    func `without a home folder the missing variable is named`(_ environment: [String: String], _ variable: String) {
        do throws(StartFault) {
            _ = try Places(environment: environment)
            Issue.record("it has places")
        } catch {
            #expect("\(error)" == "neither \(variable) nor HOME names an absolute path")
        }
    }
}
