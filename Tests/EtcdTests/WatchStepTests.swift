import FoundationEssentials
import Register
import Testing

@testable import Etcd

@Suite struct WatchStepTests {
    private let name = RegisterName("valetkey/a")

    private func step(_ text: String) throws -> WatchStep {
        try WatchStep(Array(text.utf8), below: RegisterName("valetkey"))
    }

    private func failure(_ text: String) -> RegisterFailure? {
        #expect(throws: RegisterFailure.self) { try step(text) }
    }

    @Test func `a line may have several changes, in their order`() throws {
        let key = Data("valetkey/a".utf8).base64EncodedString()
        let step = try step(
            """
            {"result":{"header":{"revision":"9"},"events":[\
            {"kv":{"key":"\(key)","mod_revision":"7","value":"AQ=="}},\
            {"type":"DELETE","kv":{"key":"\(key)","mod_revision":"8"}},\
            {"type":"PUT","kv":{"key":"\(key)","mod_revision":"9"}}]}}
            """)
        #expect(
            step.changes == [
                .value(name, RegisterContent([1], revision: RegisterRevision(7))), .value(name, .absent),
                .value(name, RegisterContent([], revision: RegisterRevision(9))),
            ])
        #expect(step.revision == RegisterRevision(9))
    }

    @Test(arguments: [#"{"result":{"created":true}}"#, #"{"result":{}}"#, #"{"result":{"events":[]}}"#])
    func `a line may have no change`(text: String) throws {
        let step = try step(text)
        #expect(step.changes.isEmpty)
        #expect(step.revision == .absent)
    }

    @Test func `a key that isn't text is no change`() throws {
        let key = Data(Array("valetkey/".utf8) + [0xff]).base64EncodedString()
        #expect(try step(#"{"result":{"events":[{"kv":{"key":"\#(key)","mod_revision":"7"}}]}}"#).changes.isEmpty)
    }

    @Test(arguments: [
        "", "{}", "[]", "nonsense", #"{"result":{"events":[{}]}}"#, #"{"result":{"events":[{"kv":{"key":"YQ=="}}]}}"#,
        #"{"result":{"events":[{"kv":{"key":"YQ==","mod_revision":"1"}}]}}"#,
        #"{"result":{"events":[{"kv":{"key":"dmFsZXRrZXkvYQ=="}}]}}"#,
        #"{"result":{"events":[{"kv":{"key":"dmFsZXRrZXkvYQ==","mod_revision":"0"}}]}}"#,
    ])
    func `a line of another form ends the watch`(text: String) {
        #expect(failure(text)?.kind == .unreachable(mayBeApplied: false))
    }

    @Test func `a watch that is cancelled has ended, and says why`() {
        let compacted = failure(#"{"result":{"canceled":true,"compact_revision":"12"}}"#)
        #expect(compacted?.kind == .unreachable(mayBeApplied: false))
        #expect(compacted?.detail.contains("revision 12 was compacted") == true)
        let reason = "rpc error: code = PermissionDenied desc = etcdserver: permission denied"
        let denied = failure(#"{"result":{"created":true,"canceled":true,"cancel_reason":"\#(reason)"}}"#)
        #expect(denied?.kind == .denied)
        #expect(denied?.detail.contains("permission denied") == true)
        let fault = failure(#"{"error":{"grpc_code":14,"message":"etcdserver: no leader\u001b"}}"#)
        #expect(fault?.kind == .unreachable(mayBeApplied: false))
        #expect(fault?.detail == "the watch was cancelled: etcdserver: no leader")
    }
}
