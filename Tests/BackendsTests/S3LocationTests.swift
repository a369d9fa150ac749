import Backends
import Model
import Testing

@Suite struct S3LocationTests {
    @Test(arguments: Case.table)
    func `a URL names endpoint, bucket, region and folder`(_ it: Case) throws {
        let location = try S3Location(
            SourceURL(it.url), endpoint: it.endpoint, addressing: it.addressing, region: it.region)
        #expect(location.bucket == it.bucket)
        #expect(location.folder == it.folder)
        #expect(location.region == it.expectedRegion)
        #expect("\(location.scheme)://\(location.hostHeader)\(location.path(of: "k é"))" == it.object)
    }

    struct Case: Sendable, CustomTestStringConvertible {
        let url: String
        var endpoint: String?
        var addressing: String?
        var region: String?
        var bucket = "bucket"
        var folder = ""
        var expectedRegion = "us-east-1"
        let object: String
        var testDescription: String { url }

        static let table = [
            Case(url: "https://s3.example.com/bucket", object: "https://s3.example.com/bucket/k%20%C3%A9"),
            Case(url: "HTTP://LocalHost:9000/bucket/", object: "http://localhost:9000/bucket/k%20%C3%A9"),
            Case(
                url: "https://s3.example.com/bucket/conf", folder: "conf/",
                object: "https://s3.example.com/bucket/k%20%C3%A9"),
            Case(
                url: "https://s3.example.com/bucket/a%20b%2Fc%25/", folder: "a b/c%/",
                object: "https://s3.example.com/bucket/k%20%C3%A9"),
            Case(
                url: "https://s3.eu-west-1.amazonaws.com/bucket/conf", folder: "conf/", expectedRegion: "eu-west-1",
                object: "https://s3.eu-west-1.amazonaws.com/bucket/k%20%C3%A9"),
            Case(url: "https://s3.amazonaws.com/bucket", object: "https://s3.amazonaws.com/bucket/k%20%C3%A9"),
            Case(
                url: "https://s3-us-west-2.amazonaws.com/bucket", expectedRegion: "us-west-2",
                object: "https://s3-us-west-2.amazonaws.com/bucket/k%20%C3%A9"),
            Case(
                url: "https://s3.cn-north-1.amazonaws.com.cn/bucket", expectedRegion: "cn-north-1",
                object: "https://s3.cn-north-1.amazonaws.com.cn/bucket/k%20%C3%A9"),
            Case(
                url: "https://bucket.s3.amazonaws.com/conf", folder: "conf/",
                object: "https://bucket.s3.amazonaws.com/k%20%C3%A9"),
            Case(
                url: "https://my.bucket.s3.eu-central-1.amazonaws.com/", bucket: "my.bucket",
                expectedRegion: "eu-central-1",
                object: "https://my.bucket.s3.eu-central-1.amazonaws.com/k%20%C3%A9"),
            Case(
                url: "https://bucket.s3.dualstack.eu-west-1.amazonaws.com", expectedRegion: "eu-west-1",
                object: "https://bucket.s3.dualstack.eu-west-1.amazonaws.com/k%20%C3%A9"),
            Case(
                url: "https://bucket.s3-eu-west-1.amazonaws.com/x", folder: "x/", expectedRegion: "eu-west-1",
                object: "https://bucket.s3-eu-west-1.amazonaws.com/k%20%C3%A9"),
            Case(
                url: "https://bucket.s3-fips.us-gov-west-1.amazonaws.com", expectedRegion: "us-gov-west-1",
                object: "https://bucket.s3-fips.us-gov-west-1.amazonaws.com/k%20%C3%A9"),
            Case(
                url: "https://s3.s3.eu-west-1.amazonaws.com", bucket: "s3", expectedRegion: "eu-west-1",
                object: "https://s3.s3.eu-west-1.amazonaws.com/k%20%C3%A9"),
            Case(
                url: "https://s3.example.com/bucket", region: "garage", expectedRegion: "garage",
                object: "https://s3.example.com/bucket/k%20%C3%A9"),
            Case(
                url: "s3://bucket/a b/100%", folder: "a b/100%/",
                object: "https://bucket.s3.us-east-1.amazonaws.com/k%20%C3%A9"),
            Case(
                url: "s3://my.bucket", region: "cn-north-1", bucket: "my.bucket", expectedRegion: "cn-north-1",
                object: "https://s3.cn-north-1.amazonaws.com.cn/my.bucket/k%20%C3%A9"),
            Case(
                url: "s3://bucket/conf/", endpoint: "http://[::1]:9000", folder: "conf/",
                object: "http://[::1]:9000/bucket/k%20%C3%A9"),
            Case(
                url: "s3://bucket", endpoint: "https://ceph.example.com:8443", addressing: "virtual",
                object: "https://bucket.ceph.example.com:8443/k%20%C3%A9"),
            Case(
                url: "s3://bucket", addressing: "path", region: "eu-west-1", expectedRegion: "eu-west-1",
                object: "https://s3.eu-west-1.amazonaws.com/bucket/k%20%C3%A9"),
            Case(
                url: "s3://my.bucket", addressing: "virtual", region: "eu-west-1", bucket: "my.bucket",
                expectedRegion: "eu-west-1", object: "https://my.bucket.s3.eu-west-1.amazonaws.com/k%20%C3%A9"),
            Case(
                url: "s3://b--use1-az4--x-s3/f", region: "us-east-1", bucket: "b--use1-az4--x-s3", folder: "f/",
                object: "https://b--use1-az4--x-s3.s3express-use1-az4.us-east-1.amazonaws.com/k%20%C3%A9"),
            Case(
                url: "https://b--use1-az4--x-s3.s3express-use1-az4.us-east-1.amazonaws.com",
                bucket: "b--use1-az4--x-s3",
                object: "https://b--use1-az4--x-s3.s3express-use1-az4.us-east-1.amazonaws.com/k%20%C3%A9"),
            Case(
                url: "https://bucket.vpce-1a2b-3c4d.s3.eu-west-1.vpce.amazonaws.com/my-bucket/x", bucket: "my-bucket",
                folder: "x/", expectedRegion: "eu-west-1",
                object: "https://bucket.vpce-1a2b-3c4d.s3.eu-west-1.vpce.amazonaws.com/my-bucket/k%20%C3%A9"),
        ]
    }

