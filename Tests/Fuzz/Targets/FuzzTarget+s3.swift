// Reaches into the modules, which only those built for debugging allow.
#if DEBUG
import Model

@testable import Backends

/// Answers of S3 and of servers that speak like it.
extension FuzzTarget {
    static let s3: [FuzzTarget] = [
        FuzzTarget(
            "s3-page",
            xml + ["Key", "Size", "ETag", "IsTruncated", "KeyCount", "NextContinuationToken", "EncodingType"]
        ) {
            let page = try S3Page($0, folder: "a/")
            promise(
                page.objects.allSatisfy { $0.key.starts(with: "a/".utf8) && $0.sizeInBytes >= 0 },
                "a page is what it says")
            for object in page.objects { _ = try? RelativePath(bytes: object.key) }  // Most are none.
        },
        FuzzTarget("s3-error", xml + ["Error", "Code", "Region", "SlowDown"]) { input in
            let parts = input.parts(2)
            var headers = HTTPHeaders()
            headers.append("x-amz-bucket-region", parts[1].text)
            var response = HTTPResponse(status: 403, headers: headers, url: HTTPURL(scheme: "https", host: "h"))
            response.refusal = parts[0]
            let refusal = S3Refusal(response)
            promise(refusal.shown.utf8.allSatisfy { (0x20..<0x7F).contains($0) }, "what is shown can be printed")
            promise(refusal.region.map { $0.utf8.count <= 64 } ?? true, "a region is short")
        },
    ]

    private static let xml = [
        "<?xml version=\"1.0\"?>", "<ListBucketResult>", "<Contents>", "</Contents>",
        "<!DOCTYPE a [<!ENTITY b \"c\">]>", "&b;",
        "&#x0;", "<![CDATA[", "]]>", "<!--", "xmlns=\"", "true", "%00",
    ]
}
#endif
