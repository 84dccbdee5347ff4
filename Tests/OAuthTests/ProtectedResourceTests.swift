import FoundationEssentials
import Testing

@testable import OAuth

struct ProtectedResourceTests {
    // PRM-1
    @Test(arguments: [
        ("https://api.example", "https://api.example/.well-known/oauth-protected-resource"),
        ("https://api.example/", "https://api.example/.well-known/oauth-protected-resource"),
        ("https://api.example:8443/mcp", "https://api.example:8443/.well-known/oauth-protected-resource/mcp"),
        ("https://api.example/a/b/", "https://api.example/.well-known/oauth-protected-resource/a/b/"),
        ("https://api.example/mcp?x=1", "https://api.example/.well-known/oauth-protected-resource/mcp?x=1"),
        ("https://api.example/?x=1", "https://api.example/.well-known/oauth-protected-resource?x=1"),
        ("https://api.example?x=1", "https://api.example/.well-known/oauth-protected-resource?x=1"),
    ]) func `the well-known part goes between host and path`(resource: String, location: String) {
        #expect(ProtectedResource.location(of: resource) == location)
    }

    @Test func `a text that is no URL has no metadata`() {
        #expect(ProtectedResource.location(of: "api.example") == nil)
    }

    private func read(_ members: String, of resource: String) throws(MetadataFault) -> ProtectedResource {
        try ProtectedResource(Data("{\(members)}".utf8), of: resource)
    }

    // PRM-2
    @Test(arguments: [
        ("https://api.example/mcp", "https://api.example/mcp/"), ("https://api.example/mcp", "https://api.example/MCP"),
        ("https://api.example", "https://api.example:443"), ("https://api.example/a", "https://api.example/b"),
        ("https://api.example", "https://evil.example"), ("https://api.example", "http://api.example"),
    ]) func `metadata about another resource is not used`(asked: String, named: String) {
        #expect(throws: MetadataFault.otherResource(named)) {
            try read(#""resource": "\#(named)", "authorization_servers": ["https://a.example"]"#, of: asked)
        }
    }

    // PRM-2
    @Test(arguments: [("https://api.example", "https://api.example/"), ("https://api.example/", "https://api.example")])
    func `a lone slash after the host makes no other resource, and the name in the metadata counts`(
        asked: String, named: String
    ) throws {
        #expect(try read(#""resource": "\#(named)""#, of: asked).resource == named)
    }

    @Test func `metadata without a resource, or that is no object, is not used`() {
        #expect(throws: MetadataFault.noResource) { try read(#""resource": 7"#, of: "https://api.example") }
        #expect(throws: MetadataFault.noResource) { try read(#""resource": "mcp#x""#, of: "https://api.example") }
        #expect(throws: MetadataFault.noMetadata) {
            try ProtectedResource(Data("<html>".utf8), of: "https://api.example")
        }
    }

    @Test func `only issuers and scopes are taken from the lists`() throws {
        let members = #"""
            "resource": "https://api.example", "scopes_supported": ["a", "b c", "a", "é"],
            "authorization_servers": ["https://a.example", "http://b.example", "https://c.example?x", "x",
                                      "http://127.0.0.1:9", "https://d.example/t"]
            """#
        let resource = try read(members, of: "https://api.example")
        #expect(resource.authorizationServers == ["https://a.example", "https://d.example/t"])
        #expect(resource.scopes == ["a"])
    }

    @Test func `a resource on this machine may name a server on this machine`() throws {
        let members = #""resource": "http://127.0.0.1:1/r", "authorization_servers": ["http://127.0.0.1:9"]"#
        #expect(try read(members, of: "http://127.0.0.1:1/r").authorizationServers == ["http://127.0.0.1:9"])
    }

    // PRM-3
    @Test(arguments: [
        (#"Bearer resource_metadata="https://a.example/m""#, "https://a.example/m"),
        (#"Bearer realm="x", Resource_Metadata="https://a.example/m", scope="a b""#, "https://a.example/m"),
        (
            #"Basic realm="resource_metadata=\"no\"", Bearer resource_metadata=https://a.example/m"#,
            "https://a.example/m"
        ),
        (#"Negotiate YWJj==, Bearer resource_metadata="https://a.example/\m""#, "https://a.example/m"),
        (#"Bearer realm="x""#, nil), ("", nil), (#"Bearer x_resource_metadata="no""#, nil),
    ]) func `a challenge names the place of the metadata`(header: String, place: String?) {
        #expect(AuthenticationChallenge(header).resourceMetadata == place)
    }
}
