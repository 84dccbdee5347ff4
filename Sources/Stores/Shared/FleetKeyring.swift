package import Register
import Synchronization

/// The keys of a fleet as this host has them. They are read when they are first needed, and again on demand.
package final class FleetKeyring: Sendable {
    package typealias Reader = @Sendable () async throws(FleetKeyFault) -> FleetKeys

    private struct State {
        var read: Reader
        var keys: FleetKeys?
    }

    private let state: Mutex<State>

    /// `read` is called until it has returned the keys once, which then stay until `reread`.
    package init(_ read: @escaping Reader) {
        state = Mutex(State(read: read))
    }

    /// - Throws: why they can't be read, as a denial.
    package func keys() async throws(RegisterFailure) -> FleetKeys {
        let (known, read) = state.withLock { ($0.keys, $0.read) }
        if let known { return known }
        do throws(FleetKeyFault) {
            let found = try await read()
            return state.withLock { state in
                // Others may have been read meanwhile.
                let keys = state.keys ?? found
                state.keys = keys
                return keys
            }
        } catch {
            throw RegisterFailure(.denied, "\(error)")
        }
    }

    /// The keys, where they were read; nil before.
    package var known: FleetKeys? { state.withLock { $0.keys } }

    /// Reads the keys again, by `read` from now on. If that fails, those in use stay.
    package func reread(_ read: @escaping Reader) async -> Result<FleetKeys, FleetKeyFault> {
        state.withLock { $0.read = read }
        do throws(FleetKeyFault) {
            let found = try await read()
            state.withLock { $0.keys = found }
            return .success(found)
        } catch {
            return .failure(error)
        }
    }
}
