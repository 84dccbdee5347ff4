import Accounts
import OAuth

/// The resource that a scope of Microsoft's identity platform belongs to. An access token is for one resource only.
enum ScopeResource {
    /// A warning about scopes of several resources in one request.
    static func finding(on scope: Scope, table: String) -> [VendorFinding] {
        let resources = resources(of: scope)
        guard resources.count > 1 else { return [] }
        return [
            VendorFinding(
                "scopes of \(table) are of several resources (\(resources.joined(separator: ", "))), and an access token "
                    + "of Microsoft is for one",
                hint: "keep those of one, and put the others each into a table [accounts.NAME.tokens.NAME]")
        ]
    }

    static func resources(of scope: Scope) -> [String] {
        var seen: Set<String> = []
        return scope.tokens.compactMap(resource(of:)).filter { seen.insert($0).inserted }
    }

    /// Short names are Graph's; nil for those of OpenID Connect, which belong to no resource.
    private static func resource(of token: String) -> String? {
        guard let slash = token.lastIndex(of: "/") else {
            return Scope([token]).isUnreported ? nil : "https://graph.microsoft.com"
        }
        var resource = token[..<slash].lowercased()
        while resource.hasSuffix("/") { resource.removeLast() }
        // Both names are those of Exchange Online.
        return resource.replacing("outlook.office365.com", with: "outlook.office.com")
    }
}
