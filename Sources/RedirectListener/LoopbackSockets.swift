/// The loopback addresses that a redirect may arrive at (RFC 8252 section 7.3).
enum LoopbackAddress: String, Sendable {
    case ipv4 = "127.0.0.1"
    case ipv6 = "::1"
}

/// Why an address can't be bound.
enum BindFailure: Error, Sendable, Hashable {
    case taken
    case forbidden
    /// The machine doesn't have this address.
    case missing
    case other(String)
}

/// Listening sockets on the same port of both loopback addresses, or of the only one that the machine has.
///
/// A browser may resolve `localhost` to either address. If another program listened on the other address it could get
/// the code, so a port is used only if it is free on both.
struct LoopbackSockets<Socket: Sendable>: Sendable {
    var sockets: [Socket]
    var port: Int
    /// The first address that is bound.
    var address: LoopbackAddress

    /// Binds `port`; nil binds a free one, for which `bind` is called with 0 and returns the port.
    static func open(
        port: Int?, bind: (LoopbackAddress, Int) async throws(BindFailure) -> (Socket, port: Int),
        close: (Socket) async -> Void
    ) async throws(ListenerFault) -> LoopbackSockets {
        for _ in 0..<(port == nil ? 16 : 1) {
            let first: (socket: Socket, port: Int)
            do throws(BindFailure) {
                first = try await bind(.ipv4, port ?? 0)
            } catch {
                guard error == .missing else { throw fault(error, port: port) }
                return try await openIPv6Alone(port: port, bind: bind)
            }
            do throws(BindFailure) {
                let second = try await bind(.ipv6, first.port)
                return LoopbackSockets(sockets: [first.socket, second.0], port: first.port, address: .ipv4)
            } catch {
                if error == .missing {
                    return LoopbackSockets(sockets: [first.socket], port: first.port, address: .ipv4)
                }
                await close(first.socket)
                if error != .taken || port != nil { throw fault(error, port: port) }
            }
        }
        throw .noFreePort
    }

    private static func openIPv6Alone(
        port: Int?, bind: (LoopbackAddress, Int) async throws(BindFailure) -> (Socket, port: Int)
    ) async throws(ListenerFault) -> LoopbackSockets {
        do throws(BindFailure) {
            let only = try await bind(.ipv6, port ?? 0)
            return LoopbackSockets(sockets: [only.0], port: only.port, address: .ipv6)
        } catch {
            throw fault(error, port: port)
        }
    }

    private static func fault(_ failure: BindFailure, port: Int?) -> ListenerFault {
        switch (failure, port) {
        case (.taken, let port?): .portTaken(port)
        case (.forbidden, let port?): .portForbidden(port)
        case (.taken, nil): .noFreePort
        case (.forbidden, nil): .noLoopback(reason: "not permitted")
        case (.missing, _): .noLoopback(reason: "no such address")
        case (.other(let reason), _): .noLoopback(reason: reason)
        }
    }
}
