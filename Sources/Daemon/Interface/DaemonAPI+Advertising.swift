import APIContract
import APIServer
import Grants
import MicrosoftAdvertisingContract
import MicrosoftAdvertisingDaemon

extension DaemonAPI {
    func advertisingHeaders(_ query: TokenQuery) async -> Result<AdvertisingHeaders, Problem> {
        let token = await withCheckedContinuation { continuation in
            _ = self.token(query) { continuation.resume(returning: $0) }
        }
        switch token {
        case .failure(let problem): return .failure(problem)
        case .success(let token):
            guard let settings = keeper.account(query.account)?.settings else {
                return .failure(missing(query.account))
            }
            return await advertising.headers(around: token.accessToken, of: settings)
        }
    }

    func chooseCustomer(
        _ account: String, _ customer: AdvertisingCustomer
    ) async -> Result<AdvertisingCustomer, Problem> {
        guard let settings = keeper.account(account)?.settings else { return .failure(missing(account)) }
        return await advertising.choose(customer, for: settings)
    }
}