    @Test(arguments: [
        ("https://s3.example.com", "bucket"), ("https://s3.example.com/", "bucket"), ("s3://", "bucket"),
        ("s3:///conf", "bucket"), ("ftp://s3.example.com/bucket", "s3://bucket/folder"),
        ("/bucket/folder", "s3://bucket/folder"), ("https://key:planted@s3.example.com/bucket", "aws_access_key_id"),
        ("https://s3.example.com/bucket?versionId=planted", "%3F"), ("https://s3.example.com/bucket/a#planted", "%23"),
        ("https://s3.example.com/bucket/100%", "%25"), ("https://s3.example.com/bucket/%FF", "UTF-8"),
        ("https://ec2.eu-west-1.amazonaws.com/bucket", "s3.REGION"),
        ("https://bucket.s3-website-us-east-1.amazonaws.com/", "s3.REGION"),
        ("https://s3express-control.us-east-1.amazonaws.com/bucket", "s3.REGION"),
        ("s3://bu cket", "cannot exist"), ("s3://user@bucket", "cannot exist"), ("s3://..", "cannot exist"),
    ])
    func `a URL that names no bucket is refused with what to write`(url: String, hint: String) throws {
        let clause = try #require(BackendType.amazonS3.faultInURL(SourceURL(url)))
        #expect(clause.contains(hint))
        #expect(!clause.contains("planted"))
    }

    @Test func `an endpoint belongs to an s3 URL alone`() {
        let web = SourceURL("https://s3.example.com/bucket")
        #expect(throws: S3LocationFault.self) { try S3Location(web, endpoint: "https://other.example.com") }
        let bucket = SourceURL("s3://bucket")
        #expect(throws: S3LocationFault.self) { try S3Location(bucket, endpoint: "https://example.com/s3") }
        #expect(throws: S3LocationFault.self) { try S3Location(bucket, endpoint: "example.com") }
    }

