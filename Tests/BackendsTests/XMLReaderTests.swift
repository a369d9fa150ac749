import Testing

@testable import Backends

@Suite struct XMLReaderTests {
    @Test func `elements come with their path and text, children first`() {
        var seen: [String] = []
        let root = XMLReader.read(
            Array(
                """
                \u{FEFF}<?xml version="1.0" encoding="UTF-8"?>\r
                <!-- c --><a:L x='1' y="&lt;">
                <C>a&amp;&#x41;&#66;\r\nb<!-- - --><![CDATA[<&]]>é</C><C/><?p?></a:L >
                <?q r?>
                """.utf8)
        ) { path, text in seen.append(path.joined(separator: "/") + "=" + text) }
        #expect(root == "a:L")
        #expect(seen == ["a:L/C=a&AB\nb<&é", "a:L/C=", "a:L=\n"])
    }

    @Test func `an instruction without data is one`() {
        // Foundation's parser ends the process here.
        #expect(XMLReader.read(Array("<?a?><b><?c?></b>".utf8)) { _, _ in } == "b")
    }

    @Test(arguments: [
        "<?a?>", "<a b=\"\u{1}\"/>", "<a b='<'/>", "<a b=c/>", "<a b='' b=''/>", "<a b=''c=''/>", "<a", "<a>",
        "<a></b>",
        "<a/><a/>", "<a/>x", "x<a/>", "<a>&b;</a>", "<a>&#0;</a>", "<a>&#xD800;</a>", "<a>&#+65;</a>", "<a>&amp</a>",
        "<a>]]></a>", "<a><![CDATA[</a>", "<!DOCTYPE a><a/>", "<!DOCTYPE a [<!ENTITY b 'c'>]><a>&b;</a>", "<1/>",
        "< a/>",
        "<?xml version='1.0' encoding='UTF-16'?><a/>", "",
        String(repeating: "<a>", count: 17) + String(repeating: "</a>", count: 17),
    ])
    func `what is not well formed is nothing`(_ text: String) {
        #expect(XMLReader.read(Array(text.utf8)) { _, _ in } == nil)
    }

    @Test func `what is not UTF-8 is nothing`() {
        #expect(XMLReader.read(Array("<a>".utf8) + [0xE9] + Array("</a>".utf8)) { _, _ in } == nil)
    }

    @Test(.timeLimit(.minutes(1))) func `a long text takes no longer than its length`() {
        let text = "<a>" + String(repeating: "&amp;]] ", count: 500_000) + "</a>"
        #expect(XMLReader.read(Array(text.utf8)) { _, _ in } == "a")
    }
}
