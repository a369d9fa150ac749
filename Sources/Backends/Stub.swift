package import Model
package func registeredBackends() -> [BackendType] { [] }
