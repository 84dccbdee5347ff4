import CCurl
import Glibc

/// One request. Only the transport's thread uses it from `prepare` on.
///
/// Unchecked: it is handed over under the inbox's lock.
@safe final class CurlTransfer: @unchecked Sendable {
    let id: UInt64
    private let call: HTTPCall
    private let done: @Sendable (Result<HTTPReply, TransportFailure>) -> Void
    private(set) var handle: UnsafeMutableRawPointer?
    private var headers: UnsafeMutablePointer<curl_slist>?
    private var explanation: UnsafeMutablePointer<CChar>?
    private let authorities: String?
    private var body: [UInt8] = []
    private var isTooLarge = false
    /// Whether the empty line after the reply's head has been seen.
    private var isHeadWhole = false

    init(
        id: UInt64, call: HTTPCall, authorities: String? = nil,
        done: @escaping @Sendable (Result<HTTPReply, TransportFailure>) -> Void
    ) {
        self.id = id
        self.call = call
        self.authorities = authorities
        self.done = done
    }

    deinit {
        if let handle = unsafe handle { unsafe curl_easy_cleanup(handle) }
        if let headers = unsafe headers { unsafe curl_slist_free_all(headers) }
        unsafe explanation?.deallocate()
    }

    /// The configured handle; nil where libcurl refuses one of the settings: no request goes out without all of them.
    func prepare() -> UnsafeMutableRawPointer? {
        guard let easy = unsafe curl_easy_init() else { return nil }
        unsafe handle = unsafe easy
        let buffer = UnsafeMutablePointer<CChar>.allocate(capacity: Int(CURL_ERROR_SIZE))
        unsafe buffer.initialize(repeating: 0, count: Int(CURL_ERROR_SIZE))
        unsafe explanation = unsafe buffer
        for header in call.headers {
            unsafe headers = unsafe curl_slist_append(headers, "\(header.name): \(header.value)")
        }
        // 0 means no limit to libcurl, and no caller waits for a day.
        let milliseconds = Int(min(max(call.timeout, .milliseconds(1)), .seconds(86_400)) / .milliseconds(1))
        let context = unsafe Unmanaged.passUnretained(self).toOpaque()
        var settings = [
            unsafe shim_set_text(easy, CURLOPT_URL, call.url),
            unsafe shim_allow_http_alone(easy),
            unsafe shim_set_long(easy, CURLOPT_FOLLOWLOCATION, 0),
            unsafe shim_set_long(easy, CURLOPT_SSL_VERIFYPEER, 1),
            unsafe shim_set_long(easy, CURLOPT_SSL_VERIFYHOST, 2),
            unsafe shim_set_long(easy, CURLOPT_NOSIGNAL, 1),
            unsafe shim_set_long(easy, CURLOPT_TIMEOUT_MS, milliseconds),
            unsafe shim_set_long(easy, CURLOPT_CONNECTTIMEOUT_MS, min(milliseconds, 10_000)),
            unsafe shim_set_text(easy, CURLOPT_USERAGENT, "valetkey"),
            unsafe shim_set_list(easy, CURLOPT_HTTPHEADER, headers),
            unsafe shim_set_pointer(easy, CURLOPT_ERRORBUFFER, buffer),
            unsafe shim_set_pointer(easy, CURLOPT_PRIVATE, context),
            unsafe shim_set_pointer(easy, CURLOPT_WRITEDATA, context),
            unsafe shim_set_writer(easy, CURLOPT_WRITEFUNCTION) { bytes, size, count, context in
                guard let context = unsafe context, let bytes = unsafe bytes else { return 0 }
                let transfer = unsafe Unmanaged<CurlTransfer>.fromOpaque(context).takeUnretainedValue()
                return unsafe transfer.take(UnsafeRawBufferPointer(start: bytes, count: size * count))
            },
            unsafe shim_set_pointer(easy, CURLOPT_HEADERDATA, context),
            unsafe shim_set_writer(easy, CURLOPT_HEADERFUNCTION) { bytes, size, count, context in
                guard let context = unsafe context, let bytes = unsafe bytes else { return 0 }
                let transfer = unsafe Unmanaged<CurlTransfer>.fromOpaque(context).takeUnretainedValue()
                return unsafe transfer.takeLine(UnsafeRawBufferPointer(start: bytes, count: size * count))
            },
        ]
        if let authorities = call.authorities ?? authorities {
            settings.append(unsafe shim_set_text(easy, CURLOPT_CAINFO, authorities))
        }
        if let certificate = call.certificate {
            settings.append(unsafe shim_set_text(easy, CURLOPT_SSLCERT, certificate.path))
            settings.append(unsafe shim_set_text(easy, CURLOPT_SSLKEY, certificate.keyPath))
        }
        if call.isDirect { settings.append(unsafe shim_set_text(easy, CURLOPT_NOPROXY, "*")) }
        if call.method == .post {
            settings.append(unsafe shim_set_long(easy, CURLOPT_POST, 1))
            // On a reused connection libcurl repeats a request that got no reply. Using a refresh token or a code twice
            // can end the grant.
            settings.append(unsafe shim_set_long(easy, CURLOPT_FRESH_CONNECT, 1))
            settings.append(unsafe shim_set_long(easy, CURLOPT_FORBID_REUSE, 1))
            settings.append(unsafe shim_set_size(easy, CURLOPT_POSTFIELDSIZE_LARGE, curl_off_t(call.body.utf8.count)))
            settings.append(unsafe shim_set_text(easy, CURLOPT_COPYPOSTFIELDS, call.body))
        }
        return unsafe settings.allSatisfy { $0 == CURLE_OK } ? easy : nil
    }

