package import APIContract
import NIOHTTP1

/// The routes of clients' registrations, which `valetkey setup` makes.
extension Route {
    package static func registration(_ handler: @escaping InTask<RegistrationReport>) -> Route {
        Route(
            .GET, "/accounts/{account}/registration", "Returns the client's registration, if valetkey setup made it.",
            inTask: handler)
    }

    package static func keepRegistration(
        _ handler: @escaping InTaskOfBody<NewRegistration, RegistrationReport>
    ) -> Route {
        Route(
            .PUT, "/accounts/{account}/registration",
            "Seals a new registration. The account needn't be configured yet.", inTask: handler)
    }

    package static func deleteRegistration(_ handler: @escaping InTask<RegistrationReport>) -> Route {
        Route(
            .DELETE, "/accounts/{account}/registration",
            "Deletes the registration at the authorization server (RFC 7592), then here.", inTask: handler)
    }
}
