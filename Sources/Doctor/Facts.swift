package import APIContract
package import Configuration
package import Failures
package import FoundationEssentials
package import HTTPTransport

/// Everything that the checks decide by. It is gathered before any check runs, each part with a time limit of its own.
package struct Facts: Sendable {
    package var surroundings = Surroundings()
    /// The wall clock when these were gathered.
    package var now = Date()
    package var socket = DaemonSocket(path: nil, answer: .unseen("no socket is known"))
    package var units: Observed<[UnitFacts]> = .unseen("systemctl wasn't asked")
    package var lingers: Observed<Bool> = .unseen("loginctl wasn't asked")
    /// The variables of the user's service manager that name proxies.
    package var managerProxies: Observed<[String: String]> = .unseen("systemctl wasn't asked")
    package var denials: Observed<[String]> = .unseen("journalctl wasn't asked")
    package var storage = Storage()
    package var configuration = Configured(path: nil, report: ConfigurationReport(findings: []))
    package var servers: [ServerFacts] = []
    package var issuers: [IssuerFacts] = []
    /// nil where the configuration has no store.
    package var store: StoreFacts?

    package init() {}

    /// The process, its environment and the kernel.
    package struct Surroundings: Sendable {
        package var kernel = ""
        package var version = ""
        package var user: UInt32 = 0
        /// The folder that `XDG_RUNTIME_DIR` names, else the user's own below /run/user; nil if there is neither.
        package var runtimeFolder: String?
        package var runtime: Observed<FileFacts?> = .unseen("there is no such folder")
        /// Whether the session has a display.
        package var hasDesktop = false
        /// The variables that name proxies.
        package var proxies: [String: String] = [:]
    }

    package struct DaemonSocket: Sendable {
        package var path: String?
        package var answer: Observed<HealthReport>
        package var accounts: Observed<[AccountReport]> = .unseen("the daemon doesn't answer")
        package var key: Observed<KeyReport> = .unseen("the daemon doesn't answer")
        /// The last consents by account, of those that the daemon still knows.
        package var consents: [String: ConsentReport] = [:]

        package init(path: String?, answer: Observed<HealthReport>) {
            self.path = path
            self.answer = answer
        }
    }

    package struct Configured: Sendable {
        package var path: String?
        package var report: ConfigurationReport

        package init(path: String?, report: ConfigurationReport) {
            self.path = path
            self.report = report
        }
    }

    /// The daemon's folders.
    package struct Storage: Sendable {
        package var folder = ""
        package var state: Observed<FileFacts?> = .unseen("it wasn't looked at")
        /// The kind of network file system that holds the folder; nil if it is a local one.
        package var networkFileSystem: Observed<String?> = .unseen("it wasn't looked at")
        /// The stored grants by path.
        package var grants: Observed<[String: FileFacts]> = .unseen("it wasn't looked at")
        package var key = ""
        package var keyFile: Observed<FileFacts?> = .unseen("it wasn't looked at")
        /// The process that has locked the folder; nil if none has.
        package var holder: Observed<Int32?> = .unseen("it wasn't looked at")
    }
}

/// What the file system says of a file or folder.
package struct FileFacts: Sendable, Equatable {
    package var isFolder: Bool
    package var mode: UInt32
    package var owner: UInt32
    package var size: Int64

    package init(isFolder: Bool, mode: UInt32, owner: UInt32, size: Int64 = 0) {
        self.isFolder = isFolder
        self.mode = mode
        self.owner = owner
        self.size = size
    }

    /// Whether other users may do anything with it.
    var isOpen: Bool { mode & 0o077 != 0 }

    /// The mode as chmod writes it.
    var modeText: String { "0" + String(mode & 0o7777, radix: 8) }
}

/// A unit as systemctl describes it.
package struct UnitFacts: Sendable, Equatable {
    package var name: String
    /// Such as `loaded`, `not-found` or `masked`.
    package var load: String
    /// Such as `enabled` or `disabled`.
    package var enablement: String
    /// Such as `active`, `inactive` or `failed`.
    package var activity: String
    /// 0 if the unit has no process.
    package var process: Int32
    package var hasKeyCredential: Bool

    package init(
        name: String, load: String, enablement: String, activity: String, process: Int32 = 0,
        hasKeyCredential: Bool = false
    ) {
        self.name = name
        self.load = load
        self.enablement = enablement
        self.activity = activity
        self.process = process
        self.hasKeyCredential = hasKeyCredential
    }
}

/// One origin of the accounts' endpoints, and how it answered a request without any credentials.
package struct ServerFacts: Sendable {
    /// Scheme, host and port.
    package var origin: String
    package var accounts: [String]
    package var answer: Result<Answer, TransportFailure>

    package struct Answer: Sendable {
        /// How far this machine's clock is ahead of the server's, in seconds; nil if the server sends no usable date.
        package var clockLead: Double?

        package init(clockLead: Double? = nil) {
            self.clockLead = clockLead
        }
    }

    package init(origin: String, accounts: [String], answer: Result<Answer, TransportFailure>) {
        self.origin = origin
        self.accounts = accounts
        self.answer = answer
    }
}

/// An issuer whose metadata accounts need, and what its metadata says.
package struct IssuerFacts: Sendable {
    package var issuer: String
    package var accounts: [String]
    /// nil if the metadata is the issuer's own.
    package var failure: Failure?

    package init(issuer: String, accounts: [String], failure: Failure?) {
        self.issuer = issuer
        self.accounts = accounts
        self.failure = failure
    }
}
