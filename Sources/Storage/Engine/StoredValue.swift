internal import Foundation
internal import GRDB
internal import Model

/// What a column can hold.
protocol StoredValue {
    var stored: DatabaseValue { get }
    /// Throws `StoredColumn.damage` when the column holds something else.
    init(stored column: StoredColumn) throws
}

extension Optional: StoredValue where Wrapped: StoredValue {
    var stored: DatabaseValue { self?.stored ?? .null }
    init(stored column: StoredColumn) throws { self = column.isNull ? nil : try Wrapped(stored: column) }
}

extension Int64: StoredValue {
    var stored: DatabaseValue { databaseValue }
    init(stored column: StoredColumn) throws { self = try column.integer() }
}

extension Int: StoredValue {
    var stored: DatabaseValue { databaseValue }
    init(stored column: StoredColumn) throws { self = Int(try column.integer()) }
}

extension Int32: StoredValue {
    var stored: DatabaseValue { databaseValue }
    init(stored column: StoredColumn) throws {
        guard let value = Int32(exactly: try column.integer()) else { throw column.damage }
        self = value
    }
}

extension Bool: StoredValue {
    var stored: DatabaseValue { (self ? 1 : 0).databaseValue }
    init(stored column: StoredColumn) throws { self = try column.integer() != 0 }
}

extension String: StoredValue {
    var stored: DatabaseValue { databaseValue }
    init(stored column: StoredColumn) throws { self = try column.text() }
}

extension Array: StoredValue where Element == UInt8 {
    var stored: DatabaseValue { Data(self).databaseValue }
    init(stored column: StoredColumn) throws { self = try column.bytes { [UInt8]($0) } }
}
