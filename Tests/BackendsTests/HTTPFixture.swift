import Backends
import Fixtures

/// A web server with answers that a well-behaved one does not give; each is a CGI script named for what it does.
struct HTTPFixture {
    let server: WebServer

    init() throws {
        let folder = try TemporaryFolder()
        _ = try folder.folder("www")
        server = try WebServer(
            folder: folder, modules: ["mod_cgi"],
            """
            cgi.assign = (".cgi" => "/bin/sh")
            """)
        try script("echo", "printf 'Content-Type: text/plain\\r\\n\\r\\n'; env | sort; cat")
        try script("redirect", "printf \"Status: ${QUERY_STRING%%,*}\\r\\nLocation: ${QUERY_STRING#*,}\\r\\n\\r\\n\"")
        try script("truncated", "printf 'Content-Length: 100\\r\\n\\r\\nten bytes.'")
        try script("stalled", "printf 'Content-Length: 100\\r\\n\\r\\nten bytes.'; exec sleep 30")
        try script("status", "printf \"Status: $QUERY_STRING\\r\\nRetry-After: 7\\r\\n\\r\\nno, because\"")
        try script("large", "printf '\\r\\n'; exec head -c ${QUERY_STRING} /dev/zero")
    }

    func url(_ script: String, _ query: String? = nil, host: String = "127.0.0.1") -> HTTPURL {
        HTTPURL(scheme: "http", host: host, port: server.port.number, path: "/\(script).cgi", query: query)
    }

    private func script(_ name: String, _ body: String) throws {
        try server.folder.write("www/\(name).cgi", "#!/bin/sh\n\(body)\n", mode: 0o755)
    }
}
