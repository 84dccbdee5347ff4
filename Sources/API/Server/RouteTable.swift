import APIContract
import HTTPListener
import NIOHTTP1

/// All routes of the API, by path and method.
package struct RouteTable: Sendable {
    /// The result of looking up a request's path and method.
    enum Finding {
        case route(Route, names: [String])
        /// The path has routes, but for other methods only.
        case otherMethods(String)
        case nothing
    }

    /// The routes of one path.
    private struct Place: Sendable {
        let path: PathTemplate
        var routes: [Route]

        /// The value of the `Allow` header.
        var allowed: String {
            routes.flatMap { $0.method == .GET ? ["GET", "HEAD"] : [$0.method.rawValue] }.joined(separator: ", ")
        }
    }

    /// The routes in the order of `/openapi.json`.
    package let routes: [Route]
    /// For service managers that fetch a credential; nil where none is given.
    let credentials: CredentialService?
    private let places: [Place]
    /// The first route whose path is a literal and a name. Nearly all requests are for this route, and are matched
    /// without splitting the path.
    private let quick: (prefix: String, route: Route)?

    /// Creates the table from these routes and `/openapi.json`, which describes them. `version` is that of the program.
    ///
    /// - Precondition: No two routes have the same method and path.
    package init(_ routes: [Route], version: String, credentials: CredentialService? = nil) {
        self.credentials = credentials
        let described = routes + [.document(of: routes, version: version)]
        var places: [Place] = []
        for route in described {
            if let index = places.firstIndex(where: { $0.path == route.path }) {
                precondition(!places[index].routes.contains { $0.method == route.method }, "two routes for \(route)")
                places[index].routes.append(route)
            } else {
                places.append(Place(path: route.path, routes: [route]))
            }
        }
        self.routes = described
        self.places = places
        quick =
            described.lazy.filter { $0.method == .GET }.compactMap { route in
                guard case .literal(let literal) = route.path.segments.first, route.path.segments.count == 2,
                    case .name = route.path.segments[1]
                else { return nil }
                return (prefix: "/\(literal)/", route: route)
            }.first
    }

    func find(_ method: HTTPMethod, _ path: Substring) -> Finding {
        let segments = PathTemplate.segments(of: path)
        let matches = places.compactMap { place in place.path.match(segments).map { (place: place, names: $0) } }
        // A literal segment takes precedence over a name.
        guard let (place, names) = matches.min(by: { $0.names.count < $1.names.count }) else { return .nothing }
        let method = method == .HEAD ? .GET : method
        guard let route = place.routes.first(where: { $0.method == method }) else {
            return .otherMethods(place.allowed)
        }
        return .route(route, names: names)
    }

    /// Matches a GET request for the most common route (`/token/NAME`) without a query or escapes; nil for any other
    /// request.
    func findQuickly(_ head: HTTPRequestHead) -> (route: Route, name: String)? {
        guard let quick, head.method == .GET, head.uri.hasPrefix(quick.prefix) else { return nil }
        let name = head.uri.utf8.dropFirst(quick.prefix.utf8.count)
        let isPlain = name.allSatisfy { octet in
            switch octet {
            case UInt8(ascii: "%"), UInt8(ascii: "+"), UInt8(ascii: "?"), UInt8(ascii: "/"): false
            default: true
            }
        }
        return isPlain ? (quick.route, String(Substring(name))) : nil
    }
}

extension Route: CustomStringConvertible {
    package var description: String { "\(method.rawValue) \(path)" }
}
