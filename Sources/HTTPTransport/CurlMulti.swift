import CCurl
import Glibc

/// A `curl_multi` handle. Only the transport's thread uses it, except for `wakeUp`, which any thread may call.
@safe final class CurlMulti: Sendable {
    // Never changes; the type's comment says who may use the object behind it.
    private nonisolated(unsafe) let handle: OpaquePointer

    static let isReady: Bool = {
        // libcurl would write the secrets of every TLS connection to that file.
        _ = unsafe unsetenv("SSLKEYLOGFILE")
        return curl_global_init(Int(CURL_GLOBAL_DEFAULT)) == CURLE_OK
    }()

    init() throws(TransportFailure) {
        guard Self.isReady, let handle = unsafe curl_multi_init() else {
            throw TransportFailure(.other, "libcurl can't be initialized")
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

    /// Starts a transfer. Returns false if it couldn't be started; the transfer has then ended as failed.
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

    /// Performs all work that is possible without waiting, and returns the transfers that have ended.
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

    /// Waits until a socket is ready, a timeout of libcurl is due or `wakeUp` is called, at most for `limit`; nil means
    /// no limit.
    func wait(atMost limit: Duration?) {
        var events: CInt = 0
        let milliseconds = limit.map { min(max($0, .zero), .seconds(86_400)) / .milliseconds(1) }
        // Rounded up: otherwise the wait would end shortly before its time and be repeated with a timeout of 0.
        _ = unsafe curl_multi_poll(pointer, nil, 0, milliseconds.map { CInt($0) + 1 } ?? .max, &events)
    }
}
