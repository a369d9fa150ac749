internal import GRDB
package import Model
package enum SQLiteStore { package static func open(folder: String, creator: String, at: Timestamp) throws(StoreError) -> any Store { fatalError() } }
