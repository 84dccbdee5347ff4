import CCurl
import Glibc

/// One request. From `prepare` on, only the transport's thread uses it.
///
/// `@unchecked Sendable`: it is handed over to that thread under the inbox's lock.
@safe final class CurlTransfer: @unchecked Sendable {
    let id: UInt64
    private let call: HTTPCall
    private let done: @Sendable (Result<HTTPReply, TransportFailure>) -> Void
    private(set) var handle: UnsafeMutableRawPointer?
    private var headers: UnsafeMutablePointer<curl_slist>?
    private var explanation: UnsafeMutablePointer<CChar>?
    private let authorities: String?
    private var body: [UInt8] = []
    private var codings: [String] = []
    private var isTooLarge = false
    /// Whether the connection came too late for the request.
    private var isLate = false
    /// Valid from `begin` on.
    private(set) var limit = TimeLimit(from: .zero, for: .zero)
    /// Whether the empty line after the reply's headers has arrived.
    private var isHeadWhole = false
    /// How many octets of the reply have arrived.
    private var arrived = 0
    private let stream: LineStream?
    /// Whether the reply's body goes to the stream.
    private var isStreaming = false

    /// `stream` gets the body of a reply that says that the request succeeded; `done` isn't called then.
    init(
        id: UInt64, call: HTTPCall, authorities: String? = nil, stream: LineStream? = nil,
        done: @escaping @Sendable (Result<HTTPReply, TransportFailure>) -> Void
    ) {
        self.id = id
        self.call = call
        self.authorities = authorities
        self.stream = stream
        self.done = done
    }

    deinit {
        if let handle = unsafe handle { unsafe shim_free_easy(handle) }
        if let headers = unsafe headers { unsafe shim_free_list(headers) }
        unsafe explanation?.deallocate()
    }

    func begin(at now: Duration) {
        limit = TimeLimit(from: now, for: call.timeout)
    }

    /// Extends the time limit after this process was suspended.
    func leaveTime(until least: Duration) {
        limit.extend(to: least)
    }

    /// Extends a time limit that is over, if a reply that says that the request succeeded is still arriving. Returns
    /// false if the transfer must end.
    func readsOn(at now: Duration) -> Bool {
        guard let longest = call.bodyTimeout, isHeadWhole, let easy = unsafe handle,
            (200..<300).contains(unsafe shim_status(easy))
        else { return false }
        return limit.goesOn(at: now, arrived: arrived, atMost: longest)
    }

