/// One event in the world around the daemon.
package enum Command: Sendable, CustomStringConvertible {
    case pass(Duration)
    case read(account: Int, minTTL: Int, isFresh: Bool, wait: Int)
    /// A reader asks for one of the further tokens, by the number of its target.
    case readFurther(account: Int, target: Int, isFresh: Bool, wait: Int)
    /// The reader that has waited longest hangs up.
    case hangUp
    case dismissReaders
    case refresh(account: Int)
    case network(NetworkFault)
    case disk(DiskFault, times: Int)
    /// Somebody copies an account's file and writes it back, unchanged.
    case rewrite(account: Int)
    case crash(down: Duration)
    /// The daemon is told to stop, and is started again after it has.
    case stop(down: Duration)
    /// The machine reboots. Its wall clock is known to be right where `clockOff` is nil, and otherwise wrong by that
    /// much.
    case reboot(down: Duration, clockOff: Duration?)
    case synchronise
    case suspend(Duration)
    case wallJump(Duration)
    case reload(Change)
    case logout(account: Int)
    case beginConsent(account: Int)
    /// The user has answered.
    case endConsent(account: Int)
    case revoke(account: Int)

    /// The result of the next token request.
    package enum NetworkFault: Sendable, CaseIterable {
        case unreachable
        case replyLost
        case serverError
        case tooMany
        case garbage
        case spuriousRefusal
        case wrongClient
        case slow
        case hang
        /// A valid reply, compressed although that wasn't requested.
        case compressed
        /// A valid reply with additional octets before and after it.
        case framed
        /// A valid reply that is cut after the tokens.
        case cut
        /// A reply that has the tokens, but isn't quite JSON.
        case broken
        /// A reply that has a new refresh token and no access token.
        case withoutAccessToken
        /// A 429 that doesn't say how long to wait.
        case busy
        /// The server refuses all requests for some time because they were too many.
        case throttled
        /// A refusal without an OAuth error.
        case unexplained
        /// An error that repeats the refresh token.
        case echo
        /// The server refuses the scope or the resource of the request.
        case refusesTarget
    }

    /// The calls of the disk that fail next.
    package enum DiskFault: Sendable, CaseIterable {
        case load
        case save
        /// The call writes the grant, but fails.
        case saveAfterWriting
        /// The call leaves the grant, which is marked as logged out.
        case erase
        /// The call leaves the grant unmarked, so that a later start uses it again.
        case eraseUnmarked
        case setAside
    }

    /// The change in the new configuration.
    package enum Change: Sendable {
        case nothing
        case lead(account: Int, Duration?)
        /// The account has other further tokens.
        case targets(account: Int, [Int])
        /// The account changes to the other of the two clients.
        case client(account: Int)
        /// The account changes to the other of the two authorization servers.
        case server(account: Int)
        /// The account is removed, and added again after this time, unless it was added before.
        case takeOut(account: Int, Duration)
        case takeAllOut(Duration)
    }

    package var description: String {
        switch self {
        case .pass(let duration): "pass \(duration)"
        case .read(let account, let minTTL, let isFresh, let wait):
            "read \(account) minTTL=\(minTTL) fresh=\(isFresh) wait=\(wait)"
        case .readFurther(let account, let target, let isFresh, let wait):
            "read \(account) target=\(target) fresh=\(isFresh) wait=\(wait)"
        case .hangUp: "hang up"
        case .dismissReaders: "dismiss the readers"
        case .refresh(let account): "refresh \(account)"
        case .network(let fault): "next request: \(fault)"
        case .disk(let fault, let times): "disk: \(fault) \(times)x"
        case .rewrite(let account): "rewrite \(account)"
        case .crash(let down): "crash, down \(down)"
        case .stop(let down): "stop, down \(down)"
        case .reboot(let down, nil): "reboot, down \(down)"
        case .reboot(let down, let off?): "reboot, down \(down), wall clock off \(off)"
        case .synchronise: "wall clock is corrected"
        case .suspend(let duration): "suspend \(duration)"
        case .wallJump(let duration): "wall clock \(duration)"
        case .reload(let change): "reload: \(change)"
        case .logout(let account): "logout \(account)"
        case .beginConsent(let account): "consent \(account) begins"
        case .endConsent(let account): "consent \(account) ends"
        case .revoke(let account): "revoke \(account) at the server"
        }
    }
}