    @Test(
        arguments: [
            ("https://bucket.s3.amazonaws.com", "eu-west-1", "bucket.s3.eu-west-1.amazonaws.com"),
            ("https://s3.us-east-1.amazonaws.com/bucket", "eu-west-1", "s3.eu-west-1.amazonaws.com"),
            (
                "https://bucket.s3.dualstack.us-east-1.amazonaws.com", "eu-west-1",
                "bucket.s3.dualstack.eu-west-1.amazonaws.com"
            ),
            ("https://bucket.s3-fips.us-east-1.amazonaws.com", "us-west-2", "bucket.s3-fips.us-west-2.amazonaws.com"),
            ("https://bucket.s3-us-west-2.amazonaws.com", "eu-west-1", "bucket.s3.eu-west-1.amazonaws.com"),
            ("http://minio.example.com:9000/bucket", "eu-west-1", "minio.example.com"),
            ("https://bucket.s3.amazonaws.com", "cn-north-1", nil),
            ("https://bucket.s3.amazonaws.com", "us-east-1", nil),
            ("https://bucket.s3-accelerate.amazonaws.com", "eu-west-1", nil),
            ("https://bucket.s3.amazonaws.com", "evil.example.com/", nil), ("https://bucket.s3.amazonaws.com", "", nil),
        ] as [(String, String, String?)])
    func `a bucket of another region is at that region's host, and at no other`(
        url: String, region: String, host: String?
    ) throws {
        let moved = try S3Location(SourceURL(url)).moved(toRegion: region)
        #expect(moved?.host == host)
        #expect(moved == nil || moved?.region == region)
    }

    @Test(
        arguments: [
            (
                "https://bucket.s3.amazonaws.com/f", "https://bucket.s3-us-west-2.amazonaws.com/?x",
                "https://bucket.s3.us-west-2.amazonaws.com/k"
            ),
            (
                "https://s3.amazonaws.com/bucket", "https://s3.eu-west-1.amazonaws.com/bucket?x",
                "https://s3.eu-west-1.amazonaws.com/bucket/k"
            ),
            ("https://s3.example.com/bucket", "https://bucket.s3.example.com/", "https://bucket.s3.example.com/k"),
            ("https://bucket.s3.amazonaws.com", "https://other.s3-us-west-2.amazonaws.com/", nil),
            ("https://bucket.s3.amazonaws.com", "https://bucket.s3.us-west-2.amazonaws.com.example.com/", nil),
            ("https://bucket.s3.amazonaws.com", "https://ec2.us-west-2.amazonaws.com/bucket", nil),
            ("https://bucket.s3.amazonaws.com", "http://bucket.s3-us-west-2.amazonaws.com/", nil),
            ("https://s3.example.com/bucket", "https://example.com/bucket", nil),
            ("https://s3.example.com/bucket", "https://evil.s3.example.com/bucket", nil),
            ("https://s3.example.com/bucket", "https://s3.example.com:8443/bucket", nil),
            ("https://s3.example.com/bucket", "https://s3.example.com/bucket", nil),
        ] as [(String, String, String?)])
    func `a redirect is followed to the same bucket of the same service, and nowhere else`(
        url: String, target: String, object: String?
    ) throws {
        let moved = try S3Location(SourceURL(url)).moved(to: try HTTPURL.parse(target).url)
        #expect(moved.map { "\($0.scheme)://\($0.hostHeader)\($0.path(of: "k"))" } == object)
    }

    @Test(arguments: [
        ["aws_access_key_id": "AK"], ["aws_secret_access_key": "planted"], ["aws_session_token": "planted"],
    ])
    func `half a pair of keys is refused without showing it`(parameters: [String: String]) throws {
        let configuration = BackendConfiguration(
            url: SourceURL("s3://bucket"), parameters: parameters, cacheFolder: "/nonexistent")
        let error = try #require(throws: BackendError.self) { try BackendType.amazonS3.make(configuration) }
        #expect(error.cause == .settings)
        #expect(!"\(error)".contains("planted"))
    }
}
