import Subprocess
import SystemPackage
import Testing
import Text

struct VersionTests {
    /// The daemon's program does what the name says under which it runs.
    @Test(arguments: [
        ("valetkey", "valetkey"), ("valetkeyd", "valetkeyd"), ("valetkeyd", "valetkey-ads"),
        ("valetkeyd", "/somewhere/valetkey-demo"),
    ])
    func `all programs report the same version`(_ program: String, _ name: String) async throws {
        let result = try await run(
            .path(FilePath(BuiltProgram.path(program))),
            arguments: .init(executablePathOverride: name, remainingValues: ["--version"]), environment: .custom([:]),
            input: .none, output: .string(limit: 1000), error: .string(limit: 1000))
        #expect(result.terminationStatus.isSuccess)
        #expect(result.standardOutput == "\(Version.current)\n" && result.standardError == "")
    }
}
