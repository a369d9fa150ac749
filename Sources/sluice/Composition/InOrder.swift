/// Runs `work` on each element, at most `atOnce` of them at a time, and hands the results to `take` in the order of the
/// elements, each as soon as those before it are there.
///
/// - Throws: what `work` throws first; the rest is cancelled and waited for, and nothing more is taken.
func inOrder<Element: Sendable, Value: Sendable>(
    _ elements: [Element], atOnce: Int, _ work: @escaping @Sendable (Element) async throws -> Value,
    take: (Value) -> Void
) async throws {
    try await withThrowingTaskGroup(of: (Int, Value).self) { group in
        var rest = elements.enumerated().dropFirst(atOnce).makeIterator()
        for (index, element) in elements.enumerated().prefix(atOnce) {
            group.addTask { (index, try await work(element)) }
        }
        var early: [Int: Value] = [:]
        var next = 0
        while let (index, value) = try await group.next() {
            if let (index, element) = rest.next() { group.addTask { (index, try await work(element)) } }
            early[index] = value
            while let value = early.removeValue(forKey: next) {
                take(value)
                next += 1
            }
        }
    }
}
