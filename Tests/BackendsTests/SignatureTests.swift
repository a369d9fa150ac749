import Backends
import Model
import Testing

/// Signatures that AWS publishes, and those that botocore gives for the keys that AWS publishes none for.
@Suite struct SignatureTests {
    /// - Source: AWS's Signature Version 4 test suite, `aws-sig-v4-test-suite`; its service has no payload header.
    @Test(arguments: SuiteCase.table)
    func `a request of AWS's test suite gets its published signature`(_ it: SuiteCase) {
        let signature = SignatureV4(
            credentials: S3Credentials(
                accessKey: "AKIDEXAMPLE", secretKey: "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY"),
            region: "us-east-1", service: "service")
        let authorization = signature.authorization(
            for: SignatureV4.Parts(
                method: it.method, path: PercentEncoding.encode(it.path.utf8, keepsSlash: true), query: it.query,
                headers: [("Host", "example.amazonaws.com"), ("X-Amz-Date", "20150830T123600Z")] + it.headers),
            at: Timestamp(seconds: 1_440_938_160))
        #expect(authorization.hasSuffix("Signature=" + it.signature))
    }

    struct SuiteCase: Sendable, CustomTestStringConvertible {
        let testDescription: String
        var method = "GET"
        var path = "/"
        var query: [(name: String, value: String)] = []
        var headers: [(name: String, value: String)] = []
        let signature: String

        static let unreserved = "-._~0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"

        static let table = [
            SuiteCase(
                testDescription: "get-vanilla",
                signature: "5fa00fa31553b73ebf1942676e86291e8372ff2a2260956d9b8aae1d763fbf31"),
            SuiteCase(
                testDescription: "get-vanilla-query-order-key-case",
                query: [("Param2", "value2"), ("Param1", "value1")],
                signature: "b97d918cfa904a5beff61c982a1b6f458b799221646efd99d3219ec94cdf2500"),
            SuiteCase(
                testDescription: "get-vanilla-query-order-value",
                query: [("Param1", "value2"), ("Param1", "value1")],
                signature: "5772eed61e12b33fae39ee5e7012498b51d56abc0abb7c60486157bd471c4694"),
            SuiteCase(
                testDescription: "get-vanilla-query-unreserved", query: [(unreserved, unreserved)],
                signature: "9c3e54bfcdf0b19771a7f523ee5669cdf59bc7cc0884027167c21bb143a40197"),
            SuiteCase(
                testDescription: "get-vanilla-utf8-query", query: [("ሴ", "bar")],
                signature: "2cdec8eed098649ff3a119c94853b13c643bcf08f8b0a1d91e12c9027818dd04"),
            SuiteCase(
                testDescription: "get-utf8", path: "/ሴ",
                signature: "8318018e0b0f223aa2bbf98705b62bb787dc9c0e678f255a891fd03141be5d85"),
            SuiteCase(
                testDescription: "get-space", path: "/example space/",
                signature: "652487583200325589f1fba4c7e578f72c47cb61beeca81406b39ddec1366741"),
            SuiteCase(
                testDescription: "get-unreserved", path: "/" + unreserved,
                signature: "07ef7494c76fa4850883e2b006601f940f8a34d404d0cfa977f52a65bbf5f24f"),
            SuiteCase(
                testDescription: "get-header-value-trim",
                headers: [("My-Header1", " value1"), ("My-Header2", " \"a   b   c\"")],
                signature: "acc3ed3afb60bb290fc8d2dd0098b9911fcaa05412b367055dee359757a9c736"),
            SuiteCase(
                testDescription: "get-header-value-order",
                headers: [
                    ("My-Header1", "value4"), ("My-Header1", "value1"), ("My-Header1", "value3"),
                    ("My-Header1", "value2"),
                ],
                signature: "08c7e5a9acfcfeb3ab6b2185e75ce8b1deb5e634ec47601a50643f830c755c01"),
            SuiteCase(
                testDescription: "post-vanilla", method: "POST",
                signature: "5da7c1a2acd57cee7505fc6676e4e544621c30862966e37dddb68e92efbe5d6b"),
            SuiteCase(
                testDescription: "post-header-value-case", method: "POST", headers: [("My-Header1", "VALUE1")],
                signature: "cdbc9802e29d2942e5e10b5bccfdd67c5f22c7c4e8ae67b53629efa58b974b7d"),
        ]
    }

