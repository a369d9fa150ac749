package import Model

/// The kinds of backend that Sluice knows, one line each.
package func registeredBackends() -> [BackendType] {
    [
        .amazonS3,
        .git,
        .local,
    ]
}
