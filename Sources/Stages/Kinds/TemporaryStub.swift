package import Model
package struct DecodeFault: Error, CustomStringConvertible {
    package let description: String
    static func tooLarge(_ n: Int64) -> DecodeFault { DecodeFault(description: "") }
}
package protocol ObjectKind: Sendable {
    var fields: [ObjectField] { get }; var contentKey: String { get }; var isMapping: Bool { get }
    func decode(_ bytes: [UInt8], at path: RelativePath) throws(DecodeFault) -> ObjectContent
    func content(from value: JSONValue) throws(DecodeFault) -> ObjectContent
}
package enum ObjectKinds {
    package static let largestContentInBytes: Int64 = 16 << 20
    package static func kind(_ n: ObjectKindName) -> any ObjectKind { fatalError() }
}
package struct KeyChange: Sendable, CustomStringConvertible {
    package let path: String; package let before: JSONValue?; package let after: JSONValue?;
    package var description: String { path }
}
package enum KeyDiff { static func changes(from: JSONValue, to: JSONValue) -> [KeyChange] { [] } }
package enum TextDiff { static func unified(_ a: String, _ b: String, from: String, to: String) -> String { "" } }
