import CCurl
import Glibc

/// A `curl_multi` handle. Only the transport's thread uses it, except for `wakeUp`, which any thread may call.
@safe final class CurlMulti: Sendable {
    // Never changes; the type's comment says who may use the object behind it.
    private nonisolated(unsafe) let handle: OpaquePointer

    /// Loads libcurl where that hasn't been done. After a failure, the next call tries it again.
    static func load() throws(TransportFailure) {
        var fault = [CChar](repeating: 0, count: 512)
        guard unsafe shim_load_curl(&fault, fault.count) != 0 else { return }
        if TransportFailure.hasNoDescriptor { throw .outOfDescriptors }
        let words = String(decoding: fault.prefix { $0 != 0 }.map(UInt8.init(bitPattern:)), as: UTF8.self)
        throw TransportFailure(.other, "libcurl can't be loaded: \(words)")
    }

    init() throws(TransportFailure) {
        try Self.load()
        guard let handle = unsafe shim_make_multi() else {
            throw TransportFailure(.other, "there is no memory for libcurl")
        }
        // libcurl makes a handle also where it has no descriptors to be woken up by, and then waits for ever.
        guard unsafe shim_wake(handle) == CURLM_OK else {
            unsafe shim_free_multi(handle)
            throw .outOfDescriptors
        }
        unsafe self.handle = OpaquePointer(handle)
    }

    deinit {
        unsafe shim_free_multi(pointer)
    }

    private var pointer: UnsafeMutableRawPointer { unsafe UnsafeMutableRawPointer(handle) }

    func wakeUp() {
        _ = unsafe shim_wake(pointer)
    }

    /// Starts a transfer. Returns false if it couldn't be started; the transfer has then ended as failed.
    func add(_ transfer: CurlTransfer) -> Bool {
        guard let easy = unsafe transfer.prepare(), unsafe shim_add(pointer, easy) == CURLM_OK else {
            transfer.end(.failure(TransportFailure(.other, "libcurl can't start the request")))
            return false
        }
        return true
    }

    func remove(_ transfer: CurlTransfer) {
        if let easy = unsafe transfer.handle { _ = unsafe shim_remove(pointer, easy) }
    }

    /// Performs all work that is possible without waiting, and returns the transfers that have ended.
    func perform() -> [CurlTransfer] {
        _ = unsafe shim_perform(pointer)
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
        let milliseconds = limit.map { min(max($0, .zero), .seconds(86_400)) / .milliseconds(1) }
        // Rounded up: otherwise the wait would end shortly before its time and be repeated with a timeout of 0.
        unsafe shim_wait(pointer, milliseconds.map { CInt($0) + 1 } ?? .max)
    }
}
