import Subprocess
import SystemPackage
import Testing
import Text

struct VersionTests {
    @Test(arguments: ["valetkey", "valetkeyd", "valetkey-ads", "valetkey-demo"])
    func `all programs report the same version`(_ program: String) async throws {
        let result = try await run(
            .path(FilePath(BuiltProgram.path(program))), arguments: ["--version"], environment: .custom([:]),
            input: .none, output: .string(limit: 1000), error: .string(limit: 1000))
        #expect(result.terminationStatus.isSuccess)
        #expect(result.standardOutput == "\(Version.current)\n" && result.standardError == "")
    }
}
