import CLinux
import Failures
package import Glibc

/// Starts other programs.
package enum OtherProgram {
    /// Starts a program from PATH without waiting for it. Its standard streams are /dev/null and it gets a session of
    /// its own, so that neither Ctrl-C nor closing the terminal ends it. Returns nil if it couldn't be started.
    package static func start(_ command: [String]) -> pid_t? {
        guard let name = command.first else { return nil }
        var actions = unsafe posix_spawn_file_actions_t()
        unsafe posix_spawn_file_actions_init(&actions)
        defer { unsafe posix_spawn_file_actions_destroy(&actions) }
        unsafe posix_spawn_file_actions_addopen(&actions, STDIN_FILENO, "/dev/null", O_RDONLY, 0)
        for stream in [STDOUT_FILENO, STDERR_FILENO] {
            unsafe posix_spawn_file_actions_addopen(&actions, stream, "/dev/null", O_WRONLY, 0)
        }
        var attributes = posix_spawnattr_t()
        unsafe posix_spawnattr_init(&attributes)
        defer { unsafe posix_spawnattr_destroy(&attributes) }
        unsafe posix_spawnattr_setflags(&attributes, shim_own_session)
        return unsafe withArguments(command) { arguments in
            var process = pid_t()
            return unsafe posix_spawnp(&process, name, &actions, &attributes, arguments, environ) == 0 ? process : nil
        }
    }

    /// The exit status of a child if it ends within this time; nil if it goes on, or if `stop` becomes readable first.
    package static func end(of process: pid_t, within patience: Duration, stop: CInt) -> CInt? {
        let deadline = ContinuousClock.now + patience
        while true {
            var status: CInt = 0
            if unsafe waitpid(process, &status, WNOHANG) == process { return Self.code(status) }
            guard ContinuousClock.now < deadline else { return nil }
            // A child's end can't be polled for without SIGCHLD, which belongs to the whole process.
            var watched = pollfd(fd: stop, events: Int16(POLLIN), revents: 0)
            if unsafe poll(&watched, 1, 20) > 0 { return nil }
        }
    }

    /// Runs a program from PATH at this terminal, and waits for it. Returns its exit status; nil if it couldn't be
    /// started.
    package static func runHere(_ command: [String]) -> CInt? {
        var mask = sigset_t()
        unsafe sigemptyset(&mask)
        var process = pid_t()
        guard unsafe spawn(command, mask: &mask, as: &process) == 0 else { return nil }
        return wait(for: process)
    }

    /// Waits for a child, which alone gets the signals of the terminal meanwhile.
    private static func wait(for process: pid_t) -> CInt {
        let before = [SIGINT, SIGQUIT].map { ($0, signal($0, SIG_IGN)) }
        defer { for (number, handler) in before { _ = signal(number, handler) } }
        var status: CInt = 0
        while unsafe waitpid(process, &status, 0) < 0, errno == EINTR {}
        return code(status)
    }

    /// The status as a shell reports it.
    private static func code(_ status: CInt) -> CInt {
        status & 0x7f == 0 ? (status >> 8) & 0xff : 128 + (status & 0x7f)
    }

    /// Starts a program from PATH with this process's streams and environment. `mask` are the signals that it finds
    /// blocked. Returns 0, or the `errno`.
    package static func spawn(
        _ command: [String], mask: UnsafePointer<sigset_t>, as process: UnsafeMutablePointer<pid_t>
    ) -> CInt {
        var attributes = posix_spawnattr_t()
        unsafe posix_spawnattr_init(&attributes)
        defer { unsafe posix_spawnattr_destroy(&attributes) }
        unsafe posix_spawnattr_setsigmask(&attributes, mask)
        unsafe posix_spawnattr_setflags(&attributes, CShort(POSIX_SPAWN_SETSIGMASK))
        return unsafe withArguments(command) { arguments in
            unsafe posix_spawnp(process, command.first ?? "", nil, &attributes, arguments, environ)
        }
    }

    /// Replaces this process with a program from PATH. Returns only if that fails, with the `errno`.
    package static func replaceSelf(with command: [String]) -> CInt {
        unsafe withArguments(command) { _ = unsafe execvp(command.first ?? "", $0) }
        return errno
    }

    /// Runs a program of the folder of this one, else from PATH, at the same terminal, and waits for its end. Meanwhile
    /// this process ignores Ctrl-C, which is the program's. Returns its exit status as a shell reports it; 127 where it
    /// can't be started.
    package static func runAndWait(_ name: String, _ arguments: [String]) -> Int32 {
        var mask = sigset_t()
        unsafe sigemptyset(&mask)
        var process = pid_t()
        let command = [besideSelf(name).flatMap { unsafe access($0, X_OK) == 0 ? $0 : nil } ?? name] + arguments
        guard unsafe spawn(command, mask: &mask, as: &process) == 0 else { return 127 }
        return wait(for: process)
    }

    /// Replaces this process with the daemon's program in the folder of this one, else from PATH. Returns only if that
    /// fails. The name under which it runs says what it does.
    package static func becomeDaemonProgram(as name: String = "valetkeyd", _ arguments: [String]) -> CommandFailure {
        let program = "valetkeyd"
        unsafe withArguments([name] + arguments) { list in
            if let beside = besideSelf(program) { _ = unsafe execv(beside, list) }
            _ = unsafe execvp(program, list)
        }
        let reason = unsafe String(cString: strerror(errno))
        return CommandFailure(
            .programMissing, "\(program) can't be started: \(reason)",
            hint: "install it beside valetkey or in PATH")
    }

    private static func besideSelf(_ name: String) -> String? {
        var path = [CChar](repeating: 0, count: Int(PATH_MAX))
        let length = unsafe readlink("/proc/self/exe", &path, path.count - 1)
        guard length > 0 else { return nil }
        let own = String(decoding: path[..<length].map { UInt8(bitPattern: $0) }, as: UTF8.self)
        return own.lastIndex(of: "/").map { "\(own[...$0])\(name)" }
    }

    private static func withArguments<Result>(
        _ words: [String], _ work: (UnsafeMutablePointer<UnsafeMutablePointer<CChar>?>) -> Result
    ) -> Result {
        let copies = unsafe words.map { unsafe strdup($0) } + [nil]
        defer { unsafe copies.forEach { unsafe free($0) } }
        let list = unsafe UnsafeMutablePointer<UnsafeMutablePointer<CChar>?>.allocate(capacity: copies.count)
        defer { unsafe list.deallocate() }
        unsafe list.initialize(from: copies, count: copies.count)
        return unsafe work(list)
    }
}
