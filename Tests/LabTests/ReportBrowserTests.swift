import Foundation
import Glibc
import Lab
import Subprocess
import SystemPackage
import Testing

/// Pages as a browser shows them. Skipped, and said so, where no Chromium is installed.
@Suite("Report pages in a browser", .enabled(if: Browser.path != nil, "no Chromium is installed"))
struct ReportBrowserTests {
    @Test("pages show without an error, no text on another and nothing over the edge", arguments: [1200, 900, 400])
    func nothingOverlaps(width: Int) async throws {
        for page in try ReportPages.all() {
            let findings = try await Browser.findings(page.source, width: width)
            #expect(findings == ["shown"], "\(page.name) at \(width) pixels: \(findings.joined(separator: "; "))")
        }
    }

    @Test("a picture of a page has something in it")
    func aPictureIsMade() async throws {
        let directory = FileManager.default.temporaryDirectory.appendingPathComponent("skein-page-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: directory, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(at: directory) }
        let page = directory.appendingPathComponent("page.html")
        let picture = directory.appendingPathComponent("page.png")
        try Data(ReportPages.tools().source.utf8).write(to: page)
        let script = URL(filePath: #filePath).deletingLastPathComponent()
            .appendingPathComponent("../../scripts/screenshot.sh").standardized.path
        let result = try await Subprocess.run(
            .name("sh"), arguments: [script, page.path, picture.path, "1200", "900"], output: .string(limit: 65_536),
            error: .string(limit: 65_536))
        #expect(result.terminationStatus == .exited(0), "\(result.standardError)")
        let bytes = try Data(contentsOf: picture)
        #expect(bytes.starts(with: [0x89, 0x50, 0x4E, 0x47]))
        // A blank page of this size packs into a few kilobytes.
        #expect(bytes.count > 30_000)
    }
}

/// Chromium without a window.
enum Browser {
    static let path: String? = ["/usr/bin/chromium", "/usr/local/bin/chromium", "/usr/bin/google-chrome"]
        .first { access($0, X_OK) == 0 }

    /// Measures all texts once the page is there, with what is folded unfolded, and leaves the findings in the page.
    private static let probe = """
        <script>
        window.addEventListener('error', e => window.failed = (window.failed || []).concat(e.message));
        window.addEventListener('load', () => {
          const found = (window.failed || []).map(m => 'error: ' + m);
          document.querySelectorAll('details').forEach(d => d.open = true);
          const root = document.documentElement;
          if (root.scrollWidth > root.clientWidth) found.push('page wider than window: ' + root.scrollWidth);
          document.querySelectorAll('svg').forEach((svg, number) => {
            const frame = svg.getBoundingClientRect();
            const texts = [...svg.querySelectorAll('text')].map(t => {
              const name = t.lastChild ? t.lastChild.textContent : '';
              return {name, box: t.getBoundingClientRect()};
            }).filter(t => t.box.width > 0);
            const label = svg.getAttribute('aria-label');
            for (const t of texts)
              if (t.box.left < frame.left - 1 || t.box.right > frame.right + 1 ||
                  t.box.top < frame.top - 1 || t.box.bottom > frame.bottom + 1)
                found.push(label + ': over the edge: ' + t.name);
            texts.sort((a, b) => a.box.left - b.box.left);
            for (let i = 0; i < texts.length; i++)
              for (let j = i + 1; j < texts.length && texts[j].box.left < texts[i].box.right - 1; j++) {
                const a = texts[i].box, b = texts[j].box;
                // Lines of text may touch: their boxes are higher than their letters.
                const overlap = Math.min(a.bottom, b.bottom) - Math.max(a.top, b.top);
                if (overlap > 0.35 * Math.min(a.height, b.height))
                  found.push(label + ': ' + texts[i].name + ' on ' + texts[j].name);
              }
          });
          document.querySelectorAll('.tile, td, th, h1, p, dd, li').forEach(e => {
            if (e.scrollWidth > e.clientWidth + 1 && getComputedStyle(e).display !== 'inline')
              found.push('too wide: ' + e.textContent.slice(0, 60));
          });
          const list = document.createElement('ol');
          list.id = 'findings';
          for (const text of found.slice(0, 12).concat('shown')) {
            const item = document.createElement('li');
            item.textContent = text;
            list.appendChild(item);
          }
          document.body.replaceChildren(list);
        });
        </script></body>
        """

    /// What is wrong with a page, and `shown` when the browser came to its end.
    static func findings(_ source: String, width: Int) async throws -> [String] {
        let directory = FileManager.default.temporaryDirectory.appendingPathComponent("skein-page-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: directory, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(at: directory) }
        let page = directory.appendingPathComponent("page.html")
        try Data(source.replacing("</body>", with: probe).utf8).write(to: page)
        let result = try await Subprocess.run(
            .path(FilePath("/usr/bin/timeout")),
            arguments: [
                "--kill-after=5", "60", try #require(path), "--headless", "--no-sandbox", "--disable-gpu",
                "--disable-dev-shm-usage", "--host-resolver-rules=MAP * ~NOTFOUND", "--enable-logging=stderr",
                "--user-data-dir=\(directory.path)/profile", "--window-size=\(width),1600", "--dump-dom",
                "file://\(page.path)",
            ], output: .string(limit: 16 << 20), error: .string(limit: 1 << 20))
        let console = result.standardError.split(separator: "\n").filter { $0.contains("CONSOLE") }.map(String.init)
        return console + items(of: result.standardOutput)
    }

    private static func items(of dom: String) -> [String] {
        dom.split(separator: "<li>").dropFirst().compactMap { $0.split(separator: "</li>").first.map(String.init) }
    }
}
