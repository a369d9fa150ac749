import Backends
import Model
import Testing

@Suite struct S3LocationTests {
    @Test(arguments: Case.table)
    func `a URL names endpoint, bucket, region and folder`(_ it: Case) throws {
        let location = try S3Location(SourceURL(it.url), endpoint: it.endpoint, region: it.region)
        #expect(location.bucket == it.bucket)
        #expect(location.folder == it.folder)
        #expect(location.region == it.expectedRegion)
        #expect("\(location.scheme)://\(location.hostHeader)\(location.path(of: "k é"))" == it.object)
    }

    struct Case: Sendable, CustomTestStringConvertible {
        let url: String
        var endpoint: String?
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
        ("https://b--use1-az4--x-s3.s3express-use1-az4.us-east-1.amazonaws.com", "s3.REGION"),
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
