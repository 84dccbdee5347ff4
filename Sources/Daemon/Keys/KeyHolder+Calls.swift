import APIContract
import APIServer
import Configuration
import Failures
import Files
import Grants
import Stores
import Text

/// The calls of a person. Each returns once its change is complete.
extension KeyHolder {
    /// What `GET /key` answers.
    var report: KeyReport {
        let lock = lock
        let state: KeyState =
            if lock == nil { .open } else if kind == .passphrase, !sources.hasPassphrase { .unset } else { .locked }
        return KeyReport(kind: kind.rawValue, state: state, detail: lock?.detail, hint: lock?.hint)
    }

    /// Opens the key; `release` then has the accounts loaded. `isNew` sets the first passphrase.
    func unlock(
        _ passphrase: Secret?, isNew: Bool, release: @Sendable () async -> Void
    ) async -> Result<KeyReport, Problem> {
        await turns.run {
            guard lock != nil else { return .success(report) }
            do {
                let place = try place(passphrase, isNew: isNew)
                var exposures: [Exposure] = []
                let others = try sources.fileKeys(&exposures)
                let opened = try await KeyRing.open(place, others: others, state: sources.state)
                adopt(opened)
                publish(.opened)
                await release()
                if opened.isMixed { _ = try? await complete(opened, in: place) }
                return .success(report)
            } catch {
                let failure = failure(of: error)
                if failure.code == .locked { fail(failure) }
                return .failure(Problem(failure))
            }
        }
    }

    /// Forgets the key and, by `withhold`, all grants and tokens. What a refresh under way brings is stored before that.
    func lock(unsaved: [String: Failure], withhold: @Sendable () async -> Void) async -> Result<KeyReport, Problem> {
        await turns.run {
            guard kind == .passphrase else {
                return .failure(
                    Problem(
                        .keyConflict, "only a key that is sealed with a passphrase can be locked",
                        hint: "set key = \"passphrase\" in [daemon], then restart valetkeyd"))
            }
            guard lock == nil else { return .success(report) }
            if let (account, failure) = unsaved.min(by: { $0.key < $1.key }) {
                return .failure(
                    Problem(
                        .storage, "the newest grant of \(account) isn't on disk, and would be lost: \(failure.detail)",
                        hint: failure.hint))
            }
            close()
            await withhold()
            forget()
            return .success(report)
        }
    }

    /// Seals everything with a new key. With a passphrase, the new key is sealed with `newPassphrase`, or the same one.
    func rotate(_ passphrase: Secret?, newPassphrase: Secret?) async -> Result<KeyReport, Problem> {
        await turns.run {
            guard var ring, lock == nil else { return .failure(Problem(lock ?? .locked(at: now))) }
            do {
                guard kind != .credential else { return try await sealWithCredential(ring) }
                let place = try await place(passphrase, newPassphrase)
                if !ring.isMixed { ring = try await ring.addingKey(in: place) }
                adopt(ring)
                let count = try await complete(ring, in: place)
                var report = report
                report.resealed = count
                return .success(report)
            } catch {
                return .failure(Problem(failure(of: error)))
            }
        }
    }

    /// The place of the key, to open it.
    private func place(_ passphrase: Secret?, isNew: Bool) throws -> any KeyPlace {
        if let place = sources.place(kind) { return place }
        guard sources.hasPassphrase != isNew else {
            throw isNew
                ? Failure(.keyConflict, "a passphrase is set already", hint: "run: valetkey unlock", at: now)
                : failure(of: KeyFault.noPassphrase)
        }
        return try sources.place(try checked(passphrase))
    }

    /// The place of the key, to exchange it.
    private func place(_ passphrase: Secret?, _ newPassphrase: Secret?) async throws -> any KeyPlace {
        if let place = sources.place(kind) { return place }
        let known = try sources.place(try checked(passphrase))
        if try await known.read(.next) == nil { _ = try await known.read(.current) }
        return try newPassphrase.map { try sources.place(try checked($0)) } ?? known
    }

    private func checked(_ passphrase: Secret?) throws -> Secret {
        guard let passphrase, !passphrase.isEmpty else {
            throw Failure(.malformedRequest, "the passphrase is missing or empty", at: now)
        }
        return passphrase
    }

    private func sealWithCredential(_ ring: KeyRing) async throws -> Result<KeyReport, Problem> {
        guard ring.isMixed else {
            return .failure(
                Problem(
                    .keyConflict, "the key is a systemd credential, which only you can exchange",
                    hint: "name the old credential valetkey.key.old and a new one valetkey.key, restart valetkeyd, "
                        + "then run: valetkey key rotate"))
        }
        var report = report
        report.resealed = try await store.reseal()
        publish(.exchanged(files: report.resealed ?? 0))
        return .success(report)
    }
}
