import APIClient
import Accounts
import ArgumentParser
import AuthorizationServer
import Console
import FakeDaemon
import FoundationEssentials
import Grants
import HTTPTransport
import Scratch
import Secrets
import Vendors

@testable import Setup

/// A setup against the embedded authorization server and a fake daemon, with prepared answers to its questions.
struct SetupRig {
    let folder: ScratchFolder
    let transport: any HTTPTransport
    let socket: String?

    var path: String { folder.file("config.toml") }
    var text: String { (try? folder.text("config.toml")) ?? "" }

    init(transport: any HTTPTransport = Silence(), socket: String? = nil) throws {
        folder = try ScratchFolder()
        self.transport = transport
        self.socket = socket
    }

    /// What a setup asked and said, and which commands it ran.
    struct Outcome {
        var status: Int32?
        var failure: CommandFailure?
        var screen: String
        var commands: [[String]]
    }

    /// Runs a setup with these arguments. With `answers` a person is at the terminal.
    func run(_ words: [String], answers: [String]? = nil, typed: [String] = [], statuses: [Int32] = []) async throws
        -> Outcome
    {
        var screen = ""
        var (left, secrets, statuses) = ((answers ?? [])[...], typed[...], statuses[...])
        var commands: [[String]] = []
        let dialogue = Dialogue(
            asks: answers != nil,
            read: { left.popFirst() },
            hidden: { _ in secrets.popFirst() },
            write: { screen += $0 })
        let setup = Setup(
            options: try SetupOptions.parse(words), file: AccountFile(path: path, catalogue: .complete),
            catalogue: .complete, dialogue: dialogue, transport: transport, time: Time(),
            secrets: SecretReader(environment: ["HOME": folder.path], clock: ContinuousClock()),
            daemon: socket.map { SocketClient(path: $0) }
        ) { words in
            commands.append(words)
            return statuses.popFirst() ?? 0
        }
        var outcome = Outcome(screen: "", commands: [])
        // Its calls of the daemon block the thread, which the daemon mustn't need.
        await withTaskExecutorPreference(OwnThreads.shared) {
            do throws(CommandFailure) {
                outcome.status = try await setup.run()
            } catch {
                outcome.failure = error
            }
        }
        (outcome.screen, outcome.commands) = (screen, commands)
        return outcome
    }

    /// A network in which nobody answers.
    struct Silence: HTTPTransport {
        func send(_ call: HTTPCall) async -> Result<HTTPReply, TransportFailure> {
            .failure(TransportFailure(.nameLookup, "no such host"))
        }
    }

    struct Time: Timekeeper {
        let isWallClockSure = true
        func now() -> Moment {
            Moment(instant: Instant(nanoseconds: 0), wall: Date(timeIntervalSince1970: 1_800_000_000))
        }
        func wake(at instant: Instant?) {}
    }
}
