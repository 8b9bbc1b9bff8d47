internal import CCurl
internal import CLinux
internal import RewardJudge

/// One handle of libcurl with what it needs for a transfer; used again and again.
///
/// libcurl keeps this object's address, unretained: the driver holds the object for as long as the handle is in a set.
final class Transfer {
    let easy: UnsafeMutableRawPointer
    /// Of the transfer under way.
    private(set) var identifier: UInt64 = 0
    private(set) var slot = 0
    /// The index of the set that it is in.
    private(set) var setIndex = 0
    /// Holds the header lines that libcurl reads.
    private(set) var template: RequestTemplate?

    /// libcurl's words about an error; a text that ends in zero.
    private let message: UnsafeMutablePointer<CChar>
    private var bodyByteCountMax = 0
    private var head: ResponseHead
    private var body: [UInt8] = []
    /// A receiver has ended the transfer because the response passes a limit.
    private var isTooLarge = false

    /// - Parameter eventSet: Must outlive the connections that the transfer opens.
    init?(_ settings: HTTPDriverSettings, _ eventSet: EventSet) {
        guard let easy = plaudit_curl_make() else { return nil }
        self.easy = easy
        message = .allocate(capacity: PLAUDIT_CURL_MESSAGE_BYTE_COUNT)
        message.initialize(repeating: 0, count: PLAUDIT_CURL_MESSAGE_BYTE_COUNT)
        head = ResponseHead(countMax: settings.headerCountMax, byteCountMax: settings.headerByteCountMax)
        guard setUp(settings, eventSet) else { return nil }
    }

    deinit {
        plaudit_curl_destroy(easy)
        message.deallocate()
    }

    /// Prepares the handle for a request. False when libcurl refuses it; `failure` has the words then.
    func prepare(
        _ template: RequestTemplate, body: [UInt8], responseByteCountMax: Int, identifier: UInt64, slot: Int,
        setIndex: Int
    ) -> Bool {
        self.identifier = identifier
        self.slot = slot
        self.setIndex = setIndex
        self.template = template
        message[0] = 0
        let isAccepted =
            switch template.method {
            case .get: set(CURLOPT_HTTPGET, 1)
            case .post: set(CURLOPT_POST, 1) && setBody(body)
            }
        // With TLS the handshake tells whether a connection carries several transfers, so others wait for it. Without
        // TLS only the first response would tell, and everything would wait for that.
        return isAccepted
            && limitBody(responseByteCountMax)
            && set(CURLOPT_PIPEWAIT, template.isEncrypted ? 1 : 0)
            && plaudit_curl_set_headers(easy, template.headers) == CURLE_OK
            && set(CURLOPT_URL, template.url)
            && set(CURLOPT_REQUEST_TARGET, template.requestTarget)
            && set(CURLOPT_UNIX_SOCKET_PATH, template.unixSocketPath)
    }

    /// The response, which the transfer then no longer holds.
    func takeResponse() -> HTTPResponse {
        let response = HTTPResponse(
            statusCode: plaudit_curl_status(easy), headers: head.fields, body: body)
        body = []
        return response
    }

    /// What went wrong in libcurl's words, in one of our kinds.
    func failure(_ code: CURLcode) -> TransportFailure {
        if isTooLarge { return TransportFailure(.tooLarge, "the response passes a limit of headers or body") }
        var words = String(cString: message)
        if words.isEmpty { words = String(cString: curl_easy_strerror(code)) }
        // Libraries below put what the peer sent into their words; this is for one line of a log.
        let line = String(String.UnicodeScalarView(words.unicodeScalars.map { $0.value < 0x20 ? " " : $0 }))
        return TransportFailure(TransportFailure.Kind(code, wasReceiving: !head.isEmpty), line)
    }

    /// What is known of a transfer that ran out of time.
    func expiry() -> TransportFailure {
        let progress =
            if !head.isEmpty {
                "with \(body.count) bytes of the response"
            } else if plaudit_curl_connect_microseconds(easy) > 0 {
                "without a response"
            } else {
                "waiting for a connection"
            }
        return TransportFailure(.timeout, "the time was over, \(progress)")
    }

    /// Gives back what belonged to the transfer, so that an idle handle holds neither a body nor a secret of a header.
    func clear() {
        _ = plaudit_curl_set_body(easy, nil, 0)
        _ = plaudit_curl_set_headers(easy, nil)
        template = nil
        head.clear()
        body = []
        isTooLarge = false
    }

    // MARK: What libcurl calls

    static func from(_ context: UnsafeMutableRawPointer) -> Transfer {
        Unmanaged<Transfer>.fromOpaque(context).takeUnretainedValue()
    }

    /// Takes a header line; how many bytes of it were taken, and fewer than all end the transfer.
    fileprivate func acceptHead(_ line: UnsafeRawBufferPointer) -> Int {
        guard head.append(line) else {
            isTooLarge = true
            return 0
        }
        return line.count
    }

    fileprivate func acceptBody(_ bytes: UnsafeRawBufferPointer) -> Int {
        guard bytes.count <= bodyByteCountMax - body.count else {
            isTooLarge = true
            return 0
        }
        body.append(contentsOf: bytes)
        return bytes.count
    }

    // MARK: Options

    private func set(_ option: CURLoption, _ value: Int) -> Bool {
        plaudit_curl_set_number(easy, option, value) == CURLE_OK
    }

