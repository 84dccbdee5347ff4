import APIContract
import APIServer
import FakeDaemon
import FoundationEssentials
import RawClient
import Testing

/// The OpenAPI document that the API serves.
@Suite(.timeLimit(.minutes(5)))
struct OpenAPITests {
    private let table = RouteTable(FakeDaemon().routes, version: "9.8.7")

    private func document() async throws -> JSONTree {
        var document = JSONTree.null
        try await withServedDaemon { _, path, _ in
            let answer = try #require(try await get(path, "/openapi.json"))
            #expect(answer.status == 200)
            #expect(answer["content-type"] == "application/json")
            document = try JSONDecoder().decode(JSONTree.self, from: Data(answer.body.utf8))
        }
        return document
    }

    @Test func `the document has the version of OpenAPI, the title and the program's version`() async throws {
        let document = try await document()
        #expect(document["openapi"] == .string("3.1.0"))
        #expect(document["info", "title"] == .string("valetkey"))
        #expect(document["info", "version"] == .string("9.8.7"))
    }

    @Test func `the document has each route once, and no other path`() async throws {
        let document = try await document()
        let described = try #require(document["paths"]).members.flatMap { path, operations in
            operations.members.keys.map { "\($0.uppercased()) \(path)" }
        }
        #expect(described.sorted() == table.routes.map(\.description).sorted())
        let names = document.all.compactMap { $0["operationId"]?.string }
        #expect(names.count == table.routes.count)
        #expect(Set(names).count == names.count)
        #expect(names.contains("getAccountsAccountConsent"))
    }

    @Test func `a route is described with its parameters, its answers and its callers`() async throws {
        let token = try #require(try await document()["paths", "/token/{account}", "get"])
        #expect(token["summary"] == .string("Gives the access token, and waits for a refresh where it must."))
        #expect(token["description"] == .string("For the user whose daemon this is."))
        #expect(token["requestBody"] == nil)
        let parameters = token["parameters"]?.elements ?? []
        let names = ["account", "min_ttl", "fresh", "wait", "scope", "resource"]
        #expect(parameters.map { $0["name"] } == names.map { .string($0) })
        #expect(parameters.map { $0["in"] } == (["path"] + Array(repeating: "query", count: 5)).map { .string($0) })
        #expect(parameters.map { $0["required"] } == [.boolean(true), nil, nil, nil, nil, nil])
        #expect(
            parameters.map { $0["schema"] } == [
                .object(["type": .string("string")]),
                .object([
                    "type": .string("integer"), "minimum": .integer(0), "maximum": .integer(1_000_000_000),
                    "default": .integer(0),
                ]),
                .object(["type": .string("boolean"), "default": .boolean(false)]),
                .object([
                    "type": .string("integer"), "minimum": .integer(0), "maximum": .integer(3600),
                    "default": .integer(30),
                ]),
                .object(["type": .string("string"), "minLength": .integer(1), "maxLength": .integer(4096)]),
                .object(["type": .string("string"), "minLength": .integer(1), "maxLength": .integer(2048)]),
            ])
        #expect(parameters.allSatisfy { $0["in"] == .string("path") || $0["description"] != nil })
        #expect(
            token["responses", "200", "content"]
                == .object([
                    "text/plain": .object(["schema": .object(["type": .string("string")])]),
                    "application/json": .object([
                        "schema": .object(["$ref": .string("#/components/schemas/Token")])
                    ]),
                ]))
        #expect(token["responses", "default", "$ref"] == .string("#/components/responses/problem"))
    }

    @Test func `a body is described, and whether it is required`() async throws {
        let document = try await document()
        let consent = document["paths", "/accounts/{account}/consent", "post"]
        #expect(consent?["requestBody", "required"] == .boolean(false))
        #expect(
            consent?["requestBody", "content", "application/json", "schema", "$ref"]
                == .string("#/components/schemas/ConsentRequest"))
        #expect(consent?["responses", "201"] != nil)
        #expect(consent?["responses", "200"] == nil)
        let redirect = document["paths", "/accounts/{account}/consent/redirect", "post"]
        #expect(redirect?["requestBody", "required"] == .boolean(true))
        let refused = document["paths", "/token/{account}/refused", "post"]
        #expect(refused?["requestBody", "required"] == .boolean(true))
        #expect(refused?["requestBody", "content", "text/plain", "schema", "type"] == .string("string"))
    }

    @Test func `all references can be resolved`() async throws {
        let document = try await document()
        let references = Set(document.all.compactMap { $0["$ref"]?.string })
        #expect(references.count >= 15)
        for reference in references {
            let path = reference.split(separator: "/").map(String.init)
            #expect(path.first == "#")
            #expect(path.dropFirst().reduce(Optional(document)) { $0?[$1] } != nil, "\(reference)")
        }
    }

    @Test(arguments: Examples.all.indices)
    func `encoded values conform to their schemas`(index: Int) async throws {
        let document = try await document()
        func check<Value: ContractType>(_ value: Value) throws {
            let json = try JSONDecoder().decode(JSONTree.self, from: ContractJSON.encode(value))
            let name = Value.schema.name
            #expect(SchemaCheck(document: document).complaints(json, named: name) == [])
            // The examples have all members, except for those that exclude each other.
            #expect(json.members.keys.sorted() == Value.schema.members.map(\.name).sorted(), "\(name)")
        }
        try check(Examples.all[index])
    }

    @Test func `the check finds values that don't conform`() async throws {
        let check = SchemaCheck(document: try await document())
        let proof: [String: JSONTree] = ["account": .string("a"), "proof": .string("p"), "is_bound": .boolean(true)]
        #expect(check.complaints(.object(proof), named: "Proof") == [])
        for (name, value) in [
            ("account", nil), ("account", .integer(1)), ("is_bound", .string("true")), ("more", .string("")),
        ] as [(String, JSONTree?)] {
            var other = proof
            other[name] = value
            #expect(check.complaints(.object(other), named: "Proof").count == 1, "\(name)")
        }
    }
}
