private import struct Crypto.SHA256
package import Model

extension SQLiteStore {
    package func structuralFaults() async throws(StoreError) -> [String] {
        // What is on the disk for good is what is to be looked at.
        await engine.emptyLog()
        return try await engine.read { db in
            var faults = try db.all(IntegritySQL.check) { columns in try columns.next(as: String.self) }
                .filter { $0 != "ok" }
            let sizes: Int = try db.value(IntegritySQL.wrongSizes) ?? 0
            if sizes > 0 { faults.append("files with another size than their content: \(sizes)") }
            let counts: Int = try db.value(IntegritySQL.wrongCounts) ?? 0
            if counts > 0 { faults.append("data sources with another number of files than they say: \(counts)") }
            return faults
        }
    }

    package func inspectContent(after last: Int64?) async throws(StoreError) -> ContentInspection {
        try await engine.read { db in
            let places = try db.all(IntegritySQL.contentAfter, last ?? 0) { columns in
                let id: Int64 = try columns.next()
                let digest: Digest = try columns.next()
                return ContentPlace(id: id, digest: digest, size: try columns.next(), isChunked: try columns.next())
            }
            var inspection = ContentInspection()
            for place in places {
                inspection.count += 1
                inspection.bytes += place.size
                if try !db.isSound(place) { inspection.damaged.append(place.digest) }
                inspection.next = place.id
                // A page of large content would hold its transaction for long.
                if inspection.bytes >= Self.pageInBytes { break }
            }
            return inspection
        }
    }

    package func missingContent() async throws(StoreError) -> [Digest] {
        try await engine.read { db in try db.all(IntegritySQL.missing) { columns in try columns.next() } }
    }

    package func names(of digests: [Digest]) async throws(StoreError) -> [ContentNames] {
        if digests.isEmpty { return [] }
        let wanted = JSONValue.array(digests.map { .string($0.hex) })
        return try await engine.read { db in
            var files: [Digest: [ContentNames.File]] = [:]
            _ = try db.all(IntegritySQL.filesWithDigests, wanted) { columns in
                let digest: Digest = try columns.next()
                let source: SourceID = try columns.next()
                let path: RelativePath = try columns.next()
                let size: Int64 = try columns.next()
                files[digest, default: []].append(
                    ContentNames.File(
                        source: source, path: path, size: size, fingerprint: try columns.next(),
                        isPresent: try columns.next()))
            }
            var objects: [Digest: [ObjectReference]] = [:]
            _ = try db.all(IntegritySQL.objectsWithDigests, wanted) { columns in
                objects[try columns.next(), default: []].append(try columns.reference())
            }
            return digests.map { ContentNames(files: files[$0] ?? [], objects: objects[$0] ?? []) }
        }
    }

    package func replaceContent(
        _ digest: Digest, with content: StagedContent, size: Int64
    ) async throws(StoreError) {
        try await engine.write { db in
            try db.run(IntegritySQL.setAside, digest)
            try db.keep(content, digest: digest, size: size)
        }
        if case .large(let writer as LargeContentWriter) = content { writer.wasStaged() }
        await sweep()
    }

    package func dropContent(_ digest: Digest) async throws(StoreError) {
        try await engine.write { db in _ = try db.run(IntegritySQL.setAside, digest) }
        await sweep()
    }

    package func mendStructure() async throws(StoreError) {
        try await engine.write { db in
            try db.script(IntegritySQL.rebuildIndexes)
            _ = try db.run(IntegritySQL.correctSizes)
            _ = try db.run(IntegritySQL.correctCounts)
        }
    }

    package func distrust(_ files: [ContentNames.File]) async throws(StoreError) {
        try await engine.write { db in
            for file in files where file.isPresent {
                try db.run(IntegritySQL.distrustFile, file.source, file.path)
                try db.run(IntegritySQL.distrustSource, file.source)
            }
        }
    }

    private static let pageInBytes: Int64 = 64 << 20
}

extension Connection {
    /// Whether content is whole and is what its digest says.
    fileprivate func isSound(_ place: ContentPlace) throws -> Bool {
        var hash = SHA256()
        do {
            if place.isChunked {
                for ordinal in 0..<place.chunkCount { hash.update(data: try chunk(ordinal, of: place)) }
            } else {
                hash.update(data: try wholeBytes(of: place))
            }
        } catch let error as StoreError where error == place.damage {
            return false
        }
        return Array(hash.finalize()) == Array(place.digest.bytes)
    }
}
