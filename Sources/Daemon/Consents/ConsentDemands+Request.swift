import APIContract
import Accounts
import Failures

extension ConsentDemands {
    /// Takes the demands of a caller's request. If it states no claims, those of the last refused refresh are used.
    init(_ request: ConsentRequest, after failure: Failure?) {
        self.init(claims: request.claims ?? failure?.claims, acrValues: request.acrValues, maxAge: request.maxAge)
    }
}
