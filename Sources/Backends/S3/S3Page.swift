internal import Model

/// One page of a bucket's listing, checked as far as a page can be checked alone.
package struct S3Page: Sendable {
    package let objects: [S3Object]
    /// Names the next page; nil when this is the last.
    package let nextToken: String?

    /// S3 gives no more at once, whatever is asked for.
    package static let longest = 1_000

    /// Reads the answer to a ListObjectsV2 request; the objects are in the server's order.
    ///
    /// - Parameter folder: what every key has to begin with.
    /// - Throws: ``S3PageFault`` for anything but a complete listing: never a short one.
    /// - Source: S3 ListObjectsV2, response syntax; with `encoding-type=url` a space is a `+`.
    package init(_ body: [UInt8], folder: String) throws(S3PageFault) {
        var reader = Reader()
        guard let root = S3Document(body: body).read({ reader.take($0) }) else {
            let isHTML =
                body.prefix(1_024).contains(UInt8(ascii: "<"))
                && String(decoding: body.prefix(1_024), as: UTF8.self).lowercased().contains("<html")
            throw isHTML ? .html : .notXML
        }
        guard root != "Error" else { throw .refused(reader.code) }
        guard root == "ListBucketResult" else { throw root.lowercased() == "html" ? .html : .otherDocument(root) }
        guard let isTruncated = reader.isTruncated else { throw .incomplete("IsTruncated") }
        let token = reader.nextToken.flatMap { $0.isEmpty ? nil : $0 }
        guard isTruncated == (token != nil) else { throw isTruncated ? .noToken : .contradiction }
        if let count = reader.keyCount, count != reader.entries.count {
            throw .miscounted(announced: count, sent: reader.entries.count)
        }
        var objects: [S3Object] = []
        for entry in reader.entries {
            let object = try S3Object(entry, isEncoded: reader.isEncoded)
            guard object.key.starts(with: folder.utf8) else { throw .outsideFolder }
            objects.append(object)
        }
        self.objects = objects
        nextToken = token
    }

    private struct Reader {
        var entries: [[String: String]] = []
        var isTruncated: Bool?
        var nextToken: String?
        var keyCount: Int?
        var isEncoded = false
        /// Of an error document.
        var code = ""
        private var entry: [String: String] = [:]

        mutating func take(_ element: S3Document.Element) {
            switch (element.path.count, element.path.dropFirst().first) {
            case (2, "Contents"):
                entries.append(entry)
                entry = [:]
            case (3, "Contents"): entry[element.path[2]] = element.text
            case (2, "Code"): code = String(element.text.prefix(60).filter { $0.asciiValue?.isLetter ?? false })
            case (2, "IsTruncated"): isTruncated = ["true": true, "false": false][element.text]
            case (2, "NextContinuationToken"): nextToken = element.text
            case (2, "KeyCount"): keyCount = Int(element.text)
            case (2, "EncodingType"): isEncoded = element.text == "url"
            default: break
            }
        }
    }
}

/// One object as a bucket lists it.
package struct S3Object: Sendable, Equatable {
    package let key: [UInt8]
    package let sizeInBytes: Int64
    /// Without its quotes.
    package let entityTag: String
    package let storageClass: String?

    package init(key: [UInt8], sizeInBytes: Int64, entityTag: String, storageClass: String?) {
        self.key = key
        self.sizeInBytes = sizeInBytes
        self.entityTag = entityTag
        self.storageClass = storageClass
    }

    fileprivate init(_ entry: [String: String], isEncoded: Bool) throws(S3PageFault) {
        guard let name = entry["Key"] else { throw .incomplete("Key") }
        guard let key = isEncoded ? PercentEncoding.decode(name, plusIsSpace: true) : Array(name.utf8) else {
            throw .incomplete("Key")
        }
        guard let size = entry["Size"].flatMap({ Int64($0) }), size >= 0 else { throw .incomplete("Size") }
        let tag = entry["ETag"]?.filter { $0 != "\"" } ?? ""
        guard !tag.isEmpty else { throw .incomplete("ETag") }
        self.key = key
        sizeInBytes = size
        entityTag = tag
        storageClass = entry["StorageClass"]
    }
}

/// Why an answer is no page of a listing.
package enum S3PageFault: Error, Equatable {
    case html, notXML
    /// An error document in the place of a listing, under a status that says that all went well.
    case refused(String)
    case otherDocument(String)
    /// An element is missing or makes no sense.
    case incomplete(String)
    case noToken
    /// It says that it ends, and how it goes on.
    case contradiction
    case miscounted(announced: Int, sent: Int)
    /// A key comes again, and not as it was or not right after itself.
    case twice([UInt8])
    case outsideFolder
    /// A listing that has to be sorted, of more objects than can be held.
    case tooLong(Int)
    case emptyFolder
    /// The same page would come again and again.
    case repeatedToken

    package var clause: String {
        switch self {
        case .html: "the answer is a web page, not a listing"
        case .notXML: "the answer is broken or no XML"
        case .refused(let code): "the server answers with an error (\(code.isEmpty ? "without a code" : code))"
        case .otherDocument(let name): "the answer is a document \"\(S3PageFault.short(name))\", not a listing"
        case .incomplete(let name): "the listing has no proper \"\(name)\""
        case .noToken: "the listing is cut off and does not say how it goes on (the server may lack ListObjectsV2)"
        case .contradiction: "the listing says that it is complete, and how it goes on"
        case .miscounted(let announced, let sent): "the listing announces \(announced) keys and has \(sent)"
        case .twice(let key): "the listing names the key \"\(EscapedName(bytes: key))\" twice"
        case .tooLong(let count):
            "the server lists out of order, and more than the \(count) objects that can be held and sorted here"
        case .emptyFolder: "the folder is empty"
        case .outsideFolder: "the listing has keys that were not asked for"
        case .repeatedToken: "the listing repeats itself"
        }
    }

    /// What is cut off or an error may be a whole listing the next time; anything else stays what it is.
    var retry: RetryAdvice {
        switch self {
        case .notXML, .refused: .soon
        default: .never
        }
    }

    private static func short(_ name: String) -> String { String(name.prefix(40)) }
}
