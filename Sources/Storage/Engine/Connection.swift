internal import GRDB
internal import GRDBSQLite
internal import Model

/// One transaction's way to the database: prepared statements that are kept, values bound in the order of `$1`, `$2`...
///
/// Statements are stepped by SQLite's own functions: 100,000 rows through GRDB's rows and arguments cost four times as
/// much, and both a merge and a first sync consist of little else.
final class Connection {
    private let database: Database
    private(set) var isUndone = false

    init(_ database: Database) { self.database = database }

    /// Takes back everything that this transaction wrote, once its body returns.
    func undo() { isUndone = true }

    /// Runs a statement whose rows, if it returns any, do not matter.
    ///
    /// - Returns: how many rows it inserted, changed or deleted.
    @discardableResult
    func run<each Value: StoredValue>(_ sql: String, _ values: repeat each Value) throws -> Int {
        try step(sql, repeat each values) { _ in }
        return Int(sqlite3_changes64(database.sqliteConnection))
    }

    /// The first row, or nil when there is none.
    func first<Element, each Value: StoredValue>(
        _ sql: String, _ values: repeat each Value, read: (inout Columns) throws -> Element
    ) throws -> Element? {
        var first: Element?
        try step(sql, repeat each values) { columns in
            if first == nil { first = try read(&columns) }
        }
        return first
    }

    /// All rows, in order. The rows are in memory: `sql` has a limit, or a reason to need none.
    func all<Element, each Value: StoredValue>(
        _ sql: String, _ values: repeat each Value, read: (inout Columns) throws -> Element
    ) throws -> [Element] {
        var elements: [Element] = []
        try step(sql, repeat each values) { columns in elements.append(try read(&columns)) }
        return elements
    }

    /// The first column of the first row; nil when there is no row.
    func value<Result: StoredValue, each Value: StoredValue>(
        _ sql: String, _ values: repeat each Value
    ) throws -> Result? {
        try first(sql, repeat each values) { columns in try columns.next() }
    }

    /// Runs several statements without values.
    func script(_ sql: String) throws { try database.execute(sql: sql) }

    private func step<each Value: StoredValue>(
        _ sql: String, _ values: repeat each Value, row: (inout Columns) throws -> Void
    ) throws {
        assert(Self.placeholdersAscend(in: sql), "placeholders must first appear in the order $1, $2...: \(sql)")
        let statement = try database.cachedStatement(sql: sql).sqliteStatement
        defer {
            sqlite3_reset(statement)
            sqlite3_clear_bindings(statement)
        }
        var index: Int32 = 1
        for value in repeat each values {
            try check(value.bind(to: statement, at: index))
            index += 1
        }
        assert(index - 1 == sqlite3_bind_parameter_count(statement), "a value for each placeholder: \(sql)")
        while true {
            switch sqlite3_step(statement) {
            case SQLITE_ROW:
                var columns = Columns(statement)
                try row(&columns)
            case SQLITE_DONE: return
            case let code: try check(code)
            }
        }
    }

    private func check(_ code: Int32) throws {
        guard code != SQLITE_OK else { return }
        let handle = database.sqliteConnection
        throw DatabaseError(
            resultCode: ResultCode(rawValue: sqlite3_extended_errcode(handle)),
            message: String(cString: sqlite3_errmsg(handle)))
    }

    /// Whether `$1`, `$2`... first appear in that order: SQLite numbers them by appearance, PostgreSQL by their names.
    private static func placeholdersAscend(in sql: String) -> Bool {
        var highest = 0
        for part in sql.split(separator: "$").dropFirst() {
            guard let number = Int(part.prefix { $0.isNumber }), number <= highest + 1 else { return false }
            highest = max(highest, number)
        }
        return true
    }
}
