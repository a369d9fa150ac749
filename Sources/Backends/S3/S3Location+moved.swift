private import Model

extension S3Location {
    /// Whether it is one of AWS's own hosts.
    package var isOnAWS: Bool { aws != nil }

    /// Whether it is a directory bucket, which lists in its own order and wants a session for each that asks.
    package var isDirectory: Bool { Self.zone(of: bucket) != nil }

    /// The zone in the name of a directory bucket; nil for any other bucket.
    ///
    /// - Source: Amazon S3 User Guide, "Directory bucket naming rules": `NAME--ZONE--x-s3`.
    static func zone(of bucket: String) -> String? {
        guard bucket.hasSuffix("--x-s3") else { return nil }
        let rest = bucket.dropLast("--x-s3".count)
        guard let mark = rest.lastRange(of: "--"), mark.upperBound < rest.endIndex else { return nil }
        return String(rest[mark.upperBound...])
    }

    /// The same bucket in another region, on AWS also at that region's host; nil where that leads nowhere new.
    package func moved(toRegion region: String) -> S3Location? {
        let isName = region.utf8.allSatisfy { $0.isLowerCaseLetter || $0.isDigit || $0 == UInt8(ascii: "-") }
        guard isName, (1...32).contains(region.utf8.count), region != self.region else { return nil }
        var moved = self
        moved.region = region
        moved.isRegionAssumed = false
        if let aws {
            guard let host = aws.host(inRegion: region) else { return nil }
            moved.host = host
        }
        return moved
    }

    /// The same bucket where `url`, from a redirect, says it is; nil for what may be somebody else's server.
    ///
    /// Followed are AWS's regions from AWS's hosts, and from path-style to virtual-hosted and back on one endpoint;
    /// never to another port, and never from https to http.
    package func moved(to url: HTTPURL) -> S3Location? {
        guard url.scheme == scheme, Self.unusualPort(of: url) == port else { return nil }
        if isOnAWS {
            // What is no host of AWS's S3 is somewhere else too.
            guard let there = (try? AWSHost(url.host)) ?? nil, let region = there.region else { return nil }
            let names = there.bucket ?? url.path.split(separator: "/").first.map(String.init)
            return names == bucket ? moved(toRegion: region) : nil
        }
        let endpoint = isPathStyle ? host : String(host.dropFirst(bucket.utf8.count + 1))
        var moved = self
        moved.host = url.host
        moved.isPathStyle = url.host == endpoint
        guard moved.isPathStyle || url.host == "\(bucket).\(endpoint)" else { return nil }
        return moved == self ? nil : moved
    }

    // What is no host of AWS's S3 was refused when this was made.
    private var aws: AWSHost? { (try? AWSHost(host)) ?? nil }
}

extension StringProtocol {
    /// Where `text` occurs for the last time.
    fileprivate func lastRange(of text: String) -> Range<Index>? { ranges(of: text).last }
}
