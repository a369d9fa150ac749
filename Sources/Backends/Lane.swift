private import Dispatch

/// A serial executor for blocking C calls, so that they stay off the cooperative pool.
///
/// An actor that returns it as its `unownedExecutor` runs there, one call at a time.
final class Lane: SerialExecutor {
    private let queue: DispatchQueue

    init(_ name: String) { queue = DispatchQueue(label: name) }

    func enqueue(_ job: consuming ExecutorJob) {
        let job = UnownedJob(job)
        queue.async { job.runSynchronously(on: self.asUnownedSerialExecutor()) }
    }
}
