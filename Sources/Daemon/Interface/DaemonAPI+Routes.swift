import APIContract
import APIServer
import Grants
import VendorInterface

/// Connects each route to the part of the daemon that answers it.
extension DaemonAPI {
    var routes: [Route] {
        let core: [Route] = [
            .token(token),
            .namedToken(token),
            .refused(replace),
            .authorization(token),
            .idToken(idToken),
            .health { _ in health() },
            .accounts { _ in accounts() },
            .account { call throws(Problem) in try account(call.account).get() },
            .readers { call throws(Problem) in
                guard keeper.account(call.account) != nil else { throw missing(call.account) }
                return readLog.report(of: call.account, now: time.now())
            },
            .consent { call, wait throws(Problem) in try await consent(call.account, wait: wait).get() },
            .startConsent { call, wish throws(Problem) in try await startConsent(call.account, wish).get() },
            .cancelConsent { call, leaves throws(Problem) in
                try await cancelConsent(call.account, leaves: leaves).get()
            },
            .takeRedirect { call, pasted throws(Problem) in try await takeRedirect(call.account, pasted).get() },
            .refresh { call, wait throws(Problem) in try await refresh(call.account, wait: wait).get() },
            .store { _ throws(Problem) in try await store().get() },
            .take { call throws(Problem) in try await take(call.account).get() },
            .logout { call throws(Problem) in try await logout(call.account).get() },
            .proof { call, wish throws(Problem) in try await proof(call.account, wish).get() },
            .registration { call throws(Problem) in try await registrations.report(call.account) },
            .keepRegistration { call, new throws(Problem) in try await registrations.keep(new, call.account) },
            .deleteRegistration { call throws(Problem) in try await registrations.delete(call.account) },
            .events { _, query in events(query) },
            .metrics { _ in metrics() },
            .key { _ in keyReport },
            .unlock { _, wish throws(Problem) in try await unlock(wish).get() },
            .lock { _ throws(Problem) in try await lock().get() },
            .rotate { _, wish throws(Problem) in try await rotate(wish).get() },
            .docker { _ in await reloader.docker },
            .reload { _ throws(Problem) in try await reload().get() },
        ]
        return core + vendors.flatMap { $0.routes(access) }
    }

    private func events(_ query: EventQuery) -> Result<Route.Pieces, Problem> {
        if let name = query.account, keeper.account(name) == nil { return .failure(missing(name)) }
        return .success { answer in try await stream.write(to: answer, account: query.account, after: query.after) }
    }

    /// The access to accounts for vendors' routes.
    private var access: AccountAccess {
        AccountAccess { query, caller in
            await withCheckedContinuation { continuation in
                _ = token(query, caller) { continuation.resume(returning: $0) }
            }
        } settings: { name in
            keeper.account(name).map { .success($0.settings) } ?? .failure(missing(name))
        }
    }
}