    /// Returns the configured handle; nil if libcurl rejects one of the settings, because no request may be sent
    /// without all of them.
    func prepare() -> UnsafeMutableRawPointer? {
        guard let easy = unsafe shim_make_easy() else { return nil }
        unsafe handle = unsafe easy
        let buffer = UnsafeMutablePointer<CChar>.allocate(capacity: Int(CURL_ERROR_SIZE))
        unsafe buffer.initialize(repeating: 0, count: Int(CURL_ERROR_SIZE))
        unsafe explanation = unsafe buffer
        for header in call.headers {
            unsafe headers = unsafe shim_append(headers, "\(header.name): \(header.value)")
        }
        // libcurl takes 0 as no limit. It checks its limits before it reads what has arrived, so here they apply only
        // to the connection phase, in which nothing has been sent yet.
        let connecting = Int(min(max(call.timeout, .milliseconds(1)), .seconds(10)) / .milliseconds(1))
        let context = unsafe Unmanaged.passUnretained(self).toOpaque()
        var settings = [
            unsafe shim_set_text(easy, CURLOPT_URL, call.url),
            unsafe shim_allow_http_alone(easy),
            unsafe shim_set_long(easy, CURLOPT_FOLLOWLOCATION, 0),
            unsafe shim_set_long(easy, CURLOPT_SSL_VERIFYPEER, 1),
            unsafe shim_set_long(easy, CURLOPT_SSL_VERIFYHOST, 2),
            unsafe shim_set_long(easy, CURLOPT_NOSIGNAL, 1),
            unsafe shim_set_long(easy, CURLOPT_CONNECTTIMEOUT_MS, connecting),
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
        if call.isRepeatable || stream != nil {
            // A connection of HTTP/2 whose other side is gone would be kept: a request on it that runs out of time ends
            // only itself.
            settings.append(unsafe shim_set_long(easy, CURLOPT_HTTP_VERSION, Int(CURL_HTTP_VERSION_1_1)))
        }
        if stream != nil {
            // Otherwise a host that is gone would never be noticed: no request follows on this connection.
            settings.append(unsafe shim_set_long(easy, CURLOPT_TCP_KEEPALIVE, 1))
            settings.append(unsafe shim_set_long(easy, CURLOPT_TCP_KEEPIDLE, 10))
            settings.append(unsafe shim_set_long(easy, CURLOPT_TCP_KEEPINTVL, 5))
        }
        if call.mayBegin != nil {
            settings.append(
                unsafe shim_set_check(
                    easy,
                    { context, _, _, _, _ in
                        guard let context = unsafe context else { return 1 }
                        return unsafe Unmanaged<CurlTransfer>.fromOpaque(context).takeUnretainedValue().check()
                    }, context))
        }
        if call.isDirect { settings.append(unsafe shim_set_text(easy, CURLOPT_NOPROXY, "*")) }
        if call.method != .get {
            settings.append(unsafe shim_set_long(easy, CURLOPT_POST, 1))
            settings.append(unsafe shim_set_text(easy, CURLOPT_CUSTOMREQUEST, call.method.rawValue))
            // On a reused connection, libcurl repeats a request that got no reply. Using a refresh token or a code
            // twice may end the grant.
            if !call.isRepeatable {
                settings.append(unsafe shim_set_long(easy, CURLOPT_FRESH_CONNECT, 1))
                settings.append(unsafe shim_set_long(easy, CURLOPT_FORBID_REUSE, 1))
            }
            settings.append(unsafe shim_set_size(easy, CURLOPT_POSTFIELDSIZE_LARGE, curl_off_t(call.body.utf8.count)))
            settings.append(unsafe shim_set_text(easy, CURLOPT_COPYPOSTFIELDS, call.body))
        }
        return unsafe settings.allSatisfy { $0 == CURLE_OK } ? easy : nil
    }

    /// Returns 0 if the request may be sent now.
    private func check() -> CInt {
        isLate = call.mayBegin?() == false
        return isLate ? 1 : 0
    }

    private func take(_ bytes: UnsafeRawBufferPointer) -> Int {
        arrived += bytes.count
        if isStreaming, let stream {
            isTooLarge = unsafe !stream.buffer.add(bytes)
            return isTooLarge ? 0 : bytes.count
        }
        guard body.count + bytes.count <= call.replyLimit else {
            isTooLarge = true
            unsafe body.append(contentsOf: bytes.prefix(call.replyLimit - body.count))
            return 0
        }
        unsafe body.append(contentsOf: bytes)
        return bytes.count
    }

    private func takeLine(_ line: UnsafeRawBufferPointer) -> Int {
        arrived += line.count
        if unsafe line.starts(with: "HTTP/".utf8) { (isHeadWhole, codings) = (false, []) }
        if unsafe line.elementsEqual("\r\n".utf8) || line.elementsEqual("\n".utf8) { isHeadWhole = true }
        if isHeadWhole { beginStream() }
        if !isHeadWhole, let coding = unsafe Self.coding(line) { codings.append(coding) }
        return line.count
    }

    private func beginStream() {
        guard let stream, !isStreaming, let easy = unsafe handle, (200..<300).contains(unsafe shim_status(easy)) else {
            return
        }
        isStreaming = true
        limit.lift()
        stream.opened()
    }

    /// Returns the value if the line is a `Content-Encoding` header.
    private static func coding(_ line: UnsafeRawBufferPointer) -> String? {
        let name = "content-encoding:"
        guard line.count > name.utf8.count, line.count < 200 else { return nil }
        let text = unsafe String(decoding: line, as: UTF8.self)
        return text.lowercased().hasPrefix(name) ? String(text.dropFirst(name.count)) : nil
    }

    func end(with result: CURLcode) {
        guard result == CURLE_OK else { return end(without: failure(result)) }
        end(without: nil)
    }

    /// Ends the transfer because its time limit has passed.
    func runOut() {
        end(without: TransportFailure(.timeout, "no whole reply within \(call.timeout)"))
    }

    /// Ends the transfer with what has arrived; `shortfall` is the reason if that is incomplete.
    private func end(without shortfall: TransportFailure?) {
        guard let easy = unsafe handle else { return end(.failure(shortfall ?? .unmade)) }
        let status = unsafe shim_status(easy)
        if isStreaming { return end(shortfall.map { .failure($0) } ?? .success(HTTPReply(status: status, body: []))) }
        // libcurl reports a reply that ends within its headers as complete.
        let missing = status >= 200 && isHeadWhole ? shortfall : shortfall ?? .cut
        if let missing, !call.takesUnfinished || !isHeadWhole || status < 200 { return end(.failure(missing)) }
        let decoded = ContentCoding.decode(body, codings, limit: call.replyLimit)
        if decoded.isTooLarge, !call.takesUnfinished { return end(.failure(tooLarge)) }
        let wait = unsafe shim_retry_after(easy)
        let headers = call.wantedHeaders.compactMap { name in
            unsafe shim_header(easy, name).map { (name, unsafe String(cString: $0)) }
        }
        end(
            .success(
                HTTPReply(
                    status: status, body: decoded.body, retryAfter: wait > 0 ? .seconds(wait) : nil,
                    headers: Dictionary(headers) { first, _ in first },
                    shortfall: missing ?? (decoded.isTooLarge ? tooLarge : nil))))
    }

    func end(_ result: Result<HTTPReply, TransportFailure>) {
        guard isStreaming, let stream else { return done(result) }
        switch result {
        case .success: stream.buffer.finish(nil)
        case .failure(let failure): stream.buffer.finish(failure)
        }
    }

    /// Whether no socket could be opened. libcurl reports this as a failure to connect or to look up the name; a lookup
    /// has a thread of its own and leaves no error number.
    private var isOutOfDescriptors: Bool {
        let code = unsafe handle.map { unsafe shim_errno($0) } ?? 0
        return CInt(code) == EMFILE || CInt(code) == ENFILE || TransportFailure.hasNoDescriptor
    }

    private var tooLarge: TransportFailure {
        TransportFailure(.tooLarge, "the reply is longer than \(call.replyLimit) bytes")
    }

    private func failure(_ result: CURLcode) -> TransportFailure {
        if isTooLarge { return tooLarge }
        if isLate { return .late }
        if isOutOfDescriptors { return .outOfDescriptors }
        let explained = unsafe explanation.map { unsafe String(cString: $0) } ?? ""
        let detail = explained.isEmpty ? unsafe String(cString: shim_describe(result)) : explained
        return TransportFailure(TransportFailure.Kind(result), detail)
    }
}

/// Where the body of a reply goes as it arrives.
struct LineStream: Sendable {
    var buffer: LineBuffer
    /// Called once, before the first octet.
    var opened: @Sendable () -> Void
}

extension TransportFailure {
    fileprivate static let late = TransportFailure(
        .connection, "the connection came too late, and nothing was sent")
    fileprivate static let cut = TransportFailure(.cut, "the reply was cut short")
    /// Whether another file can't be opened now.
    static var hasNoDescriptor: Bool {
        let probe = unsafe open("/dev/null", O_RDONLY | O_CLOEXEC)
        guard probe < 0 else {
            close(probe)
            return false
        }
        return errno == EMFILE || errno == ENFILE
    }

    static var outOfDescriptors: TransportFailure {
        var limit = rlimit()
        _ = unsafe getrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &limit)
        return TransportFailure(
            .descriptors, "this process has used up its file descriptors (the limit is \(limit.rlim_cur))")
    }

    fileprivate static let unmade = TransportFailure(.other, "libcurl can't make the request")
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
