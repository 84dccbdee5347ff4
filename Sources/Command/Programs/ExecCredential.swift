import APIContract
import Console
import Failures
import FoundationEssentials
import Text

/// What `kubectl` and the Kubernetes client libraries read from a credential plugin.
struct ExecCredential: Encodable {
    struct Status: Encodable {
        var expirationTimestamp: Date?
        var token: String
    }

    var apiVersion: String
    var kind = "ExecCredential"
    var status: Status

    private static let group = "client.authentication.k8s.io"
    /// The oldest one last: the first is used where the caller doesn't say which one it reads.
    private static let versions = ["\(group)/v1", "\(group)/v1beta1"]

    /// `request` is the value of `KUBERNETES_EXEC_INFO`, which names the version that the caller reads.
    init(_ answer: TokenAnswer, request: String?) throws(CommandFailure) {
        status = Status(expirationTimestamp: answer.expiresAt, token: answer.accessToken)
        guard let request, !request.isEmpty else {
            apiVersion = Self.versions[0]
            return
        }
        struct Request: Decodable {
            var apiVersion: String
        }
        guard let asked = try? JSONDecoder().decode(Request.self, from: Data(request.utf8)).apiVersion else {
            throw CommandFailure("KUBERNETES_EXEC_INFO isn't the JSON object that kubectl sends", exit: .usage)
        }
        guard Self.versions.contains(asked) else {
            throw CommandFailure(
                "the kubeconfig asks for apiVersion \(asked.quoted), which this command doesn't know",
                hint: "write apiVersion: \(Self.versions[0]) below `exec` in the kubeconfig", exit: .usage)
        }
        apiVersion = asked
    }
}
