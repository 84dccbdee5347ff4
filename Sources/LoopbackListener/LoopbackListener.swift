package import NIOCore
package struct RedirectListener: Sendable {
    package let port: Int
    package let startURL: String
    package static func open(port: Int? = nil, redirectPath: String, group: any EventLoopGroup, receiver: any RedirectReceiver) async throws(ListenerFault) -> RedirectListener { throw .noFreePort }
    package func close() async {}
    package func finish(linger: Duration) async {}
}