    private func take(_ bytes: UnsafeRawBufferPointer) -> Int {
        guard body.count + bytes.count <= call.replyLimit else {
            isTooLarge = true
            return 0
        }
        unsafe body.append(contentsOf: bytes)
        return bytes.count
    }

    private func takeLine(_ line: UnsafeRawBufferPointer) -> Int {
        if unsafe line.starts(with: "HTTP/".utf8) { isHeadWhole = false }
        if unsafe line.elementsEqual("\r\n".utf8) || line.elementsEqual("\n".utf8) { isHeadWhole = true }
        return line.count
    }

    func end(with result: CURLcode) {
        guard result == CURLE_OK, let easy = unsafe handle else { return end(.failure(failure(result))) }
        let wait = unsafe shim_retry_after(easy)
        let status = unsafe shim_status(easy)
        // libcurl reports a reply that ends inside its head as complete.
        guard status >= 200, isHeadWhole else {
            return end(.failure(TransportFailure(.cut, "the reply was cut short")))
        }
        let headers = call.wantedHeaders.compactMap { name in
            unsafe shim_header(easy, name).map { (name, unsafe String(cString: $0)) }
        }
        end(
            .success(
                HTTPReply(
                    status: status, body: body, retryAfter: wait > 0 ? .seconds(wait) : nil,
                    headers: Dictionary(headers) { first, _ in first })))
    }

    func end(_ result: Result<HTTPReply, TransportFailure>) {
        done(result)
    }

    private func failure(_ result: CURLcode) -> TransportFailure {
        if isTooLarge { return TransportFailure(.tooLarge, "the reply is longer than \(call.replyLimit) bytes") }
        let explained = unsafe explanation.map { unsafe String(cString: $0) } ?? ""
        let detail = explained.isEmpty ? unsafe String(cString: curl_easy_strerror(result)) : explained
        return TransportFailure(TransportFailure.Kind(result), detail)
    }
}

extension TransportFailure.Kind {
    init(_ result: CURLcode) {
        self =
            switch result {
            case CURLE_COULDNT_RESOLVE_HOST, CURLE_COULDNT_RESOLVE_PROXY: .nameLookup
            case CURLE_COULDNT_CONNECT: .connection
            case CURLE_OPERATION_TIMEDOUT: .timeout
            case CURLE_SSL_CONNECT_ERROR, CURLE_PEER_FAILED_VERIFICATION, CURLE_SSL_CERTPROBLEM, CURLE_SSL_CIPHER,
                CURLE_SSL_CACERT_BADFILE, CURLE_SSL_ISSUER_ERROR, CURLE_SSL_INVALIDCERTSTATUS:
                .tls
            case CURLE_PARTIAL_FILE, CURLE_GOT_NOTHING, CURLE_RECV_ERROR, CURLE_SEND_ERROR, CURLE_HTTP2_STREAM: .cut
            default: .other
            }
    }
}
