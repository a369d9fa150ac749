internal import GRDBSQLite
internal import Model

/// The columns of one row, read from left to right. Valid only while its statement stands on the row.
struct Columns {
    private let statement: OpaquePointer
    private var index: Int32 = 0

    init(_ statement: OpaquePointer) { self.statement = statement }

    mutating func next<Value: StoredValue>(as type: Value.Type = Value.self) throws -> Value {
        defer { index += 1 }
        return try Value(stored: StoredColumn(statement: statement, index: index))
    }

    /// Whether the next column holds nothing.
    var isNextNull: Bool { StoredColumn(statement: statement, index: index).isNull }
}

/// One column of one row.
struct StoredColumn {
    fileprivate let statement: OpaquePointer
    fileprivate let index: Int32

    var isNull: Bool { sqlite3_column_type(statement, index) == SQLITE_NULL }

    func integer() throws -> Int64 {
        guard sqlite3_column_type(statement, index) == SQLITE_INTEGER else { throw damage }
        return sqlite3_column_int64(statement, index)
    }

    func text() throws -> String {
        guard let text = sqlite3_column_text(statement, index) else { throw damage }
        let count = Int(sqlite3_column_bytes(statement, index))
        return String(decoding: UnsafeBufferPointer(start: text, count: count), as: UTF8.self)
    }

    /// The bytes, for as long as the statement stands on the row.
    func bytes() throws -> UnsafeRawBufferPointer {
        guard let start = sqlite3_column_blob(statement, index) else {
            // SQLite has no address for an empty blob either.
            if isNull { throw damage }
            return UnsafeRawBufferPointer(start: nil, count: 0)
        }
        return UnsafeRawBufferPointer(start: start, count: Int(sqlite3_column_bytes(statement, index)))
    }

    /// What is thrown when a column does not hold what it must.
    var damage: StoreError { .unavailable("the store is damaged: a row holds a value that cannot be there") }
}
