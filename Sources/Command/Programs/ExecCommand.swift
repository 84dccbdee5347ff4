import APIClient
import APIContract
import ArgumentParser
import Console
import Failures
import Glibc
import Text

struct ExecCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "exec", abstract: "Run a program with a token in its environment, or in a file.",
        usage: "valetkey exec <account> [--env NAME] [--file-env NAME] [--min-ttl 5m] -- PROGRAM [ARGUMENT ...]",
        discussion: """
            With --env the program finds the token in a variable, as it is at the start; the default is \
            ACCESS_TOKEN. With --file-env a variable names a file with the token, which is kept fresh as long as the \
            program runs, and is removed afterwards: for programs that run for longer than a token is valid. Signals \
            and the exit code are passed on; 126 and 127 mean that the program can't be run or found.
            """)

    @Argument(help: "The account, or ACCOUNT/TOKEN.", completion: .accounts)
    var account: String

    @Option(name: .long, help: "The variable for the token; ACCESS_TOKEN if neither is given.")
    var env: String?

    @Option(name: .customLong("file-env"), help: "The variable for the path of a file with the token.")
    var fileEnv: String?

    @Option(name: .customLong("min-ttl"), help: "How long the token must still be valid, such as 90s or 5m.")
    var minTTL: DurationArgument?

    @Argument(parsing: .postTerminator, help: "The program and its arguments.")
    var program: [String] = []

    @OptionGroup var daemon: DaemonOptions

    func validate() throws {
        guard !program.isEmpty else {
            throw ValidationError("name the program behind --, such as: valetkey exec \(account) -- printenv")
        }
        for name in [env, fileEnv].compactMap(\.self) where !name.isVariableName {
            throw ValidationError("\(name.quoted) can't be the name of a variable")
        }
    }

    func run() throws {
        let answer = try daemon.withDaemon { try read($0) }
        if let name = env ?? (fileEnv == nil ? "ACCESS_TOKEN" : nil) {
            unsafe setenv(name, answer.accessToken, 1)
        }
        guard let fileEnv else { throw Self.notStarted(program, OtherProgram.replaceSelf(with: program)) }
        try run(answer, fileEnv)
    }

    private func read(_ client: SocketClient) throws(ClientFailure) -> TokenAnswer {
        var wish = TokenWish(parsing: account)
        wish.minTTL = minTTL?.seconds
        return try client.tokenAnswer(wish)
    }

    /// Runs the program beside this one, which keeps the file fresh.
    private func run(_ answer: TokenAnswer, _ variable: String) throws {
        let client = try daemon.client()
        var file: FreshTokenFile
        do throws(CommandFailure) {
            file = try FreshTokenFile(answer)
        } catch {
            throw error.tell()
        }
        unsafe setenv(variable, file.path, 1)
        let end = ChildProgram.run(program) {
            file.update(Result { () throws(ClientFailure) in try read(client) })
        }
        file.remove()
        switch end {
        case .notStarted(let code): throw Self.notStarted(program, code)
        case .exited(let code): throw ExitCode(code)
        case .signalled(let signal): throw ExitCode(ChildProgram.endLike(signal))
        }
    }

    private static func notStarted(_ program: [String], _ code: CInt) -> ExitCode {
        let reason = unsafe String(cString: strerror(code))
        Terminal.error.line("valetkey: \((program.first ?? "").shown) can't be started: \(reason)")
        return ExitCode(code == ENOENT ? 127 : 126)
    }
}

extension String {
    /// Whether this can be the name of an environment variable.
    fileprivate var isVariableName: Bool {
        !isEmpty && !utf8.contains(UInt8(ascii: "=")) && !utf8.contains(0)
    }
}
