package import APIContract
import HTTPListener
import NIOHTTP1

/// The routes about the daemon itself.
extension Route {
    private static let healthPermission = "health"

    /// Whether every socket has the route.
    var isHealth: Bool { permission == Self.healthPermission }

    package static func health(_ handler: @escaping Immediate<HealthReport>) -> Route {
        Route(.GET, "/health", "Returns the health of the daemon.", immediately: handler).opened(by: healthPermission)
    }

    package static func docker(_ handler: @escaping InTask<DockerReport>) -> Route {
        Route(.GET, "/docker", "Tells whose tokens registries of containers get.", inTask: handler)
    }

    package static func store(_ handler: @escaping InTask<StoreReport>) -> Route {
        Route(.GET, "/store", "Returns the state of the store that hosts share.", inTask: handler)
    }

    package static func reload(_ handler: @escaping InTask<ReloadReport>) -> Route {
        Route(.POST, "/reload", "Reads the configuration again.", inTask: handler)
    }

    /// `/openapi.json`, which describes the given routes and itself.
    static func document(of routes: [Route], version: String) -> Route {
        func document(_ handler: @escaping InTask<HTTPAnswer>) -> Route {
            Route(
                .GET, "/openapi.json", "Describes this API (OpenAPI 3.1).",
                contents: [Content("application/json") { .anyObject }], inTask: handler)
        }
        // Created for each request: it is large and rarely asked for.
        let described = routes + [document { _ in .plainText("") }]
        return document { _ in .json(OpenAPIDocument.make(described, version: version)) }
    }
}
