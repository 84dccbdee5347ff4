import FoundationEssentials
import OAuth
import Testing
import Text

/// Verifies signatures of the claims `{"sub":"alice"}` that another implementation made.
struct ForeignSignatureTests {
    private static let es384 = """
        eyJhbGciOiJFUzM4NCJ9.eyJzdWIiOiJhbGljZSJ9.tZpGfVBT597s4RMIIQkoJ79jLd7cEwKwidb3CfGE1m3_XfbpTBkelH2bMf\
        MGwcA0T6n6yxh8C3ZbqJ1CNEddhTVn2mXf6cuzV9OoXMp9qBCr0f2FN7vjPeLPIWGNWWBe
        """
    private static let es512 = """
        eyJhbGciOiJFUzUxMiJ9.eyJzdWIiOiJhbGljZSJ9.AILU0kKmUKjEQEzSeD7_s3PKvdVoKFPJjcF8Po1yFT1SIBkhPK3usQPhz5\
        l_eTFmWeens8gj3ZB7xSSjKuphYNPdANxxg_21e5iQjhg_1Mk6P6qmv9NkB2JJ0PhgMDWDal-mUL51BytiAuS_4gOjyRv9TXGsLz\
        xL2WSx9NqwPjUxLmJr
        """
    private static let eddsa = """
        eyJhbGciOiJFZERTQSJ9.eyJzdWIiOiJhbGljZSJ9.o__Wegl5WabtwwIId3ppjRGleQYA3fIN40-kLlhJsWoizCA30tYDvPII7g\
        HxPy-m7KETnGalp8P85NNZDa6pCQ
        """
    private static let rs384 = """
        eyJhbGciOiJSUzM4NCJ9.eyJzdWIiOiJhbGljZSJ9.n566Vw271hZdJvyoyMB72K7LoBhrBarjFDY6VweXgczi2uur-qbeNHL7Sc\
        FGEVexgw8vmWglMPeuaz8D3WbgaOWVh6zjrLmXcMDSkKXLqGDxl3m4psF5SfxD7d0UBjjYiY5nxLNlHAr7CB0t7QE2IdXIZPwHxr\
        TyURuUGfNV4F1D51cwykP4OulmGPAZ9sf-m7lTTyVgzf1-xcqHnpuvvPiqU9gpRqjhm0Buc89tS9VX5lu1Bd7tQ0uaMW9GIxmwxe\
        IUou2ArdEcE_bMJ2-D3Rm1bnSh-sAjc3jiMg9gqorC31V8UlSYBQcyyxxu-w0gH27hXb1X_bcob0xYZvsQRw
        """
    private static let ps512 = """
        eyJhbGciOiJQUzUxMiJ9.eyJzdWIiOiJhbGljZSJ9.myuro2wo_d6vHzcT77qd2mbW9YTJagX7hPLCPJ9jIBYCYv7K83akrmNZM7\
        lzM-qDbjKxzR9urWu888f-h4kJDWN9lVEF1hjHUiVOQtcUqqZE2QUxp5JOQMoqbwQ7xp6tU_gdK7N1s8z0-nXW4MWoD03Mn5ISR_\
        cIsbKG5Yzt_5lLanfBCjuA3vuvW-0CrP6Yv1VmV8JAv4Jn4IHjUrRWv7QMNec47nYwkcYkpSTcp6vAYoW7llwzmHGix4TEn9zWCP\
        616cOqcb6oZ2tYtESRpMNBMm4sfG_sc40WKjL5zf8DL1IFPgeXP0woa8vVSGzDi1hXyELigs5T6Zvmwbi-qQ
        """
    private static let hs256 = """
        eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiJhbGljZSJ9.tb8GJC41ApOw5c4fwbjVXSyx1tCB5VHE-FjuK1vBJYQ
        """
    private static let p384 = """
        {"kty":"EC","crv":"P-384","x":"Qk5_-HgRZDMDKYp4CTgI68gveFepRIgHLlbzG5TISZuSYUMtxOVzxzOTBZsNo6Nv","y"\
        :"5drMRjj86s5PftmAfOUKIvcvK_ymbjfxw-dWsniK0BEMcL3_16IWR1D3_HcmiQ7t"}
        """
    private static let p521 = """
        {"kty":"EC","crv":"P-521","x":"AZbduuwKZrVH0O_SVtNfmzTc_hMsZKGnZgNsE0QhqFn98IiHQvscsFO9JeGBmbc7R3jQR\
        GPujmTqH03e1vw4AoYI","y":"AKvAQ6aThQNusQB03cUF_N7Yy3kCacPdK30FnOrfQa9WP6gWTwYYCAlnkIfOp00Cfmv34-3oMZ\
        Mbpj1ujd-2-K-L"}
        """
    private static let ed25519 = """
        {"kty":"OKP","crv":"Ed25519","x":"BahYuv_27xHW7fAPHw7IT0C07A5dEkFWHvcK1-G5-3I"}
        """
    private static let rsa = """
        {"kty":"RSA","n":"o3Dmi27wlfPRvp_js7VsJqoWlf0pnAly_ofS0nQafDHKpjDnzSUS4mVhpFlueu5T6qEocZ0Ept5KGhf0nL\
        PIFbthJNEsABnGhJyPjCMJQtVPIx2VeUYIcNbr424-o-aLeo23AglaXO4TBcO9U68vKFUhIWc5MgllUvICNP7uzqpmTPUI0PZhnm\
        tg2KeJXwABDO9TkOjf1exQDTvHsQCNZfcEdSAbdF-3cFOWy1okgKP-UlJ2rLiA4BhQHB84eHXrB5Va9EZimgKoi8imIZoYxU0IW6\
        9SJJB1kGXYc14MBJZPwCeekCirl3DvbKLFfjN6ws_6OHimVEzOB4WhuUYZzQ","e":"AQAB"}
        """

