import Glibc

/// The program that has all commands, `token` in its other forms and failures among them.
enum OtherCommands {
    static let program = "valetkey-commands"

    /// Replaces this process with the program in the folder of this one, else from PATH, with the same arguments and
    /// the same name. `connection` is where it finds the answer to what it would ask.
    static func take(_ connection: CInt?) -> Never {
        var words = unsafe [UnsafeMutablePointer<CChar>?]()
        for index in 0..<Int(CommandLine.argc) { unsafe words.append(CommandLine.unsafeArgv[index]) }
        if let connection {
            _ = fcntl(connection, F_SETFD, 0)
            unsafe words.append(strdup("--\(PlainTokenArguments.answer)=\(connection)"))
        }
        unsafe words.append(nil)
        if let beside { _ = unsafe execv(beside, words) }
        _ = unsafe execvp(program, words)
        let reason = unsafe String(cString: strerror(errno))
        StandardStream.tell("\(program) can't be started: \(reason)\nhint: install it beside valetkey or in PATH")
        exit(1)
    }

    private static var beside: String? {
        let path = unsafe [UInt8](unsafeUninitializedCapacity: Int(PATH_MAX)) { buffer, count in
            unsafe buffer.withMemoryRebound(to: CChar.self) { path in
                guard let start = path.baseAddress else { return }
                count = max(0, unsafe readlink("/proc/self/exe", start, path.count))
            }
        }
        guard let slash = path.lastIndex(of: UInt8(ascii: "/")) else { return nil }
        return String(decoding: path[...slash], as: UTF8.self) + program
    }
}
