import FoundationEssentials
import Secrets
import Subprocess
import SystemPackage
import Text

/// Keeps the key in the desktop's keyring, through the program secret-tool.
package struct SecretServiceKeyPlace: KeyPlace {
    private let environment: [String: String]
    private let clock: any Clock<Duration>

    private static let program = "secret-tool"
    /// A locked keyring may ask the user for its passphrase.
    private static let patience = Duration.seconds(120)
    private static let outputLimit = 64 << 10
    private static let unlock = "unlock the keyring, then run: valetkey unlock"

    /// `environment` is that of the daemon; it names the session's bus.
    package init(environment: [String: String], clock: any Clock<Duration>) {
        self.environment = environment
        self.clock = clock
    }

    package func read(_ slot: KeySlot) async throws(KeyFault) -> [SealingKey]? {
        let outcome = try await run(["lookup"] + Self.attributes(slot))
        guard outcome.isSuccess else {
            // Nothing was found, or the keyring stays locked: then it says nothing either.
            guard outcome.errors.isEmpty else { throw .unavailable(reason: outcome.reason, hint: Self.unlock) }
            return nil
        }
        let text = String(decoding: outcome.output.prefix { $0 > 0x20 }, as: UTF8.self)
        guard let octets = Base64URL.decode(text), let keys = SealingKey.list(Array(octets)) else {
            throw .unavailable(
                reason: "the keyring's entry for valetkey is no key",
                hint: "restore it: without it the stored grants can't be read")
        }
        return keys
    }

    package func write(_ keys: [SealingKey], to slot: KeySlot) async throws(KeyFault) {
        let text = Base64URL.encode(SealingKey.octets(of: keys))
        let label = "--label=valetkey: key of the stored grants" + (slot == .next ? " (next)" : "")
        let outcome = try await run(["store", label] + Self.attributes(slot), input: text)
        guard outcome.isSuccess else { throw .unavailable(reason: outcome.reason, hint: Self.unlock) }
        guard try await read(slot) == keys else {
            throw .unavailable(reason: "the keyring doesn't return the key that it was given", hint: Self.unlock)
        }
    }

    package func clear(_ slot: KeySlot) async throws(KeyFault) {
        let outcome = try await run(["clear"] + Self.attributes(slot))
        // Nothing to clear is reported as a failure without words.
        guard outcome.isSuccess || outcome.errors.isEmpty else {
            throw .unavailable(reason: outcome.reason, hint: Self.unlock)
        }
    }

    private static func attributes(_ slot: KeySlot) -> [String] {
        ["application", "valetkey", "purpose", "sealing-key", "slot", slot.rawValue]
    }
}

extension SecretServiceKeyPlace {
    private struct Outcome: Sendable {
        var isSuccess: Bool
        var output: [UInt8]
        var errors: String

        var reason: String {
            errors.isEmpty ? "the keyring refuses, and doesn't say why" : "the keyring can't be used: \(errors)"
        }
    }

    private func run(_ words: [String], input: String = "") async throws(KeyFault) -> Outcome {
        let outcome = await withTaskGroup(of: Result<Outcome, KeyFault>?.self) { group in
            group.addTask { await start(words, input) }
            group.addTask {
                try? await clock.sleep(for: Self.patience)
                return nil
            }
            let first = await group.next() ?? nil
            group.cancelAll()
            return first
        }
        guard let outcome else {
            throw .unavailable(reason: "the keyring didn't answer in time", hint: Self.unlock)
        }
        return try outcome.get()
    }

    private func start(_ words: [String], _ input: String) async -> Result<Outcome, KeyFault> {
        let call = ProgramCall(Self.program, words, environment: environment)
        do {
            // The key fits into a pipe's buffer. The library can't write input to a program that doesn't read it: it
            // ends the process.
            let pipe = try FileDescriptor.pipe()
            defer { try? pipe.readEnd.close() }
            try pipe.writeEnd.closeAfter { _ = try pipe.writeEnd.writeAll(input.utf8) }
            let result = try await Subprocess.run(
                call.executable, arguments: Arguments(words), environment: call.environment,
                platformOptions: call.options, input: .fileDescriptor(pipe.readEnd, closeAfterSpawningProcess: false),
                output: .bytes(limit: Self.outputLimit),
                error: .bytes(limit: Self.outputLimit))
            let errors = UntrustedText.clean(String(decoding: result.standardError, as: UTF8.self), limit: 200)
            return .success(
                Outcome(
                    isSuccess: result.terminationStatus.isSuccess, output: result.standardOutput, errors: errors))
        } catch let error as SubprocessError where error.code == .executableNotFound {
            return .failure(
                .unavailable(
                    reason: "the program secret-tool isn't installed",
                    hint: "install libsecret-tools, or set key to another word in [daemon]"))
        } catch {
            return .failure(.unavailable(reason: "secret-tool can't be started", hint: Self.unlock))
        }
    }
}
