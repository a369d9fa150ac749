internal import CCurl
private import Glibc
private import Synchronization

/// One request on its way through libcurl.
///
/// `@unchecked Sendable`: its sender builds it and hands it over; from then on only the engine's thread touches it,
/// `isCancelled` apart, which is atomic.
final class HTTPTransfer: @unchecked Sendable {
    let request: HTTPRequest
    /// Called exactly once, on the engine's thread.
    var finish: ((Result<HTTPResponse, HTTPError>) -> Void)?
    private let head: HTTPClient.Head
    private let receive: HTTPClient.Receiver
    private let cancelled = Atomic<Bool>(false)
    private var fields = HTTPFields()
    private var response: HTTPResponse?
    private var failure: HTTPError?
    /// Why the system made no socket.
    private var shortage: SystemShortage?
    private(set) var handle: UnsafeMutableRawPointer?
    private var options: HTTPOptions?
    private var watch = HTTPWatch()
    private var headerList: UnsafeMutablePointer<curl_slist>?
    private let message = UnsafeMutablePointer<CChar>.allocate(capacity: Int(CURL_ERROR_SIZE))

    init(_ request: HTTPRequest, head: @escaping HTTPClient.Head, receive: @escaping HTTPClient.Receiver) {
        self.request = request
        self.head = head
        self.receive = receive
        message.pointee = 0
    }

    deinit {
        curl_slist_free_all(headerList)
        message.deallocate()
    }

    var isCancelled: Bool { cancelled.load(ordering: .relaxed) }
    func cancel() { cancelled.store(true, ordering: .relaxed) }

    /// Makes `handle`, which is blank, ready for this request.
    func prepare(_ handle: UnsafeMutableRawPointer, _ settings: HTTPSettings) throws(HTTPError) {
        self.handle = handle
        let options = HTTPOptions(
            handle: handle, url: request.url, settings: settings, proxy: try settings.proxy.proxy(for: request.url))
        self.options = options
        try options.applySettings()
        headerList = try options.apply(request)
        try options.set(CURLOPT_ERRORBUFFER, pointer: message)
        let context = Unmanaged.passUnretained(self).toOpaque()
        if request.isExamined {
            watch = HTTPWatch()
            try options.set(CURLOPT_DEBUGDATA, pointer: context)
            try options.watch { _, event, _, _, context in
                HTTPTransfer.at(context).watch.note(event)
                return 0
            }
        }
        // libcurl does not tell a socket that it could not make from a server that does not answer.
        try options.set(CURLOPT_OPENSOCKETDATA, pointer: context)
        try options.makeSockets { context, _, address in HTTPTransfer.at(context).makeSocket(for: address) }
        try options.set(CURLOPT_HEADERDATA, pointer: context)
        try options.set(CURLOPT_WRITEDATA, pointer: context)
        try options.set(CURLOPT_HEADERFUNCTION) { data, _, count, context in
            HTTPTransfer.at(context).takeHeader(UnsafeRawBufferPointer(start: data, count: count)) ? count : 0
        }
        try options.set(CURLOPT_WRITEFUNCTION) { data, _, count, context in
            HTTPTransfer.at(context).takeBody(UnsafeRawBufferPointer(start: data, count: count)) ? count : 0
        }
    }

    /// Tells the sender how it ended.
    func end(_ code: CURLcode) {
        let result = result(code)
        finish?(result)
        finish = nil
    }

    func end(_ error: HTTPError) {
        finish?(.failure(isCancelled ? HTTPError(.cancelled, at: request.url) : error))
        finish = nil
    }

    private static func at(_ context: UnsafeMutableRawPointer?) -> HTTPTransfer {
        // libcurl hands back the pointer that `prepare` gave it; the engine keeps the object until the handle is done.
        Unmanaged<HTTPTransfer>.fromOpaque(context!).takeUnretainedValue()
    }

    private func makeSocket(for address: UnsafeMutablePointer<curl_sockaddr>?) -> curl_socket_t {
        guard let address = address?.pointee else { return -1 }
        let type = address.socktype | Int32(SOCK_CLOEXEC.rawValue)
        let socket = Glibc.socket(address.family, type, address.protocol)
        if socket < 0 { shortage = SystemShortage(errno) }
        return socket
    }

    private func takeHeader(_ line: UnsafeRawBufferPointer) -> Bool {
        guard !isCancelled, response == nil else { return !isCancelled }
        if fields.append(line) { return true }
        failure = HTTPError(.notHTTP, at: request.url, "its header is too long")
        return false
    }

    private func takeBody(_ piece: UnsafeRawBufferPointer) -> Bool {
        guard !isCancelled, begin() else { return false }
        guard response?.isSuccess == true else {
            let room = 65_536 - (response?.refusal.count ?? 0)
            response?.refusal.append(contentsOf: piece.prefix(room))
            return true
        }
        do {
            try receive(piece)
            return true
        } catch {
            failure = HTTPError(.stoppedByReceiver, at: request.url, cause: error)
            return false
        }
    }

    /// Fixes the head of the answer and shows it to the receiver.
    private func begin() -> Bool {
        guard response == nil else { return true }
        let response = HTTPResponse(status: fields.status, headers: fields.headers, url: request.url)
        self.response = response
        guard response.isSuccess else { return true }
        do {
            try head(response)
            return true
        } catch {
            failure = HTTPError(.stoppedByReceiver, at: request.url, cause: error)
            return false
        }
    }

    private func result(_ code: CURLcode) -> Result<HTTPResponse, HTTPError> {
        if isCancelled { return .failure(HTTPError(.cancelled, at: request.url)) }
        guard let options else { return .failure(HTTPError(.outOfMemory, at: request.url)) }
        do throws(HTTPError) {
            var response = try answer(code, options)
            if request.isExamined { response.trace = watch.completed(options.trace()) }
            return .success(response)
        } catch {
            var error = error
            error.trace = watch.completed(options.trace())
            return .failure(error)
        }
    }

    /// Looking up a name takes files and sockets too, and tells of none of them.
    private func lack(behind code: CURLcode) -> SystemShortage? {
        [CURLE_COULDNT_RESOLVE_HOST, CURLE_COULDNT_RESOLVE_PROXY].contains(code) ? SystemShortage.present : nil
    }

    private func answer(_ code: CURLcode, _ options: HTTPOptions) throws(HTTPError) -> HTTPResponse {
        if let failure { throw failure }
        guard code == CURLE_OK else {
            if let shortage = shortage ?? lack(behind: code) { throw HTTPError(.shortage(shortage), at: request.url) }
            throw options.error(code, String(cString: message), isConnected: watch.connected != nil)
        }
        // libcurl takes the end of the connection for the end of the header.
        guard response != nil || fields.isComplete || fields.status == 0 else {
            throw HTTPError(.truncated, at: request.url, "its answer ends within the header")
        }
        guard begin(), var response else { throw failure ?? HTTPError(.notHTTP, at: request.url) }
        guard response.status > 0 else { throw HTTPError(.notHTTP, at: request.url, "it sent no header") }
        if let fault = options.proxyFault(in: response) { throw HTTPError(.proxy(fault), at: request.url) }
        if let fault = options.tlsFault(in: response) { throw HTTPError(.tls(fault), at: request.url) }
        response.bodySizeInBytes = options.bodySize()
        return response
    }
}
