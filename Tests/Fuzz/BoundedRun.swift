import Foundation

/// Runs one input after another, each of them within bounds of time and memory that any honest one is far from.
struct BoundedRun {
    /// Of processor time, so that a busy machine changes nothing.
    static let mostSeconds = 10
    static let mostBytes = 512 << 20

    private let target: FuzzTarget
    private let current: Int32
    private var count = 0
    private var slowest: Double = 0

    /// - Parameter seed: names the file that holds the input which is being run.
    init(_ target: FuzzTarget, seed: UInt64) {
        self.target = target
        let path = NSTemporaryDirectory() + "sluice-fuzz-\(target.name)-\(seed)"
        current = open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0o600)
        self.path = path
        // Far beyond what is allowed, and before it costs others their memory.
        var limit = rlimit(rlim_cur: 8 << 30, rlim_max: 8 << 30)
        #if !FUZZING
        setrlimit(__rlimit_resource_t(RLIMIT_AS.rawValue), &limit)
        #endif
        _ = limit
    }

    private let path: String

    mutating func take(_ input: [UInt8]) {
        ftruncate(current, 0)
        pwrite(current, input, input.count, 0)
        // Its signal ends the process.
        var timer = itimerval(
            it_interval: timeval(), it_value: timeval(tv_sec: Self.mostSeconds, tv_usec: 0))
        setitimer(__itimer_which_t(ITIMER_VIRTUAL.rawValue), &timer, nil)
        let start = clock()
        // What a parser throws is an answer.
        try? target.run(input)
        slowest = max(slowest, Double(clock() - start) / Double(CLOCKS_PER_SEC))
        count += 1
        guard Self.peak <= Self.mostBytes else {
            fatalError("broken promise: memory in proportion to the input, of \(input.count) bytes")
        }
    }

    /// Prints what was done, and forgets the last input.
    func end() {
        unlink(path)
        let seconds = String(format: "%.3f", slowest)
        print("\(target.name): \(count) inputs, slowest \(seconds) s, peak \(Self.peak >> 20) MiB")
    }

    /// In bytes. Not `getrusage`'s: that begins with the memory of the process which started this one.
    private static var peak: Int {
        let status = (try? String(contentsOfFile: "/proc/self/status", encoding: .utf8)) ?? ""
        let line = status.split(separator: "\n").first { $0.hasPrefix("VmHWM:") } ?? ""
        return (line.split(separator: " ").dropFirst().first.flatMap { Int($0) } ?? 0) << 10
    }
}
