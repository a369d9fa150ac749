internal import Model

/// The change token of an object: its ETag and its size, which no mere touch changes.
struct S3Fingerprint {
    let entityTag: String
    let sizeInBytes: Int64

    init(_ object: S3Object) {
        entityTag = object.entityTag
        sizeInBytes = object.sizeInBytes
    }

    /// Takes apart what `fingerprint` put together; nil for another backend's.
    init?(_ fingerprint: Fingerprint) {
        let parts = String(decoding: fingerprint.bytes, as: UTF8.self).split(separator: " ")
        guard parts.count == 2, let size = Int64(parts[1]) else { return nil }
        entityTag = String(parts[0])
        sizeInBytes = size
    }

    var fingerprint: Fingerprint { Fingerprint(bytes: Array("\(entityTag) \(sizeInBytes)".utf8)) }
}

extension RemotePage {
    /// What of a bucket's objects belongs to a data source whose root is `folder`.
    ///
    /// Markers, the empty objects with a `/` at the end that stand for folders, are left out.
    init(_ objects: [S3Object], in folder: String, _ selection: FileSelection) {
        self.init()
        for object in objects {
            if object.sizeInBytes == 0, object.key.last == UInt8(ascii: "/") { continue }
            let name = object.key.dropFirst(folder.utf8.count)
            do throws(PathFault) {
                let path = try RelativePath(bytes: name)
                guard selection.includes(path) else { continue }
                files.append(
                    RemoteFile(
                        path: path, size: object.sizeInBytes, fingerprint: S3Fingerprint(object).fingerprint,
                        problem: selection.problem(ofSize: object.sizeInBytes, at: path) ?? object.problem(at: path)))
            } catch {
                // What a working copy has in its `.git` is left out as from every other remote, not told one by one.
                if error == .gitComponent, !selection.includes(String(decoding: name, as: UTF8.self)) { continue }
                problems.append(
                    FileProblem(name: EscapedName(bytes: name), kind: .illegalPath, reason: error.rawValue))
            }
        }
    }
}

extension S3Object {
    /// Why the object cannot be fetched although it is listed, or nil.
    fileprivate func problem(at path: RelativePath) -> FileProblem? {
        guard let storageClass, ["GLACIER", "DEEP_ARCHIVE"].contains(storageClass) else { return nil }
        return FileProblem(path: path, kind: .unreadable, reason: "it is archived (storage class \(storageClass))")
    }
}
