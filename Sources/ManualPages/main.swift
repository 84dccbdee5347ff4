import APIServer
import Daemon
import FoundationEssentials
import Glibc

// ManualPages DOCUMENTATION FOLDER: writes the manual pages into man1, man5, man7 and man8 of the folder.

func write(_ documentation: String, _ folder: String) async throws {
    let environment = ProcessInfo.processInfo.environment
    let files = FileManager.default
    // The daemon says itself which requests it answers. It wants places for its state, though nothing is kept there.
    let home = files.temporaryDirectory.appending(path: "valetkey-pages-\(getpid())")
    defer { try? files.removeItem(at: home) }
    try files.createDirectory(at: home, withIntermediateDirectories: true, attributes: [.posixPermissions: 0o700])
    let places = ["HOME": home.path, "XDG_RUNTIME_DIR": home.path]
    let routes = try await Daemon(.init(environment: places)).routeTable().routes
    let moment = environment["SOURCE_DATE_EPOCH"].flatMap { Double($0) }.map { Date(timeIntervalSince1970: $0) }
    let manual = Manual(
        date: moment ?? Date(),
        servers: try String(contentsOf: URL(filePath: documentation).appending(path: "Servers.md"), encoding: .utf8),
        routes: routes)
    for page in try manual.pages() {
        let place = URL(filePath: folder).appending(path: page.fileName)
        try files.createDirectory(at: place.deletingLastPathComponent(), withIntermediateDirectories: true)
        try Data(page.text.utf8).write(to: place)
    }
}

guard CommandLine.arguments.count == 3 else {
    print("usage: ManualPages DOCUMENTATION FOLDER")
    exit(64)
}
try await write(CommandLine.arguments[1], CommandLine.arguments[2])
