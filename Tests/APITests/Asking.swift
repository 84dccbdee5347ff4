import APIContract
import FoundationEssentials
import RawClient
import Scratch

/// Sends exactly these bytes on a new connection and reads one answer.
func ask(_ path: String, _ request: String, hasBody: Bool = true) async throws -> RawAnswer? {
    try await offPool { try RawClient(.unix(path: path)).ask(request, hasBody: hasBody) }
}

func get(_ path: String, _ target: String, accept: String? = nil) async throws -> RawAnswer? {
    let accept = accept.map { "Accept: \($0)\r\n" } ?? ""
    return try await ask(path, "GET \(target) HTTP/1.1\r\nHost: valetkey\r\n\(accept)\r\n")
}

extension RawAnswer {
    var problem: Problem? {
        guard self["content-type"] == "application/problem+json" else { return nil }
        return try? ContractJSON.decode(Problem.self, from: Data(body.utf8))
    }
}
