extension ProofRequest: RequestBody {
    package static let schema = ObjectSchema(
        "ProofRequest", "The request to make a proof for (RFC 9449).",
        [
            .always("method", .string, "In capitals."),
            .always("url", .string),
            .maybe("nonce", .string, "The value of the last DPoP-Nonce header from the resource server."),
        ])
}

extension ProofAnswer: ContractType {
    package static let schema = ObjectSchema(
        "Proof", "A proof for one request.",
        [
            .always("account", .string),
            .always("proof", .string, "The value of the DPoP header."),
            .always("is_bound", .boolean, "Whether the proof is bound to the access token that the account has now."),
        ])
}
