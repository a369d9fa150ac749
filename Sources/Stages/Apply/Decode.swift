internal import Model

/// Makes an object's content of what the store keeps of its file.
struct Decode: Sendable {
    let store: any Store

    /// Why a file cannot be used by one object, while nothing is wrong with others.
    enum Fault: Error, CustomStringConvertible {
        /// It is no content for the kind, and never will be.
        case content(DecodeFault)
        /// What the store keeps of it is not what it was, as long as it is not repaired.
        case copy(isThere: Bool)

        /// One clause in lower case.
        var description: String {
            switch self {
            case .content(let fault): fault.description
            case .copy(let isThere):
                "the store's copy of it is \(isThere ? "damaged" : "missing"), which `sluice check --repair` may mend"
            }
        }
    }

    /// - Throws: ``StoreError`` when the store as a whole cannot be read.
    func callAsFunction(_ file: DataFile, for kind: ObjectKindName) async throws -> Result<ObjectContent, Fault> {
        let limit = ObjectKinds.largestContentInBytes
        guard file.size <= limit else { return .failure(.content(.tooLarge(file.size))) }
        do {
            let bytes = try await store.loadContent(file.digest, limit: limit)
            return .success(try ObjectKinds.kind(kind).decode(bytes, at: file.path))
        } catch let fault as DecodeFault {
            return .failure(.content(fault))
        } catch StoreError.contentDamaged {
            return .failure(.copy(isThere: true))
        } catch StoreError.notFound {
            return .failure(.copy(isThere: false))
        }
    }
}