    private func set(_ option: CURLoption, _ text: String?) -> Bool {
        plaudit_curl_set_text(easy, option, text) == CURLE_OK
    }

    private func setBody(_ body: [UInt8]) -> Bool {
        body.withUnsafeBytes { body in
            // An empty array may have no address, and libcurl takes none for "read it from somewhere else".
            let base = body.baseAddress ?? UnsafeRawPointer(message)
            return plaudit_curl_set_body(easy, base, body.count) == CURLE_OK
        }
    }

    private func limitBody(_ byteCountMax: Int) -> Bool {
        guard byteCountMax != bodyByteCountMax else { return true }
        bodyByteCountMax = byteCountMax
        return plaudit_curl_set_size(easy, CURLOPT_MAXFILESIZE_LARGE, Int64(byteCountMax)) == CURLE_OK
    }

    /// A usual answer with its headers, read at once; longer ones are read in several pieces.
    private static let receiveByteCount = 2_048
    /// The least that the library takes; only TLS and bodies that a socket does not take at once need it.
    private static let sendByteCount = 16_384

    /// The options that are the same for every transfer. False when this libcurl does not know one of them.
    private func setUp(_ settings: HTTPDriverSettings, _ eventSet: EventSet) -> Bool {
        let connectMilliseconds = max(1, settings.connectTimeoutNanoseconds / 1_000_000)
        let numbers: [(CURLoption, Int)] = [
            (CURLOPT_NOSIGNAL, 1),
            (CURLOPT_TCP_NODELAY, 1),
            (CURLOPT_FOLLOWLOCATION, 0),
            (CURLOPT_HTTP_VERSION, Int(CURL_HTTP_VERSION_2TLS)),
            (CURLOPT_SSL_VERIFYPEER, 1),
            (CURLOPT_SSL_VERIFYHOST, 2),
            (CURLOPT_SSLVERSION, Int(CURL_SSLVERSION_TLSv1_2)),
            (CURLOPT_CONNECTTIMEOUT_MS, Int(clamping: connectMilliseconds)),
            // The library's own 16 and, with TLS, 64 KB a handle are 16 or 80 MB with a thousand calls in flight, and a verdict
            // fills a tenth of them.
            (CURLOPT_BUFFERSIZE, Self.receiveByteCount),
            (CURLOPT_UPLOAD_BUFFERSIZE, Self.sendByteCount),
            // A dot segment of a path belongs to whoever wrote the URL, and credentials do not belong into one.
            (CURLOPT_PATH_AS_IS, 1),
            (CURLOPT_DISALLOW_USERNAME_IN_URL, 1),
            // What a proxy says about the tunnel is no part of the response.
            (CURLOPT_SUPPRESS_CONNECT_HEADERS, 1),
            // A name look-up that was given up must not hold up the thread until it ends.
            (CURLOPT_QUICK_EXIT, 1),
        ]
        var texts: [(CURLoption, String?)] = [
            (CURLOPT_PROTOCOLS_STR, "http,https"),
            (CURLOPT_USERAGENT, settings.userAgent),
            // An empty text and no null: that would mean the environment's.
            (CURLOPT_PROXY, settings.proxy ?? ""),
        ]
        if let file = settings.certificateFile {
            // Only these are trusted then, not the system's folder of certificates as well.
            texts += [(CURLOPT_CAINFO, file), (CURLOPT_CAPATH, nil)]
        }
        return numbers.allSatisfy { set($0, $1) } && texts.allSatisfy { set($0, $1) }
            && plaudit_curl_set_message_buffer(easy, message) == CURLE_OK
            && plaudit_curl_set_receivers(
                easy, receiveHead, receiveBody, Unmanaged.passUnretained(self).toOpaque()) == CURLE_OK
            && plaudit_curl_set_sockets(
                easy, openSocket, closeSocket, Unmanaged.passUnretained(eventSet).toOpaque()) == CURLE_OK
    }
}

private func openSocket(
    _ context: UnsafeMutableRawPointer?, _ purpose: curlsocktype, _ address: UnsafeMutablePointer<curl_sockaddr>?
) -> Int32 {
    guard let context, let address else { return -1 }
    let socket = plaudit_curl_open(address)
    if socket >= 0 { eventSet(context).note(connection: socket, isOpen: true) }
    return socket
}

private func closeSocket(_ context: UnsafeMutableRawPointer?, _ socket: Int32) -> Int32 {
    if let context { eventSet(context).note(connection: socket, isOpen: false) }
    plaudit_close(socket)
    return 0
}

private func eventSet(_ context: UnsafeMutableRawPointer) -> EventSet {
    Unmanaged<EventSet>.fromOpaque(context).takeUnretainedValue()
}

private func receiveHead(
    _ bytes: UnsafeMutablePointer<CChar>?, _ one: Int, _ byteCount: Int, _ context: UnsafeMutableRawPointer?
) -> Int {
    guard let bytes, let context else { return 0 }
    return Transfer.from(context).acceptHead(UnsafeRawBufferPointer(start: bytes, count: byteCount))
}

private func receiveBody(
    _ bytes: UnsafeMutablePointer<CChar>?, _ one: Int, _ byteCount: Int, _ context: UnsafeMutableRawPointer?
) -> Int {
    guard let bytes, let context else { return 0 }
    return Transfer.from(context).acceptBody(UnsafeRawBufferPointer(start: bytes, count: byteCount))
}