    /// - Source: Amazon S3 API Reference, "Signature calculations for the authorization header", its four examples.
    @Test(arguments: ExampleCase.table)
    func `an example of the S3 documentation gets its published signature`(_ it: ExampleCase) {
        let signature = SignatureV4(
            credentials: S3Credentials(
                accessKey: "AKIAIOSFODNN7EXAMPLE", secretKey: "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY"),
            region: "us-east-1")
        let authorization = signature.authorization(
            for: SignatureV4.Parts(
                method: it.method, path: it.path, query: it.query,
                headers: [
                    ("Host", "examplebucket.s3.amazonaws.com"), ("x-amz-date", "20130524T000000Z"),
                    ("x-amz-content-sha256", it.payloadHash),
                ] + it.headers,
                payloadHash: it.payloadHash),
            at: Timestamp(seconds: 1_369_353_600))
        #expect(
            authorization.hasPrefix(
                "AWS4-HMAC-SHA256 Credential=AKIAIOSFODNN7EXAMPLE/20130524/us-east-1/s3/aws4_request, SignedHeaders="))
        #expect(authorization.hasSuffix("Signature=" + it.signature))
    }

    struct ExampleCase: Sendable, CustomTestStringConvertible {
        let testDescription: String
        var method = "GET"
        var path = "/"
        var query: [(name: String, value: String)] = []
        var headers: [(name: String, value: String)] = []
        var payloadHash = SignatureV4.emptyPayloadHash
        let signature: String

        static let table = [
            ExampleCase(
                testDescription: "GET object", path: "/test.txt", headers: [("Range", "bytes=0-9")],
                signature: "f0e8bdb87c964420e857bd35b5d6ed310bd44f0170aba48dd91039c6036bdb41"),
            ExampleCase(
                testDescription: "PUT object", method: "PUT", path: "/test%24file.text",
                headers: [
                    ("Date", "Fri, 24 May 2013 00:00:00 GMT"), ("x-amz-storage-class", "REDUCED_REDUNDANCY"),
                ],
                payloadHash: "44ce7dd67c959e0d3524ffac1771dfbba87d2b6b4b4e99e42034a8b803f8b072",
                signature: "98ad721746da40c64f1a55b78f14c238d841ea1380cd77a1b5971af0ece108bd"),
            ExampleCase(
                testDescription: "GET bucket lifecycle", query: [("lifecycle", "")],
                signature: "fea454ca298b7da1c68078a5d1bdbfbbe0d65c699e0f91ac7a200a0136783543"),
            ExampleCase(
                testDescription: "GET bucket (list objects)", query: [("prefix", "J"), ("max-keys", "2")],
                signature: "34b48302e7b5fa45bde8084f4b7868a86f0a534bc59db6670ed5711ef69dc6f7"),
        ]
    }

    /// - Source: computed with botocore 1.43.11's `S3SigV4Auth`.
    @Test(arguments: [
        ("a b.txt", "7fa6fbf508928bcb03607c1a5119caeffdcd8d639f6fae4859961e7ca91e8e2a"),
        ("é.txt", "ab074e5aa70f08b581922bb34f14963d4d9af018a0cfb51f4fbe6fa36afc880c"),
        ("a+b.txt", "7d30d0ba644beb156780fee3e2876301940f111d983666280e5171e9fa2681bd"),
        ("p(1)'!.txt", "6feba10d9ffe9fc9e783aa6c197ad2f018de1d7d1604639e3c60265a7c19cca3"),
        ("a=b&c.txt", "cee51a50e6cb0f36843cd741995a415532b02ead4b253a1524eebbc5c57f094b"),
        ("a/b//c", "de3e44865394a7cfc0fecaddb506b0ca0a8afd284257b994508175ee2f5705be"),
        ("a~b", "4b09229fbeb61e65e1ccdb06f43746f2866bc208493e1d445d047a9047c093f8"),
        ("x%20y", "368755dc87903e64db325ae507de1262814b91bd3e1ff7f7d9a3c401ae47392f"),
        ("#h?q", "f19aaf55bc3002d9a0920a0f0965d48afa0bbdb0414d72c716d775f703762286"),
        ("..", "779f8f0f8432067164a20f56485c01b62b2f521ad308c45d58cc3a1e147cdf62"),
        ("dir/./x", "4c9c9ed1f510b2b0f221a38f6a7b456d122a50139f4e2119802b75a990791e9b"),
        ("日本/語*.j2", "bdb2cf13bce9c9f6222b1e8b4dc0b46cd8f353b3ea2d01ef8732d0a347e3587a"),
    ])
    func `a key is signed as it is, neither normalised nor encoded twice`(key: String, expected: String) {
        #expect(Self.signature(path: "/bucket/" + PercentEncoding.encode(key.utf8, keepsSlash: true)) == expected)
    }

    /// - Source: computed with botocore 1.43.11's `S3SigV4Auth`.
    @Test func `a session token and the query of a listing are signed`() {
        #expect(
            Self.signature(path: "/bucket/a", token: "token/with+signs==")
                == "7203c2dcf5a2e6bc6be1e41b5f7eb9638deb74032819b8d482f00f0c43afa3c2")
        #expect(
            Self.signature(
                path: "/bucket",
                query: [
                    ("list-type", "2"), ("prefix", "a b+é/"), ("continuation-token", "1/x==~&"),
                    ("encoding-type", "url"),
                ]) == "e9ea8fbd35d0458384c9c5a4a6a9ff444ce1adbda778d67c6a5bde04b3c7a8b8")
    }

    @Test func `credentials print as nothing`() {
        let credentials = S3Credentials(accessKey: "AKID", secretKey: "planted", sessionToken: "planted")
        #expect("\(credentials)" == "<credentials>")
        #expect(String(reflecting: credentials) == "<credentials>")
    }

    private static func signature(
        path: String, query: [(name: String, value: String)] = [], token: String? = nil
    ) -> String {
        let credentials = S3Credentials(
            accessKey: "AKIAIOSFODNN7EXAMPLE", secretKey: "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY",
            sessionToken: token)
        var headers = [
            ("host", "127.0.0.1:9000"), ("x-amz-date", "20261121T070000Z"),
            ("x-amz-content-sha256", SignatureV4.emptyPayloadHash),
        ]
        if let token { headers.append(("x-amz-security-token", token)) }
        let authorization = SignatureV4(credentials: credentials, region: "eu-west-1").authorization(
            for: SignatureV4.Parts(method: "GET", path: path, query: query, headers: headers),
            at: Timestamp(seconds: 1_795_244_400))
        return String(authorization.suffix(64))
    }
}
