internal import Foundation
internal import GRDB
internal import Model

/// The columns of one row, read from left to right.
struct Columns {
    private let row: Row
    private var index = 0

    init(_ row: Row) { self.row = row }

    mutating func next<Value: StoredValue>(as type: Value.Type = Value.self) throws -> Value {
        defer { index += 1 }
        return try Value(stored: StoredColumn(row: row, index: index))
    }

    /// Whether the next column holds nothing.
    var isNextNull: Bool { row.hasNull(atIndex: index) }
}

/// One column of one row.
struct StoredColumn {
    fileprivate let row: Row
    fileprivate let index: Int

    var isNull: Bool { row.hasNull(atIndex: index) }

    func integer() throws -> Int64 {
        guard !isNull else { throw damage }
        return row[index]
    }

    func text() throws -> String {
        guard !isNull else { throw damage }
        return row[index]
    }

    /// Lends the bytes for as long as `body` runs.
    func bytes<Result>(_ body: (UnsafeRawBufferPointer) throws -> Result) throws -> Result {
        guard !isNull else { throw damage }
        return try row.withUnsafeData(atIndex: index) { data in
            guard let data else { throw damage }
            return try data.withUnsafeBytes { try body($0) }
        }
    }

    /// What is thrown when a column does not hold what it must.
    var damage: StoreError { .unavailable("the store is damaged: a row holds a value that cannot be there") }
}
