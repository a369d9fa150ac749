internal import CCurl
private import Glibc
private import Synchronization

/// The thread that drives a client's transfers through one libcurl multi handle.
///
/// `@unchecked Sendable`: what is shared lies in `mailbox`; everything else belongs to the thread.
final class HTTPEngine: @unchecked Sendable {
    private struct Mailbox {
        var arrived: [HTTPTransfer] = []
        var multi: Multi?
        var hasThread = false
        var hasCancelled = false
        var isClosed = false

        func wake() {
            if let multi { _ = curl_multi_wakeup(multi.pointer) }
        }
    }

    /// `@unchecked Sendable`: libcurl allows `curl_multi_wakeup` from any thread, and nothing else is called elsewhere.
    private struct Multi: @unchecked Sendable {
        let pointer: UnsafeMutableRawPointer
    }

    private let settings: HTTPSettings
    private let mailbox = Mutex(Mailbox())
    private var waiting: [HTTPTransfer] = []
    private var active: [UnsafeMutableRawPointer: HTTPTransfer] = [:]
    private var blank: [UnsafeMutableRawPointer] = []

    init(_ settings: HTTPSettings) {
        self.settings = settings
    }

    /// Queues `transfer` and waits for its end; cancellation ends it at once.
    func run(_ transfer: HTTPTransfer) async throws(HTTPError) -> HTTPResponse {
        let result = await withTaskCancellationHandler {
            await withCheckedContinuation { continuation in
                transfer.finish = { continuation.resume(returning: $0) }
                submit(transfer)
            }
        } onCancel: {
            transfer.cancel()
            mailbox.withLock {
                $0.hasCancelled = true
                $0.wake()
            }
        }
        return try result.get()
    }

    /// Ends the thread. No transfer is under way: each keeps its client alive.
    func close() {
        mailbox.withLock {
            $0.isClosed = true
            $0.wake()
        }
    }

    private func submit(_ transfer: HTTPTransfer) {
        let startsThread = mailbox.withLock { mailbox in
            mailbox.arrived.append(transfer)
            mailbox.wake()
            defer { mailbox.hasThread = true }
            return !mailbox.hasThread
        }
        if startsThread, let shortage = startThread() { refuse(shortage) }
    }

    /// Ends what waits for a thread that the system does not give; the next transfer tries again.
    private func refuse(_ code: Int32) {
        let arrived = mailbox.withLock { mailbox in
            defer {
                mailbox.arrived = []
                mailbox.hasThread = false
            }
            return mailbox.arrived
        }
        let reason = "no thread can be started: \(String(cString: strerror(code)))"
        for transfer in arrived { transfer.end(HTTPError(.outOfMemory, at: transfer.request.url, reason)) }
    }

    /// - Returns: the system's error number when it gives no thread.
    private func startThread() -> Int32? {
        let context = Unmanaged.passRetained(self)
        var thread = pthread_t()
        let code = pthread_create(
            &thread, nil,
            { context in
                // Retained for the thread just below.
                Unmanaged<HTTPEngine>.fromOpaque(context!).takeRetainedValue().loop()
                return nil
            }, context.toOpaque())
        guard code == 0 else {
            context.release()
            return code
        }
        pthread_detach(thread)
        return nil
    }

    private func loop() {
        _ = Self.library
        // It fails only without memory, as any Swift allocation would.
        let multi = Multi(pointer: curl_multi_init()!)
        _ = ccurl_multi_set_long(multi.pointer, CURLMOPT_MAXCONNECTS, settings.parallelTransfers)
        mailbox.withLock { $0.multi = multi }
        while takeMail(multi.pointer) {
            start(multi.pointer)
            var running: Int32 = 0
            _ = curl_multi_perform(multi.pointer, &running)
            let finished = finish(multi.pointer)
            if finished == 0 || waiting.isEmpty { _ = curl_multi_poll(multi.pointer, nil, 0, 60_000, nil) }
        }
        mailbox.withLock { $0.multi = nil }
        blank.forEach { curl_easy_cleanup($0) }
        curl_multi_cleanup(multi.pointer)
    }

    /// - Returns: false when the client is gone.
    private func takeMail(_ multi: UnsafeMutableRawPointer) -> Bool {
        let (arrived, hasCancelled, isClosed) = mailbox.withLock { mailbox in
            defer {
                mailbox.arrived = []
                mailbox.hasCancelled = false
            }
            return (mailbox.arrived, mailbox.hasCancelled, mailbox.isClosed)
        }
        waiting += arrived
        if hasCancelled {
            for transfer in active.values where transfer.isCancelled { end(transfer, CURLE_ABORTED_BY_CALLBACK, multi) }
            for transfer in waiting where transfer.isCancelled {
                transfer.end(HTTPError(.cancelled, at: transfer.request.url))
            }
            waiting.removeAll { $0.isCancelled }
        }
        return !isClosed || !active.isEmpty || !waiting.isEmpty
    }

    private func start(_ multi: UnsafeMutableRawPointer) {
        let room = max(0, settings.parallelTransfers - active.count)
        for transfer in waiting.prefix(room) {
            guard !transfer.isCancelled else {
                // Cancelled before it arrived here, so that no mail tells of it any more.
                transfer.end(HTTPError(.cancelled, at: transfer.request.url))
                continue
            }
            do throws(HTTPError) {
                guard let handle = blank.popLast() ?? curl_easy_init() else {
                    throw HTTPError(.outOfMemory, at: transfer.request.url)
                }
                active[handle] = transfer
                try transfer.prepare(handle, settings)
                guard curl_multi_add_handle(multi, handle) == CURLM_OK else {
                    throw HTTPError(.outOfMemory, at: transfer.request.url)
                }
            } catch {
                release(transfer, isSound: false)
                transfer.end(error)
            }
        }
        waiting.removeFirst(min(room, waiting.count))
    }

    /// - Returns: how many transfers came to their end.
    private func finish(_ multi: UnsafeMutableRawPointer) -> Int {
        var count = 0
        var left: Int32 = 0
        while let message = curl_multi_info_read(multi, &left) {
            guard message.pointee.msg == CURLMSG_DONE, let transfer = active[message.pointee.easy_handle] else {
                continue
            }
            end(transfer, ccurl_message_result(message), multi)
            count += 1
        }
        return count
    }

    private func end(_ transfer: HTTPTransfer, _ code: CURLcode, _ multi: UnsafeMutableRawPointer) {
        if let handle = transfer.handle { _ = curl_multi_remove_handle(multi, handle) }
        transfer.end(code)
        release(transfer, isSound: code == CURLE_OK)
    }

    /// - Parameter isSound: whether the handle may be used again. libcurl keeps the buffer of a transfer that failed to
    ///   resolve its host, and then refuses options for the next one.
    private func release(_ transfer: HTTPTransfer, isSound: Bool) {
        guard let handle = transfer.handle else { return }
        active[handle] = nil
        guard isSound else {
            curl_easy_cleanup(handle)
            return
        }
        curl_easy_reset(handle)
        blank.append(handle)
    }

    /// libcurl is set up once for the process.
    private static let library: Void = { _ = curl_global_init(Int(CURL_GLOBAL_DEFAULT)) }()
}
