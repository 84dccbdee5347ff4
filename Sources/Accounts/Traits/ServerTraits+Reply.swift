package import OAuth

extension ServerTraits {
    /// The tokens of a reply as this server means them; `asked` is the scope that the consent asked for.
    package func reading(_ tokens: IssuedTokens, asked: Scope) -> IssuedTokens {
        var tokens = tokens
        if replies.takesAnyType { tokens.tokenType = "Bearer" }
        if case .limited(let life) = replies.tokenLifetime, tokens.expiresIn == nil { tokens.expiresIn = life }
        tokens.scope = tokens.scope.map { scopeMatching.granted($0, asked: asked) }
        return tokens
    }
}
