/// What the name of one of AWS's own S3 hosts says: bucket and region.
///
/// `s3.REGION`, `s3.dualstack.REGION`, `s3-fips.REGION`, the old `s3-REGION` and `s3`, each with or without `BUCKET.`
/// in front, below `amazonaws.com` or `amazonaws.com.cn`; a directory bucket's `BUCKET.s3express-ZONE.REGION`; and an
/// interface endpoint's `bucket.vpce-ID.s3.REGION.vpce`. A bucket's name may have dots.
/// - Source: Amazon S3 User Guide, "Virtual hosting of general purpose buckets", "Regional and Zonal endpoints for
///   directory buckets" and "AWS PrivateLink for Amazon S3"; AWS General Reference, "Amazon S3 endpoints and quotas".
package struct AWSHost: Sendable, Equatable {
    /// Nil for a path-style host.
    package let bucket: String?
    /// Nil when the host does not tell.
    package let region: String?
    private let kind: Kind
    private let isDualstack: Bool
    private let domain: String

    private enum Kind: Equatable {
        case usual, fips
        /// The same host for every region, or one that leads to a single region.
        case fixed
    }

    /// - Returns: nil for a host that is not AWS's.
    /// - Throws: ``S3LocationFault`` for a host of AWS's that does not speak S3's REST interface.
    package init?(_ host: String) throws(S3LocationFault) {
        guard let domain = Self.domains.first(where: { host.hasSuffix($0) }) else { return nil }
        let labels = host.dropLast(domain.count).split(separator: ".", omittingEmptySubsequences: false)
        guard let mark = labels.lastIndex(where: { $0 == "s3" || $0.hasPrefix("s3-") || $0.hasPrefix("s3express-") })
        else {
            throw S3LocationFault(
                "names a host of AWS that is not S3: write https://s3.REGION.amazonaws.com/bucket/folder")
        }
        var after = labels[(mark + 1)...]
        isDualstack = after.first == "dualstack"
        if isDualstack { after.removeFirst() }
        let isPrivate = after.last == "vpce" && after.count == 2
        if isPrivate { after.removeLast() }
        let kind = labels[mark].dropFirst("s3".count)
        let isDirectory = kind.hasPrefix("express-") && !kind.hasPrefix("express-control") && mark > 0
        guard !kind.hasPrefix("-website"), !kind.hasPrefix("express") || isDirectory, after.count <= 1 else {
            throw S3LocationFault(
                "names a kind of S3 host that is not supported: write https://s3.REGION.amazonaws.com/bucket/folder")
        }
        self.domain = domain
        // An interface endpoint's name begins with the word "bucket"; the bucket follows in the path.
        bucket = mark == 0 || isPrivate ? nil : labels[..<mark].joined(separator: ".")
        self.kind = kind == "-fips" ? .fips : kind == "-accelerate" || isPrivate || isDirectory ? .fixed : .usual
        if let last = after.first {
            region = String(last)
        } else if kind.isEmpty || kind == "-accelerate" || kind == "-external-1" {
            region = nil
        } else {
            region = String(kind.dropFirst())
        }
    }

    /// The same kind of host in another region; nil where there is none, such as in another partition of AWS.
    package func host(inRegion region: String) -> String? {
        guard kind != .fixed, domain == "." + Self.domain(ofRegion: region) else { return nil }
        let name = (kind == .fips ? "s3-fips." : "s3.") + (isDualstack ? "dualstack." : "") + region + domain
        return bucket.map { "\($0).\(name)" } ?? name
    }

    /// What the hosts of a region's services end with.
    package static func domain(ofRegion region: String) -> String {
        region.hasPrefix("cn-") ? "amazonaws.com.cn" : "amazonaws.com"
    }

    private static let domains = [".amazonaws.com", ".amazonaws.com.cn"]
}
