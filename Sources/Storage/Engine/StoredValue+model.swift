internal import Foundation
internal import GRDB
internal import Model

extension Digest: StoredValue {
    var stored: DatabaseValue { bytes.stored }
    init(stored column: StoredColumn) throws {
        guard let digest = try column.bytes({ Digest(bytes: $0) }) else { throw column.damage }
        self = digest
    }
}

extension Fingerprint: StoredValue {
    var stored: DatabaseValue { bytes.stored }
    init(stored column: StoredColumn) throws { self.init(bytes: try [UInt8](stored: column)) }
}

extension RelativePath: StoredValue {
    var stored: DatabaseValue { string.stored }
    init(stored column: StoredColumn) throws { self.init(stored: try column.text()) }
}

extension SourceName: StoredValue {
    var stored: DatabaseValue { description.stored }
    init(stored column: StoredColumn) throws { self.init(stored: try column.text()) }
}

extension ObjectName: StoredValue {
    var stored: DatabaseValue { description.stored }
    init(stored column: StoredColumn) throws { self.init(stored: try column.text()) }
}

extension PathPattern: StoredValue {
    var stored: DatabaseValue { description.stored }
    init(stored column: StoredColumn) throws { self.init(stored: try column.text()) }
}

extension Timestamp: StoredValue {
    var stored: DatabaseValue { microseconds.stored }
    init(stored column: StoredColumn) throws { self.init(microseconds: try column.integer()) }
}

extension Generation: StoredValue {
    var stored: DatabaseValue { number.stored }
    init(stored column: StoredColumn) throws { self.init(try column.integer()) }
}

extension SourceID: StoredValue {
    var stored: DatabaseValue { number.stored }
    init(stored column: StoredColumn) throws { self.init(try column.integer()) }
}

extension ObjectID: StoredValue {
    var stored: DatabaseValue { number.stored }
    init(stored column: StoredColumn) throws { self.init(try column.integer()) }
}

extension LinkPatternID: StoredValue {
    var stored: DatabaseValue { number.stored }
    init(stored column: StoredColumn) throws { self.init(try column.integer()) }
}

extension UserID: StoredValue {
    var stored: DatabaseValue { number.stored }
    init(stored column: StoredColumn) throws { self.init(try column.integer()) }
}

/// JSON is kept as its canonical text.
extension JSONValue: StoredValue {
    var stored: DatabaseValue { canonical.stored }
    init(stored column: StoredColumn) throws {
        do { self = try JSONParser.parse(try column.text().utf8) } catch { throw column.damage }
    }
}

extension StoredValue where Self: RawRepresentable, RawValue == String {
    var stored: DatabaseValue { rawValue.stored }
    init(stored column: StoredColumn) throws {
        guard let value = Self(rawValue: try column.text()) else { throw column.damage }
        self = value
    }
}

extension ObjectKindName: StoredValue {}
extension SourceStatus: StoredValue {}
extension ObjectRevision.Action: StoredValue {}
extension FileProblem.Kind: StoredValue {}
extension ObjectType: StoredValue {}
