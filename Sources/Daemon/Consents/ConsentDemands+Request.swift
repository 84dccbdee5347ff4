import APIContract
import Accounts
import Failures

extension ConsentDemands {
    /// What a caller wants of a consent; claims that it doesn't state are those that the server wanted when it refused the
    /// last refresh.
    init(_ request: ConsentRequest, after failure: Failure?) {
        self.init(claims: request.claims ?? failure?.claims, acrValues: request.acrValues, maxAge: request.maxAge)
    }
}
