package import APIContract
import NIOHTTP1

/// The routes about the key of the stored grants.
extension Route {
    package static func key(_ handler: @escaping Immediate<KeyReport>) -> Route {
        Route(.GET, "/key", "Returns where the key is kept, and whether it is in memory.", immediately: handler)
    }

    package static func unlock(_ handler: @escaping InTaskOfBody<UnlockRequest, KeyReport>) -> Route {
        Route(.POST, "/key/unlock", "Opens the key of the stored grants.", inTask: handler)
    }

    package static func lock(_ handler: @escaping InTask<KeyReport>) -> Route {
        Route(.POST, "/key/lock", "Forgets the key, all grants and all tokens, until it is unlocked.", inTask: handler)
    }

    package static func rotate(_ handler: @escaping InTaskOfBody<RotationRequest, KeyReport>) -> Route {
        Route(.POST, "/key/rotate", "Seals all stored grants with a new key.", inTask: handler)
    }
}
