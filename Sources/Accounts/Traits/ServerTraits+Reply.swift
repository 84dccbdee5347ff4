package import OAuth

extension ServerTraits {
    /// The tokens of a reply as this server means them; `asked` is the scope that the consent asked for. What `replies`
    /// says of their type and lifetime is read from a grant as long as it is kept, so that a reload counts for it.
    package func reading(_ tokens: IssuedTokens, asked: Scope) -> IssuedTokens {
        var tokens = tokens
        tokens.scope = tokens.scope.map { scopeMatching.granted($0, asked: asked) }
        return tokens
    }
}
