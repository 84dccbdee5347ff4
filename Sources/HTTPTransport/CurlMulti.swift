import CCurl
import Glibc

/// A `curl_multi` handle. All of it belongs to the transport's thread, but `wakeUp`, which libcurl allows to any.
@safe final class CurlMulti: Sendable {
    // It never changes; see above for who uses what it points to.
    private nonisolated(unsafe) let handle: OpaquePointer

    private static let isReady = curl_global_init(Int(CURL_GLOBAL_DEFAULT)) == CURLE_OK

    init() throws(TransportFailure) {
        guard Self.isReady, let handle = unsafe curl_multi_init() else {
            throw TransportFailure(.other, "libcurl can't be set up")
        }
        unsafe self.handle = OpaquePointer(handle)
    }

    deinit {
        _ = unsafe curl_multi_cleanup(pointer)
    }

    private var pointer: UnsafeMutableRawPointer { unsafe UnsafeMutableRawPointer(handle) }

    func wakeUp() {
        _ = unsafe curl_multi_wakeup(pointer)
    }

    /// Starts a transfer; one that can't be started ends at once.
    func add(_ transfer: CurlTransfer) -> Bool {
        guard let easy = unsafe transfer.prepare(), unsafe curl_multi_add_handle(pointer, easy) == CURLM_OK else {
            transfer.end(.failure(TransportFailure(.other, "libcurl can't start the request")))
            return false
        }
        return true
    }

    func remove(_ transfer: CurlTransfer) {
        if let easy = unsafe transfer.handle { _ = unsafe curl_multi_remove_handle(pointer, easy) }
    }

    /// Does what can be done without waiting; the transfers that ended by it.
    func perform() -> [CurlTransfer] {
        var running: CInt = 0
        _ = unsafe curl_multi_perform(pointer, &running)
        var ended: [CurlTransfer] = []
        var result = CURLE_OK
        while let easy = unsafe shim_next_ended(pointer, &result) {
            guard let context = unsafe shim_private(easy) else { continue }
            let transfer = unsafe Unmanaged<CurlTransfer>.fromOpaque(context).takeUnretainedValue()
            remove(transfer)
            transfer.end(with: result)
            ended.append(transfer)
        }
        return ended
    }

    /// Sleeps until a socket, a time-out of libcurl's or `wakeUp` has something; without transfers that is for ever.
    func wait() {
        var events: CInt = 0
        _ = unsafe curl_multi_poll(pointer, nil, 0, .max, &events)
    }
}
