package import Model

extension SQLiteStore {
    package func knownFiles(
        of source: SourceID, after path: RelativePath?, limit: Int
    ) async throws(StoreError) -> [KnownFile] {
        try await engine.read { db in
            let present = try db.presentGeneration(of: source)
            return try db.all(FileSQL.knownAfterPath, source, path?.string ?? "", present, limit) { columns in
                try columns.knownFile()
            }
        }
    }

    package func files(
        of source: SourceID, at generation: Generation?, after path: RelativePath?, limit: Int
    ) async throws(StoreError) -> [DataFile] {
        try await engine.read { db in
            let present = try db.presentGeneration(of: source)
            let seen = min(generation ?? present, present)
            return try db.all(FileSQL.pageAfterPath, source, path?.string ?? "", seen, limit) { columns in
                try columns.dataFile()
            }
        }
    }

    package func file(
        _ path: RelativePath, of source: SourceID, at generation: Generation?
    ) async throws(StoreError) -> DataFile? {
        try await engine.read { db in
            let present = try db.presentGeneration(of: source)
            return try db.first(FileSQL.atPath, source, path, min(generation ?? present, present)) { columns in
                try columns.dataFile()
            }
        }
    }

    package func history(of path: RelativePath, in source: SourceID) async throws(StoreError) -> [FileVersion] {
        try await engine.read { db in
            try db.all(FileSQL.history, source, path) { columns in
                let id: Int64 = try columns.next()
                let digest: Digest = try columns.next()
                let size: Int64 = try columns.next()
                guard let since = try columns.generation() else {
                    throw StoreError.unavailable("the store is damaged: a file version without its generation")
                }
                return FileVersion(
                    fileID: id, digest: digest, size: size, since: since, until: try columns.generation())
            }
        }
    }

    package func generations(of source: SourceID, limit: Int) async throws(StoreError) -> [GenerationRecord] {
        try await engine.read { db in
            try db.all(FileSQL.generations, source, limit) { columns in try columns.generation() }.compactMap(\.self)
        }
    }
}
