package import Model

/// Where a bucket is, how it is addressed, and which folder of it a data source takes.
package struct S3Location: Sendable, Equatable {
    /// `http` or `https`.
    package internal(set) var scheme: String
    package internal(set) var host: String
    /// Nil for the scheme's own.
    package let port: Int?
    package let bucket: String
    /// True for `https://endpoint/bucket/key`, false for `https://bucket.endpoint/key`.
    package internal(set) var isPathStyle: Bool
    package internal(set) var region: String
    /// Whether nobody said the region, so that it is only the usual one.
    package internal(set) var isRegionAssumed: Bool
    /// What the keys of the source begin with: empty, or ending in `/`.
    package let folder: String

    /// Understands path-style and virtual-hosted `http(s)` URLs, and `s3://bucket/folder`.
    ///
    /// The path of an `http(s)` URL is percent-encoded; that of an `s3://` URL is taken as it stands, as AWS's
    /// tools do.
    /// - Parameter endpoint: where the bucket of an `s3://` URL is served; AWS when nil.
    /// - Parameter addressing: how the bucket of an `s3://` URL is named: `path`, `virtual`, or `auto` for the way that
    ///   works there usually: path-style at an endpoint, the host's name at AWS.
    /// - Parameter region: overrules the one in the URL's host.
    package init(
        _ url: SourceURL, endpoint: String? = nil, addressing: String? = nil, region: String? = nil
    ) throws(S3LocationFault) {
        switch url.scheme {
        case "s3":
            let addressing = addressing ?? "auto"
            guard ["auto", "path", "virtual"].contains(addressing) else {
                throw S3LocationFault("cannot be addressed: the parameter \"addressing\" must be auto, path or virtual")
            }
            try self.init(s3URL: url.raw, endpoint: endpoint, addressing: addressing, region: region)
        case "http", "https":
            for (name, value) in [("endpoint", endpoint), ("addressing", addressing)] where value != nil {
                throw S3LocationFault(
                    "names an endpoint itself: drop the parameter \"\(name)\", or write s3://bucket/folder")
            }
            try self.init(webURL: url.raw, region: region)
        default: throw S3LocationFault("must be https://endpoint/bucket/folder or s3://bucket/folder")
        }
    }

    private init(
        s3URL raw: String, endpoint: String?, addressing: String, region given: String?
    ) throws(S3LocationFault) {
        let rest = raw.dropFirst("s3://".count)
        let bucket = String(rest.prefix { $0 != "/" })
        try Self.check(bucket: bucket)
        let zone = endpoint == nil ? Self.zone(of: bucket) : nil
        guard zone == nil || given != nil && addressing != "path" else {
            throw S3LocationFault(
                "names a directory bucket: set the parameter \"region\" to its own, and \"addressing\" not to path")
        }
        let region = try given.map(Self.checked) ?? Self.defaultRegion
        self.bucket = bucket
        self.region = region
        isRegionAssumed = given == nil
        folder = Self.folder(String(rest.dropFirst(bucket.count + 1)))
        guard let endpoint else {
            // A wildcard certificate covers one label, so a bucket with a dot cannot be part of the host's name.
            isPathStyle = addressing == "path" || addressing == "auto" && bucket.contains(".")
            scheme = "https"
            port = nil
            let service = zone.map { "s3express-\($0)" } ?? "s3"
            let name = "\(service).\(region).\(AWSHost.domain(ofRegion: region))"
            host = isPathStyle ? name : "\(bucket).\(name)"
            return
        }
        let place = try Self.place(ofEndpoint: endpoint)
        isPathStyle = addressing != "virtual"
        scheme = place.scheme
        host = isPathStyle ? place.host : "\(bucket).\(place.host)"
        port = Self.unusualPort(of: place)
    }

    private init(webURL raw: String, region: String?) throws(S3LocationFault) {
        let place = try Self.parse(raw)
        guard let decoded = PercentEncoding.decode(place.path.dropFirst()),
            var path = String(validating: decoded, as: UTF8.self)
        else { throw S3LocationFault("has a path that is not percent-encoded UTF-8: write % as %25") }
        scheme = place.scheme
        host = place.host
        port = Self.unusualPort(of: place)
        let aws = try AWSHost(place.host)
        self.region = try region.map(Self.checked) ?? aws?.region ?? Self.defaultRegion
        isRegionAssumed = region == nil && aws?.region == nil
        if let bucket = aws?.bucket {
            isPathStyle = false
            self.bucket = bucket
        } else {
            isPathStyle = true
            bucket = String(path.prefix { $0 != "/" })
            path = String(path.dropFirst(bucket.count + 1))
        }
        try Self.check(bucket: bucket)
        folder = Self.folder(path)
    }

    /// What a message calls the place: it never holds a secret.
    package var shown: String { "\"\(bucket)\" at \(scheme)://\(hostHeader)" }

    /// The `Host` header of a request to it.
    package var hostHeader: String { port.map { "\(host):\($0)" } ?? host }

    /// The encoded path under which `key` is asked for; the bucket's own for an empty key.
    package func path(of key: String) -> String {
        let encoded = PercentEncoding.encode(key.utf8, keepsSlash: true)
        return isPathStyle
            ? "/\(PercentEncoding.encode(bucket.utf8))\(key.isEmpty ? "" : "/")\(encoded)" : "/\(encoded)"
    }

    static let defaultRegion = "us-east-1"

    private static func parse(_ text: String) throws(S3LocationFault) -> HTTPURL {
        guard !text.utf8.contains(UInt8(ascii: "#")) else { throw S3LocationFault("has a fragment: write # as %23") }
        let url: HTTPURL
        let userInfo: HTTPUserInfo?
        do throws(HTTPError) {
            (url, userInfo) = try HTTPURL.parse(text)
        } catch {
            throw S3LocationFault("is no valid address: write https://endpoint/bucket/folder, spaces as %20")
        }
        guard userInfo == nil else {
            throw S3LocationFault(
                "holds credentials: use the parameters \"aws_access_key_id\" and \"aws_secret_access_key\"")
        }
        guard url.query == nil else { throw S3LocationFault("has a query: write ? as %3F") }
        return url
    }

    private static func place(ofEndpoint text: String) throws(S3LocationFault) -> HTTPURL {
        var place: HTTPURL?
        do throws(S3LocationFault) { place = try parse(text) } catch { place = nil }
        guard let place, place.path == "/" else {
            // Which rule of addresses it breaks says no more than how one looks.
            throw S3LocationFault(
                "has an endpoint that is none: the parameter \"endpoint\" must be https://host or https://host:port")
        }
        return place
    }

    static func unusualPort(of url: HTTPURL) -> Int? {
        url.port == (url.scheme == "https" ? 443 : 80) ? nil : url.port
    }

    /// A region is a part of hosts' names at AWS, and of what is signed everywhere.
    private static func checked(region: String) throws(S3LocationFault) -> String {
        let isName = region.utf8.allSatisfy { $0.isLetter || $0.isDigit || "-_".utf8.contains($0) }
        guard isName, (1...63).contains(region.utf8.count) else {
            throw S3LocationFault(
                "has a region that cannot be: the parameter \"region\", or AWS_REGION, must be a name such as eu-west-1"
            )
        }
        return region
    }

    private static func check(bucket: String) throws(S3LocationFault) {
        guard !bucket.isEmpty else {
            throw S3LocationFault("names no bucket: write https://endpoint/bucket/folder or s3://bucket/folder")
        }
        let isName = bucket.utf8.allSatisfy { $0 > 0x20 && $0 != 0x7F && !"@?#%\\".utf8.contains($0) }
        guard isName, bucket != ".", bucket != ".." else { throw S3LocationFault("names a bucket that cannot exist") }
    }

    /// A prefix is a folder: `conf` takes `conf/a`, never `config-old/a`.
    private static func folder(_ path: String) -> String {
        path.isEmpty || path.hasSuffix("/") ? path : path + "/"
    }
}

/// What is wrong with the URL of a bucket, as a clause that follows "the URL" and says what to write.
package struct S3LocationFault: Error, Equatable {
    package let clause: String

    package init(_ clause: String) { self.clause = clause }
}
