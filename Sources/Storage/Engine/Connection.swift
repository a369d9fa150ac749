internal import GRDB
internal import Model

/// One transaction's way to the database: prepared statements that are kept, values bound in the order of `$1`, `$2`...
final class Connection {
    private let database: Database
    private(set) var isUndone = false

    init(_ database: Database) { self.database = database }

    /// Takes back everything that this transaction wrote, once its body returns.
    func undo() { isUndone = true }

    /// Runs a statement that returns no rows.
    ///
    /// - Returns: how many rows it inserted, changed or deleted.
    @discardableResult
    func run(_ sql: String, _ values: any StoredValue...) throws -> Int {
        let statement = try statement(sql)
        try statement.execute(arguments: StatementArguments(values.map(\.stored)))
        return database.changesCount
    }

    /// The first row, or nil when there is none.
    func first<Element>(
        _ sql: String, _ values: any StoredValue..., read: (inout Columns) throws -> Element
    ) throws -> Element? {
        try rows(sql, values, read: read).first
    }

    /// All rows, in order. The rows are in memory: `sql` has a limit, or a reason to need none.
    func all<Element>(
        _ sql: String, _ values: any StoredValue..., read: (inout Columns) throws -> Element
    ) throws -> [Element] {
        try rows(sql, values, read: read)
    }

    /// The first column of the first row; nil when there is no row.
    func value<Value: StoredValue>(_ sql: String, _ values: any StoredValue...) throws -> Value? {
        try rows(sql, values) { columns in try columns.next() as Value }.first
    }

    /// Runs several statements without values.
    func script(_ sql: String) throws { try database.execute(sql: sql) }

    private func rows<Element>(
        _ sql: String, _ values: [any StoredValue], read: (inout Columns) throws -> Element
    ) throws -> [Element] {
        let statement = try statement(sql)
        let cursor = try Row.fetchCursor(statement, arguments: StatementArguments(values.map(\.stored)))
        var elements: [Element] = []
        while let row = try cursor.next() {
            var columns = Columns(row)
            elements.append(try read(&columns))
        }
        return elements
    }

    private func statement(_ sql: String) throws -> Statement {
        assert(Self.placeholdersAscend(in: sql), "placeholders must first appear in the order $1, $2...: \(sql)")
        return try database.cachedStatement(sql: sql)
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