    // OIDC-1
    @Test(
        arguments: [(es384, p384), (es512, p521), (eddsa, ed25519), (rs384, rsa), (ps512, rsa)])
    func `signatures with every supported algorithm are verified`(_ token: String, _ key: String) async throws {
        let keys = try #require(JSONWebKeySet(Data(#"{"keys":[\#(key)]}"#.utf8)))
        let others = JSONWebKeySet([SigningKey.make().webKey])
        let parts = try #require(JSONWebSignature.Parts(Secret(token)))
        #expect(await parts.isSigned(by: keys))
        #expect(await !parts.isSigned(by: others))
        let signature = try #require(token.split(separator: ".").last)
        let forged = token.dropLast(signature.count) + "A" + signature.dropFirst().dropLast() + "A"
        #expect(await JSONWebSignature.Parts(Secret(String(forged)))?.isSigned(by: keys) == false)
    }

    // OIDC-1
    @Test func `a signature with the client's secret is verified, if the secret is long enough`() async throws {
        let parts = try #require(JSONWebSignature.Parts(Secret(Self.hs256)))
        #expect(parts.isSymmetric)
        #expect(await parts.isSigned(by: Secret("a secret of thirty-two octets!!!")))
        for secret in ["a secret of thirty-two octets!!?", "short", ""] {
            #expect(await !parts.isSigned(by: Secret(secret)))
        }
        let keys = try #require(JSONWebKeySet(Data(#"{"keys":[{"kty":"oct","k":"YQ"}]}"#.utf8)))
        #expect(await !parts.isSigned(by: keys))
    }

    // OIDC-1
    @Test func `a key for another purpose or algorithm is not used`() async throws {
        let parts = try #require(JSONWebSignature.Parts(Secret(Self.rs384)))
        let good = try JSONDecoder().decode(JSONWebKey.self, from: Data(Self.rsa.utf8))
        for change in [\JSONWebKey.use: "enc", \.alg: "RS256"] {
            var key = good
            key[keyPath: change.key] = change.value
            #expect(await !parts.isSigned(by: JSONWebKeySet([key])))
        }
        #expect(await parts.isSigned(by: JSONWebKeySet([good])))
    }

    // OIDC-1
    @Test func `a valid signature with an unknown critical extension is refused`() async throws {
        let key =
            #"{"keys":[{"kty":"OKP","crv":"Ed25519","x":"rgwXSyrnLPxUZNNqUkrXq0l7iLtg_kqkl7KbVjAnOgg"}]}"#
        let plain = """
            eyJhbGciOiJFZERTQSJ9.eyJzdWIiOiJhbGljZSJ9.NT_iQwSncCeJ8CPK6kM6BfvuUPQbY-k-MaTECvvyTEG9CEUcmSqDq\
            zWKPOFnSjxXgx-N8y1iMtJmLNQEaLFsDQ
            """
        let extended = """
            eyJhbGciOiJFZERTQSIsImNyaXQiOlsieCJdLCJ4IjoxfQ.eyJzdWIiOiJhbGljZSJ9.1qdVvFfk1ka5OU2SUKTXMXrHJvd\
            BlBKwCKLwebeYXlDmgZHE2OGzju0Qt1PqbgBGA87U1LbFyuqfzh8tlk2NCQ
            """
        let keys = try #require(JSONWebKeySet(Data(key.utf8)))
        #expect(await JSONWebSignature.Parts(Secret(plain))?.isSigned(by: keys) == true)
        #expect(await JSONWebSignature.Parts(Secret(extended))?.isSigned(by: keys) == false)
    }
}
