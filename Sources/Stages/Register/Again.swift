internal import Model

/// Runs `body` once more each time it finds that what it decided on has moved.
///
/// - Parameter moved: the error that says so. Somebody else's change takes milliseconds: after 20 in a row it is thrown.
func again(after moved: StoreError, _ body: () async throws -> Void) async throws {
    for _ in 1..<20 {
        do { return try await body() } catch let error as StoreError where error == moved { continue }
    }
    try await body()
}
