package import Files
import Text

/// Why a secret couldn't be read. Holds nothing of the secret itself.
package enum SecretFault: Error, Sendable, Hashable {
    /// Where a secret was looked for.
    package enum Origin: Sendable, Hashable, CustomStringConvertible {
        case literal
        case file(String)
        /// The program without its arguments: one of them may be a secret.
        case command(String)
        case credential(String)

        package var description: String {
            switch self {
            case .literal: "the secret in the configuration"
            case .file(let path): path
            case .command(let program): "the command \(program)"
            case .credential(let name): "the credential \(name)"
            }
        }
    }

    case file(Origin, FileFault)
    /// The file's mode, as chmod writes it.
    case openToOthers(path: String, mode: String)
    case empty(Origin)
    /// The content isn't UTF-8, or has more than one line.
    case notOneLine(Origin)
    case quoted(Origin)
    case commented(Origin)
    /// The content is UTF-16.
    case wideText(Origin)
    /// The content is a header, or the value of one: it begins with the authentication scheme.
    case header(Origin)
    /// The content is the placeholder of an example.
    case example(Origin)
    case noHomeFolder(path: String)
    case noCredentials(name: String)
    /// There is no registration of this name, or it has no secret.
    case noRegistration(name: String)
    case registrationUnreadable(name: String, String)
    /// The program doesn't exist, or isn't executable.
    case programNotFound(program: String)
    case programNotStarted(program: String)
    /// The program has exited with an error; `says` is the beginning of its standard error.
    case programFailed(program: String, code: Int32, says: String?)
    case programKilled(program: String, signal: Int32)
    case programTooSlow(program: String, limit: Duration)
    case programTooTalkative(program: String)
    case cancelled
}

extension SecretFault {
    /// Whether another try may succeed without a change of the configuration: a command may fail, or print nothing,
    /// while a password store is locked.
    package var isPassing: Bool {
        switch self {
        case .registrationUnreadable, .empty(.command), .notOneLine(.command), .quoted(.command), .commented(.command),
            .wideText(.command),
            .header(.command), .example(.command), .programNotStarted, .programFailed, .programKilled, .programTooSlow,
            .programTooTalkative, .cancelled, .file(_, .busy):
            true
        case .file, .openToOthers, .empty, .notOneLine, .quoted, .commented, .wideText, .header, .example,
            .noHomeFolder, .noCredentials, .noRegistration,
            .programNotFound:
            false
        }
    }
}

extension SecretFault: CustomStringConvertible {
    /// Lower case, without a full stop.
    package var description: String {
        switch self {
        case .file(let origin, .missing): "\(origin) does not exist"
        case .file(let origin, .folder): "\(origin) is a folder"
        case .file(let origin, .notRegular): "\(origin) is no regular file"
        case .file(let origin, .unreadable(let reason)), .file(let origin, .busy(let reason)):
            "\(origin) can't be read: \(reason)"
        case .file(let origin, .tooLarge(let limit)): "\(origin) is larger than \(limit / 1024) KiB"
        case .openToOthers(let path, let mode): "\(path) is open to other users (mode \(mode))"
        case .empty(let origin): "\(origin) yields an empty secret"
        case .notOneLine(let origin): "\(origin) doesn't yield a single line of text"
        case .quoted(let origin): "\(origin) has quotes around the secret"
        case .commented(let origin): "\(origin) has a comment beside the secret"
        case .wideText(let origin): "\(origin) is saved as UTF-16"
        case .header(let origin): "\(origin) has the word Bearer or a header's name before the secret"
        case .example(let origin): "\(origin) has the placeholder of an example in place of the secret"
        case .noHomeFolder(let path): "\(path) can't be found: HOME is not set"
        case .noCredentials(let name): "the credential \(name) can't be read: CREDENTIALS_DIRECTORY is not set"
        case .noRegistration(let name): "there is no sealed secret of a registration \(name.quoted)"
        case .registrationUnreadable(let name, let reason): "the registration \(name.quoted) can't be read: \(reason)"
        case .programNotFound(let program): "the command \(program) was not found or can't be executed"
        case .programNotStarted(let program): "the command \(program) could not be started"
        case .programFailed(let program, let code, nil): "the command \(program) ended with exit code \(code)"
        case .programFailed(let program, let code, let says?):
            "the command \(program) ended with exit code \(code): \(says)"
        case .programKilled(let program, let signal): "the command \(program) was ended by signal \(signal)"
        case .programTooSlow(let program, let limit):
            "the command \(program) took longer than \(DurationText.format(limit))"
        case .programTooTalkative(let program): "the command \(program) printed too much for a secret"
        case .cancelled: "reading the secret was cancelled"
        }
    }

    /// What the user can do about it, for the `hint:` line.
    package var hint: String? {
        switch self {
        case .file(.credential, _), .noCredentials: "name it in the unit's LoadCredential= or LoadCredentialEncrypted="
        case .file(_, .missing): "write the secret into it, with mode 600"
        case .openToOthers(let path, _): "run `chmod 600 \(path)`"
        case .noRegistration: "remove the account and run valetkey setup again, or state client_secret in another way"
        case .empty(.command), .notOneLine(.command): "it must print the secret as its first line"
        case .quoted: "remove the quotes: they would be sent as a part of it"
        case .commented: "remove the comment: it must contain only the secret, on one line"
        case .wideText: "save it as UTF-8"
        case .header: "remove what stands before the secret: it would be sent as a part of it"
        case .example: "write the secret itself, as the provider shows it"
        case .empty, .notOneLine: "it must contain only the secret, on one line"
        case .programNotFound: "state its full path, or check the service's PATH (systemctl --user show-environment)"
        case .programFailed, .programTooSlow: "run it by hand to see why; if a password store is locked, unlock it"
        case .file, .noHomeFolder, .programNotStarted, .programKilled, .programTooTalkative, .cancelled,
            .registrationUnreadable:
            nil
        }
    }
}
