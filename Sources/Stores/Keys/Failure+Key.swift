package import Failures
import Files
package import FoundationEssentials
package import Grants

/// Failures about the sealing key, in words.
extension Failure {
    /// The failure of whatever needs the sealing key while the daemon doesn't have it.
    package static func locked(_ reason: String? = nil, hint: String? = nil, at date: Date) -> Failure {
        Failure(
            .locked, reason ?? "the stored grants are locked", hint: hint ?? "run: valetkey unlock", at: date)
    }

    package init(_ fault: KeyFault, at now: Moment) {
        self =
            switch fault {
            case .storage(let fault): Failure(.locked, fault.description, hint: fault.hint, at: now.wall)
            case .unavailable(let reason, let hint): Failure(.locked, reason, hint: hint, at: now.wall)
            case .missing:
                Failure(
                    .locked, "there are stored grants, but the key isn't there, or its keyring is locked",
                    hint: "unlock the keyring, then run: valetkey unlock", at: now.wall)
            case .wrongPassphrase:
                Failure(.wrongPassphrase, "that is not the passphrase", hint: "try again", at: now.wall)
            case .noPassphrase:
                Failure(.keyConflict, "no passphrase is set", hint: "set one: valetkey unlock", at: now.wall)
            }
    }
}
