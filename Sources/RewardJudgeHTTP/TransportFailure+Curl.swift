internal import CCurl

extension TransportFailure.Kind {
    /// The kind of one of libcurl's errors. The codes are not ours, so what is not named here is `other`.
    ///
    /// `wasReceiving` says whether anything of a response had come.
    init(_ code: CURLcode, wasReceiving: Bool) {
        switch code {
        case CURLE_COULDNT_RESOLVE_HOST, CURLE_COULDNT_RESOLVE_PROXY:
            self = .resolve
        // The driver keeps the time of whole transfers itself, so libcurl's own time-out is that of the connection.
        case CURLE_COULDNT_CONNECT, CURLE_OPERATION_TIMEDOUT, CURLE_PROXY, CURLE_INTERFACE_FAILED:
            self = .connect
        case CURLE_SSL_CONNECT_ERROR, CURLE_PEER_FAILED_VERIFICATION, CURLE_SSL_CERTPROBLEM, CURLE_SSL_CIPHER,
            CURLE_SSL_CACERT_BADFILE, CURLE_SSL_ISSUER_ERROR, CURLE_SSL_ENGINE_INITFAILED, CURLE_USE_SSL_FAILED,
            CURLE_SSL_INVALIDCERTSTATUS, CURLE_SSL_PINNEDPUBKEYNOTMATCH, CURLE_SSL_CLIENTCERT:
            self = .tls
        case CURLE_SEND_ERROR, CURLE_RECV_ERROR, CURLE_GOT_NOTHING, CURLE_PARTIAL_FILE, CURLE_HTTP2,
            CURLE_HTTP2_STREAM, CURLE_SSL_SHUTDOWN_FAILED:
            self = .reset
        case CURLE_FILESIZE_EXCEEDED:
            self = .tooLarge
        // A header line of more than 100 KB: libcurl calls that a lack of memory.
        case CURLE_OUT_OF_MEMORY:
            self = wasReceiving ? .tooLarge : .other
        case CURLE_URL_MALFORMAT, CURLE_LOGIN_DENIED, CURLE_BAD_FUNCTION_ARGUMENT:
            self = .badRequest
        default:
            self = .other
        }
    }
}
