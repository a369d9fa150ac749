import Backends
import Testing

@Suite struct HTTPURLTests {
    @Test func `user-info is decoded and kept apart`() throws {
        let (url, user) = try HTTPURL.parse("https://a%40b:p%3Aw@Example.com:8443/x%20y?q=1#f")
        #expect(user == HTTPUserInfo(user: "a@b", password: "p:w"))
        #expect(url.text == "https://example.com:8443/x%20y?q=1")
        #expect(try HTTPURL.parse("https://ada@example.com/").userInfo == HTTPUserInfo(user: "ada", password: nil))
        #expect(try HTTPURL.parse("https://example.com").userInfo == nil)
    }

    @Test func `what is shown holds neither query nor user-info`() throws {
        let (url, user) = try HTTPURL.parse("http://ada:secret@h/p?X-Amz-Signature=abc")
        #expect("\(url) \(String(describing: user)) \(HTTPCredential.bearer("secret"))".contains("secret") == false)
        #expect(url.description == "http://h/p")
    }

    @Test(
        .timeLimit(.minutes(1)),
        arguments: [
            ("/", "/"), ("//", "/"), ("/a", "/a"), ("/a//", "/a"), ("//a/b/", "//a/b"),
            ("/é" + String(repeating: "/", count: 1_000_000), "/é"),
        ])
    func `slashes at its end are dropped in time in proportion to them`(_ path: String, _ left: String) {
        var url = HTTPURL(scheme: "https", host: "git.example", path: path)
        url.dropTrailingSlashes()
        #expect(url.path == left)
    }

    @Test func `a path stays as it is written`() throws {
        #expect(try HTTPURL.parse("http://h/a//b/../c%2Fd").url.path == "/a//b/../c%2Fd")
    }

    @Test(arguments: [
        "ftp://h/", "h/p", "http://", "http://h:99999/", "http://h o/", "http://h%2541/", "http://1%2E58/", "",
    ])
    func `anything but an absolute http address is refused without being repeated`(_ text: String) {
        #expect { try HTTPURL.parse(text) } throws: { ($0 as? HTTPError)?.kind == .badURL }
    }

    @Test(arguments: [
        ("/y", "http://h/y"), ("y?q", "http://h/a/y?q"), ("//i:81/", "http://i:81/"),
        ("https://u:p@i/z", "https://i/z"),
    ])
    func `a reference resolves from where it was found`(_ reference: String, _ result: String) throws {
        #expect(try HTTPURL.parse("http://h/a/b?c").url.resolving(reference).text == result)
    }
}
