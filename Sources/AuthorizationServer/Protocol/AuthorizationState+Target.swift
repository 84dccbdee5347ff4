import OAuth

/// What an access token is for: its scope, and the resources that it may be used at (RFC 8707).
struct IssuedTarget: Sendable {
    var scope: Scope
    /// Empty where the grant names no resource.
    var resources: [String] = []
}

extension AuthorizationState {
    /// The resources that an authorization request asks for (RFC 8707 section 2.1).
    func requestedResources(_ form: Form) throws(ServerRefusal) -> [String] {
        let resources = form.all("resource")
        guard resources.allSatisfy(ResourceIndicator.isValid) else {
            throw ServerRefusal(.invalidTarget, "a resource is no absolute URI without a fragment")
        }
        return resources
    }

    /// The target of a token request that redeems a code: the resources can be narrowed (RFC 8707 section 2.2), the
    /// scope only where each token is for one resource.
    func redeemedTarget(_ form: Form, of grant: IssuedGrant) throws(ServerRefusal) -> IssuedTarget {
        let resources = try narrowedResources(form, of: grant)
        guard settings.quirks.issuesForOneResource else {
            return IssuedTarget(scope: grant.scope, resources: resources)
        }
        guard form["scope"] == nil else {
            return try oneResource(narrowedScope(form, of: grant), resources)
        }
        let first = grant.scope.tokens.lazy.compactMap(Self.resource(of:)).first
        let scope = Scope(grant.scope.tokens.filter { [nil, first].contains(Self.resource(of: $0)) })
        return try oneResource(scope, resources)
    }

    /// The target of a refresh, which can narrow the scope (RFC 6749 section 6) and the resources.
    func refreshedTarget(_ form: Form, of grant: IssuedGrant) throws(ServerRefusal) -> IssuedTarget {
        let (scope, resources) = (try narrowedScope(form, of: grant), try narrowedResources(form, of: grant))
        guard settings.quirks.refusedScopes.isDisjoint(with: form["scope"] == nil ? [] : scope.tokens) else {
            throw ServerRefusal(.invalidScope, "one of the scopes isn't issued")
        }
        return settings.quirks.issuesForOneResource
            ? try oneResource(scope, resources) : IssuedTarget(scope: scope, resources: resources)
    }

    private func narrowedScope(_ form: Form, of grant: IssuedGrant) throws(ServerRefusal) -> Scope {
        guard let asked = form["scope"] else { return grant.scope }
        let scope = Scope(asked.split(separator: " ").map(String.init))
        guard !scope.isEmpty, scope.tokens.allSatisfy(grant.scope.contains) else {
            throw ServerRefusal(.invalidScope, "a refresh can only narrow the scope")
        }
        return scope
    }

    private func narrowedResources(_ form: Form, of grant: IssuedGrant) throws(ServerRefusal) -> [String] {
        let asked = try requestedResources(form)
        guard asked.allSatisfy(grant.resources.contains) else {
            throw ServerRefusal(.invalidTarget, "the resource wasn't consented to")
        }
        return asked.isEmpty ? grant.resources : asked
    }

    /// The target where the scopes name the resource, and a token is for one of them.
    private func oneResource(_ scope: Scope, _ resources: [String]) throws(ServerRefusal) -> IssuedTarget {
        let named = Set(scope.tokens.compactMap(Self.resource(of:)))
        guard named.count < 2 else {
            throw ServerRefusal(.invalidGrant, "AADSTS28000: the scopes are of several resources")
        }
        return IssuedTarget(scope: scope, resources: named.isEmpty ? resources : Array(named))
    }

    /// The resource in a scope such as `https://mail.example/send`.
    private static func resource(of token: String) -> String? {
        guard token.contains("://"), let slash = token.lastIndex(of: "/") else { return nil }
        return String(token[..<slash])
    }
}
