import APIContract
import NIOHTTP1

/// Describes the table of routes as an OpenAPI 3.1 document.
enum OpenAPIDocument {
    static func make(_ routes: [Route], version: String) -> JSONValue {
        var paths: [String: JSONValue] = [:]
        for route in routes {
            var operations = paths["\(route.path)"]?.members ?? [:]
            operations[route.method.rawValue.lowercased()] = operation(route)
            paths["\(route.path)"] = .object(operations)
        }
        return [
            "openapi": "3.1.0",
            "info": [
                "title": "valetkey", "version": .string(version),
                "summary": "Access tokens for the programs of one user, over a Unix socket.",
                "description": .string(description),
            ],
            "servers": [["url": "http://valetkey", "description": "The Unix socket; the host can be any."]],
            "paths": .object(paths),
            "components": [
                "schemas": .object(schemas(of: routes)),
                "responses": ["problem": problem],
            ],
        ]
    }

    private static let description =
        "HEAD is answered wherever GET is. A parameter that a path doesn't have is refused, and so is a request of a web "
        + "page (Origin, Sec-Fetch-Site). Objects may get further members."

    private static let problem: JSONValue = [
        "description": "An error.",
        "content": [Problem.mediaType: ["schema": Schema.object(Problem.schema).json]],
    ]

    private static func operation(_ route: Route) -> JSONValue {
        var operation: [String: JSONValue] = [
            "operationId": .string(name(of: route)),
            "summary": .string(route.summary),
            "description": .string("For \(route.callers.description)."),
            "responses": [
                "\(route.status.code)": [
                    "description": .string(route.status.reasonPhrase),
                    "content": .object(
                        Dictionary(
                            uniqueKeysWithValues: route.contents.map { ($0.mediaType, ["schema": $0.schema().json]) })),
                ],
                "default": ["$ref": "#/components/responses/problem"],
            ],
        ]
        let parameters = route.path.names.map(parameter(named:)) + route.parameters.map(\.json)
        if !parameters.isEmpty { operation["parameters"] = .array(parameters) }
        if let body = route.body {
            operation["requestBody"] = [
                "required": .boolean(body.isRequired),
                "content": ["application/json": ["schema": Schema.object(body.schema).json]],
            ]
        } else if let text = route.textBody {
            operation["requestBody"] = [
                "required": true, "description": .string(text),
                "content": ["text/plain": ["schema": Schema.string.json]],
            ]
        }
        return .object(operation)
    }

    /// The operation's identifier: `getAccountsAccountConsent` for `GET /accounts/{account}/consent`.
    private static func name(of route: Route) -> String {
        let words = "\(route.path)".split { !$0.isLetter && !$0.isNumber }
        return route.method.rawValue.lowercased()
            + words.map { $0.prefix(1).uppercased() + $0.dropFirst() }.joined()
    }

    private static func parameter(named name: String) -> JSONValue {
        ["name": .string(name), "in": "path", "required": true, "schema": ["type": "string"]]
    }

    /// Every object that an answer or a request body can contain, by its name.
    private static func schemas(of routes: [Route]) -> [String: JSONValue] {
        var found = Problem.schema.all
        for route in routes {
            for content in route.contents { found.formUnion(content.schema().objects) }
            if let body = route.body { found.formUnion(body.schema.all) }
        }
        return Dictionary(found.map { ($0.name, $0.json) }) { first, _ in first }
    }
}

extension Parameter {
    fileprivate var json: JSONValue {
        ["name": .string(name), "in": "query", "description": .string(summary), "schema": schema]
    }

    private var schema: JSONValue {
        switch kind {
        case .seconds(let limit, let seconds):
            ["type": "integer", "minimum": 0, "maximum": .integer(limit), "default": .integer(seconds)]
        case .flag: ["type": "boolean", "default": false]
        case .text(let limit): ["type": "string", "minLength": 1, "maxLength": .integer(limit)]
        }
    }
}

extension Schema {
    var json: JSONValue {
        switch self {
        case .string: ["type": "string"]
        case .integer: ["type": "integer"]
        case .boolean: ["type": "boolean"]
        case .date: ["type": "string", "format": "date-time"]
        case .words(let words): ["type": "string", "enum": .array(words.map { .string($0) })]
        case .list(let element): ["type": "array", "items": element.json]
        case .anyObject: ["type": "object"]
        case .object(let object): ["$ref": .string("#/components/schemas/\(object.name)")]
        }
    }

    /// The named objects in this schema, including nested ones.
    fileprivate var objects: Set<ObjectSchema> {
        switch self {
        case .string, .integer, .boolean, .date, .words, .anyObject: []
        case .list(let element): element.objects
        case .object(let object): object.all
        }
    }
}

extension ObjectSchema {
    /// This object and all objects nested in it.
    fileprivate var all: Set<ObjectSchema> {
        members.reduce(into: [self]) { $0.formUnion($1.schema.objects) }
    }

    fileprivate var json: JSONValue {
        let properties = members.map { member -> (String, JSONValue) in
            guard let summary = member.summary, case .object(var schema) = member.schema.json else {
                return (member.name, member.schema.json)
            }
            schema["description"] = .string(summary)
            return (member.name, .object(schema))
        }
        return [
            "type": "object",
            "description": .string(summary),
            "properties": .object(Dictionary(uniqueKeysWithValues: properties)),
            "required": .array(members.filter(\.isRequired).map { .string($0.name) }),
        ]
    }
}
