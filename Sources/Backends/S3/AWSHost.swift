/// What the name of one of AWS's own S3 hosts says: bucket and region.
///
/// `s3.REGION`, `s3.dualstack.REGION`, `s3-fips.REGION`, the old `s3-REGION` and `s3`, each with or without `BUCKET.`
/// in front, below `amazonaws.com` or `amazonaws.com.cn`. A bucket's name may have dots.
/// - Source: Amazon S3 User Guide, "Virtual hosting of general purpose buckets"; AWS General Reference, "Amazon S3
///   endpoints and quotas".
package struct AWSHost: Sendable, Equatable {
    /// Nil for a path-style host.
    package let bucket: String?
    /// Nil when the host does not tell.
    package let region: String?

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
        if after.first == "dualstack" { after.removeFirst() }
        let kind = labels[mark].dropFirst("s3".count)
        guard !kind.hasPrefix("-website"), !kind.hasPrefix("express"), after.count <= 1 else {
            throw S3LocationFault(
                "names a kind of S3 host that is not supported: write https://s3.REGION.amazonaws.com/bucket/folder")
        }
        bucket = mark == 0 ? nil : labels[..<mark].joined(separator: ".")
        if let last = after.first {
            region = String(last)
        } else if kind.isEmpty || kind == "-accelerate" || kind == "-external-1" {
            region = nil
        } else {
            region = String(kind.dropFirst())
        }
    }

    private static let domains = [".amazonaws.com", ".amazonaws.com.cn"]
}
