package import OAuth

extension ServerTraits {
    /// Returns the tokens with the granted scope in the spelling of `asked`, the scope that the consent requested.
    /// Traits in `replies` about type and lifetime aren't applied here but each time a stored grant is read, so that a
    /// reload affects it.
    package func reading(_ tokens: IssuedTokens, asked: Scope) -> IssuedTokens {
        var tokens = tokens
        tokens.scope = tokens.scope.map { scopeMatching.granted($0, asked: asked) }
        return tokens
    }
}
