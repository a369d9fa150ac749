import GRDB
import Testing

@testable import Storage

/// Statements that are asked at each sync take no longer for what other sources have.
@Suite struct QueryPlanTests {
    /// - Parameter isOuter: leaves out what subqueries do.
    private func plan(
        _ sql: String, _ arguments: StatementArguments, isOuter: Bool = false
    ) async throws -> [String] {
        let test = try TestStore()
        return try await DatabaseQueue(path: test.databaseFile).read { db in
            try Row.fetchAll(db, sql: "EXPLAIN QUERY PLAN " + sql, arguments: arguments)
                .filter { !isOuter || $0["parent"] == 0 }.map { $0["detail"] }
        }
    }

    @Test func `the objects of one source are found by the index of their links`() async throws {
        let plan = try await plan(LinkSQL.linkedObjectsOfSource, [1, nil, nil, 0, 2])
        #expect(plan.contains { $0.hasPrefix("SEARCH object USING INDEX synced_object_link (source_id=?") })
        #expect(!plan.contains { $0.hasPrefix("SCAN object") }, "\(plan)")
    }

    @Test func `the objects of all sources come in order by the index of their names`() async throws {
        let plan = try await plan(LinkSQL.linkedObjects, [nil, nil, nil, 0, nil], isOuter: true)
        #expect(plan.contains { $0.hasPrefix("SCAN object USING INDEX sqlite_autoindex_synced_object_1") }, "\(plan)")
        #expect(!plan.contains("USE TEMP B-TREE FOR ORDER BY"), "\(plan)")
    }

    @Test(arguments: [LinkSQL.hasAutoSynced, LinkSQL.problemsOfSource])
    func `nothing of other sources is looked at`(_ sql: String) async throws {
        let plan = try await plan(sql, [1])
        #expect(plan.contains { $0.hasPrefix("SEARCH ") })
        #expect(!plan.contains { $0.hasPrefix("SCAN ") && $0 != "SCAN CONSTANT ROW" }, "\(plan)")
    }
}
