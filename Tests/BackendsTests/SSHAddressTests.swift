import Backends
import Model
import Testing

/// What becomes of a URL, seen from outside: it is legal, or it is refused with what to write.
@Suite struct SSHAddressTests {
    @Test(arguments: [
        "ssh://git@github.com/a/b.git", "ssh://github.com/a", "ssh://git@host:2222/~ada/b.git",
        "git+ssh://git@host/x", "ssh+git://git@host/x", "ssh://git@[::1]:22/x", "ssh://user%2Dname@host/a%20b",
        "git@github.com:a/b.git", "host:b.git", "git@host:~ada/x", "[::1]:b.git", "git@[fe80::1]:/abs", "[host:2222]:x",
        "git@[host:2222]:x y", "git://host/x.git", "git://[::1]:9418/x",
    ])
    func `a legal address is taken`(_ url: String) {
        #expect(BackendType.git.faultInURL(SourceURL(url)) == nil, "\(url)")
    }

    @Test(arguments: [
        "ssh://-oProxyCommand=touch%20x/a", "ssh://host", "ssh://host/", "ssh://host:0/x", "ssh://host:99999/x",
        "ssh://host:x/y", "ssh://git:planted@host/x", "ssh://-l@host/x", "ssh://a%0Ab@host/x", "ssh://host/a%0Ab",
        "ssh://host/a%00b", "ssh://host/a%zz", "ssh://ho$(x)st/y", "ssh://a;b@host/y", "ssh:///x", "ssh://@host/x",
        "-host:x", "git@-host:x", "host:", "host:/", ":x", "a]:b@[c", "host:-x", "ho`x`st:y", "git@host:a\nb", "[::1:x",
        "ssh://[::1/x",
        "git://user@host/x", "git://user:planted@host/x", "git://host", "git://-h/x", "git://host/a%0Ab",
    ])
    func `an address that could be taken for something else is refused`(_ url: String) {
        let fault = BackendType.git.faultInURL(SourceURL(url))
        #expect(fault != nil, "\(url)")
        #expect(fault?.contains("planted") == false)
    }

    @Test func `a plain path stays a path, also one with a colon in it`() {
        for path in ["/srv/a:b", "/a b/c:d/e"] {
            #expect(BackendType.git.faultInURL(SourceURL(path)) == nil)
        }
    }
}
