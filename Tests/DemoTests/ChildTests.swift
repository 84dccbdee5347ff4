import Failures
import FoundationEssentials
import Glibc
import HTTPTransport
import Scratch
import Testing

@testable import Demo

@Suite(.timeLimit(.minutes(1))) struct ChildTests {
    private func shell(_ script: String) -> ChildProcess {
        ChildProcess(executable: "/bin/sh", arguments: ["-c", script], environment: ["PATH": "/usr/bin:/bin"])
    }

    @Test func `a program that ends by itself is told of, with the last lines of its log`() async throws {
        let child = shell("for i in 1 2 3 4 5 6 7 8 9 10 11 12; do echo line $i >&2; done; exit 3")
        #expect(try await child.run() == "exited(3)")
        #expect(child.log == (3...12).map { "line \($0)" })
    }

    @Test func `a program that is killed hasn't ended by itself`() async throws {
        let child = shell("sleep 60")
        async let status = child.run()
        child.kill()
        #expect(try await status == nil)
    }

    @Test func `a daemon that ends by itself is a failure, one that was killed starts again`() async throws {
        let folder = try ScratchFolder()
        let program = try script("[ -e \"$RUNS/last\" ] && exit 4; sleep 60 & wait", in: folder)
        let daemon = DaemonProcess(
            executable: program, environment: ["PATH": "/usr/bin:/bin", "RUNS": folder.path])
        #expect(daemon.failure == nil)
        daemon.start()
        daemon.kill()
        #expect(FileManager.default.createFile(atPath: folder.path + "/last", contents: nil))
        daemon.start()
        await #expect(throws: DemoFailure.self) { try await daemon.run() }
        #expect(daemon.failure.map { "\($0)" } == "the daemon ended by itself (exited(4))")
    }

    @Test func `the ports are different and free`() throws {
        let ports = try FreePorts.choose(2)
        #expect(Set(ports).count == 2)
        #expect(ports.allSatisfy { $0 >= 1024 })
    }

    @Test func `etcd listens on loopback only, and its data are in the folder`() {
        let etcd = EtcdProcess(executable: "/etcd", folder: "/f")
        let words = etcd.arguments([1, 2], folder: "/f/1")
        func value(_ option: String) -> String? { words.firstIndex(of: option).map { words[$0 + 1] } }
        #expect(value("--listen-client-urls") == "http://127.0.0.1:1")
        #expect(value("--listen-peer-urls") == "http://127.0.0.1:2")
        #expect(value("--initial-cluster") == "\(words[1])=http://127.0.0.1:2")
        #expect(value("--data-dir") == "/f/1")
        #expect(EtcdProcess(executable: "/etcd", folder: "/f").arguments([1, 2], folder: "/f/1")[1] != words[1])
    }

    @Test func `an etcd that ends before it answers is started three times in all`() async throws {
        let folder = try ScratchFolder()
        let program = try script("mkdir -p \"$4\"; echo '{\"msg\":\"no\",\"error\":\"taken\"}' >&2; exit 3", in: folder)
        let etcd = EtcdProcess(executable: program, folder: folder.path + "/etcd")
        await #expect(throws: DemoFailure.self) { try await etcd.run() }
        #expect(etcd.failure.map { "\($0)" } == "etcd ended by itself (exited(3))\n  | no: taken")
        #expect(etcd.failure?.exit == .daemonUnreachable)
        #expect(
            try FileManager.default.contentsOfDirectory(atPath: folder.path + "/etcd").sorted() == ["1", "2", "3"])
    }

    @Test func `an etcd that ends after it has answered isn't started again`() async throws {
        let folder = try ScratchFolder()
        let program = try script("mkdir -p \"$4\"; read line < \"\(folder.path)/end\"; exit 3", in: folder)
        let isMade = unsafe mkfifo(folder.path + "/end", 0o600) == 0
        try #require(isMade)
        let etcd = EtcdProcess(executable: program, folder: folder.path + "/etcd")
        let name = etcd.arguments([1, 2], folder: "")[1]
        async let failure = failure(of: etcd)
        let endpoint = try await etcd.waitUntilReady(NamedMember(name: name), within: .seconds(30))
        #expect(endpoint?.hasPrefix("http://127.0.0.1:") == true)
        try await offPool { try Data("x\n".utf8).write(to: URL(filePath: folder.path + "/end")) }
        #expect(await failure?.exit == .daemonUnreachable)
        #expect(try FileManager.default.contentsOfDirectory(atPath: folder.path + "/etcd") == ["1"])
    }

    @Test func `another etcd on the port isn't taken for this one`() async throws {
        let folder = try ScratchFolder()
        let etcd = EtcdProcess(executable: "/bin/true", folder: folder.path)
        async let failure = failure(of: etcd)
        #expect(try await etcd.waitUntilReady(NamedMember(name: "other"), within: .milliseconds(200)) == nil)
        #expect(await failure?.exit == .daemonUnreachable)
    }

    @Test func `a line of etcd's log is shown in its words`() {
        #expect(
            EtcdProcess.words(#"{"level":"fatal","msg":"discovery failed","error":"no"}"#) == "discovery failed: no")
        #expect(EtcdProcess.words(#"{"msg":"ready"}"#) == "ready")
        #expect(EtcdProcess.words("panic: x") == "panic: x")
    }

    private func failure(of etcd: EtcdProcess) async -> DemoFailure? {
        do {
            try await etcd.run()
            return nil
        } catch {
            return etcd.failure
        }
    }

    private func script(_ text: String, in folder: ScratchFolder) throws -> String {
        let path = folder.path + "/program"
        let isMade = FileManager.default.createFile(
            atPath: path, contents: Data("#!/bin/sh\n\(text)\n".utf8), attributes: [.posixPermissions: 0o700])
        try #require(isMade)
        return path
    }
}

/// Answers as an etcd whose only member has this name.
private struct NamedMember: HTTPTransport {
    let name: String

    func send(_ call: HTTPCall) async -> Result<HTTPReply, TransportFailure> {
        .success(HTTPReply(status: 200, body: Array("{\"members\":[{\"name\":\"\(name)\"}]}".utf8)))
    }
}
