import Foundation
import Lab
import Subprocess
import Testing

/// What a page is made of.
@Suite("Report pages")
struct ReportPageTests {
    @Test("every page is well-formed, by a parser that forgives nothing")
    func pagesAreWellFormed() async throws {
        let program = """
            import sys, xml.etree.ElementTree as tree
            text = sys.stdin.read()
            assert text.startswith("<!DOCTYPE html>\\n"), text[:40]
            page = tree.fromstring(text.split("\\n", 1)[1])
            def all(name): return list(page.iter(name))
            assert not all("script") and not all("link") and not all("img") and not all("iframe")
            for svg in all("svg"):
                assert len(svg.attrib["viewBox"].split()) == 4
                for shape in svg.iter():
                    for key in ("x", "y", "width", "height", "x1", "x2", "y1", "y2", "cx", "cy", "r"):
                        if key in shape.attrib: float(shape.attrib[key])
            print(len(all("svg")))
            """
        for page in try ReportPages.all() {
            let result = try await Subprocess.run(
                .name("python3"), arguments: ["-c", program], input: .string(page.source),
                output: .string(limit: 65_536), error: .string(limit: 65_536))
            #expect(result.terminationStatus == .exited(0), "\(page.name): \(result.standardError)")
        }
        if let directory = ProcessInfo.processInfo.environment["SKEIN_PAGES"] {
            for page in try ReportPages.all() {
                try Data(page.source.utf8).write(to: URL(filePath: "\(directory)/\(page.name).html"))
            }
        }
    }

    @Test("pages fetch nothing and run nothing")
    func pagesFetchNothing() throws {
        for page in try ReportPages.all() {
            for word in ["http:", "https:", "//", "url(", "@import", "<script", "src=", "href=", "javascript"] {
                #expect(!page.source.contains(word), "\(page.name) has \(word)")
            }
        }
    }

    @Test("every host is on its page")
    func everyHostIsThere() throws {
        for page in try ReportPages.all() {
            for host in page.hosts where !host.contains(where: { "<>&\"'\u{1b}\u{0}\u{202e}".contains($0) }) {
                #expect(page.source.contains(host), "\(host) is not on \(page.name)")
            }
        }
    }

    @Test("text from elsewhere is text")
    func textIsEscaped() {
        let source = ReportPages.hostile().source
        for text in ["<script", "</svg></style>", "<b>\"", "<i>", "<reason>", "<parent>", "<warning>"] {
            let isThere = source.contains(text)
            #expect(!isThere, "\(text)")
        }
        let scalars = Set(source.unicodeScalars)
        #expect(scalars.isDisjoint(with: ["\u{1b}", "\u{0}", "\u{202e}"]))
        #expect(source.contains("&lt;script&gt;alert(1)&lt;/script&gt;"))
        #expect(source.contains("a&amp;b&quot;c&#39;d"))
        #expect(!source.contains("nan") && !source.contains("inf "))
    }

    @Test("the headline figures are on the page")
    func figuresAreThere() throws {
        let topology = try ReportSamples.topology(hosts: 8)
        var run = ReportSamples.run(topology)
        run.ratio = 1.034
        run.finish?.last = 14.268
        let source = HTMLReport.page(run, topology: topology)
        for text in ["1.03", "14.27 s", "7 of 7", "bound", "94.5 %", "2026-11-18"] {
            #expect(source.contains(text), "\(text) is missing")
        }
    }
}
