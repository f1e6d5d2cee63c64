import ImageStore
import Testing

@Suite("The host's package sources") struct AptSourcesTests {
    private func reduce(_ name: String, _ text: String, suite: String = "bookworm", host: String? = "bookworm")
        -> AptSources
    {
        AptSources([AptSources.File(name: name, text: text)], suite: suite, hostSuite: host)
    }

    @Test("one-line entries of the suite and its pockets stay, others go")
    func lines() {
        let sources = reduce(
            "a.list",
            """
            # a comment
            deb [signed-by=/k.gpg arch=amd64] https://user:pw@mirror.example/debian/ bookworm main contrib # end
            deb-src https://mirror.example/debian bookworm main
            deb\thttps://mirror.example/sec_urity bookworm-security main
            deb https://tool.example/apt tool-bookworm main
            deb https://flat.example/apt ./
            deb file:/srv/local bookworm main
            """)
        #expect(
            sources.files.map(\.text) == [
                "deb [signed-by=/k.gpg arch=amd64] https://user:pw@mirror.example/debian/ bookworm main contrib\n"
                    + "deb https://mirror.example/sec_urity bookworm-security main\n"
            ])
        #expect(
            sources.releaseListNames == [
                "mirror.example_debian_dists_bookworm", "mirror.example_sec%5furity_dists_bookworm-security",
            ])
    }

    @Test("deb822 entries keep their keys, and lose suites that are not asked for")
    func stanzas() {
        let sources = reduce(
            "d.sources",
            """
            Types: deb deb-src
            # where from
            URIs: http://a.example/debian http://b.example/debian
            Suites: bookworm bookworm-updates trixie
            Components: main
            Signed-By:
             -----BEGIN KEY
             .
             abc

            Types: deb
            URIs: http://c.example/x
            Suites: nodistro
            Components: main

            Enabled: no
            Types: deb
            URIs: http://d.example/x
            Suites: bookworm
            Components: main
            """)
        #expect(
            sources.files.map(\.text) == [
                "Types: deb\nURIs: http://a.example/debian http://b.example/debian\nSuites: bookworm bookworm-updates\n"
                    + "Components: main\nSigned-By:\n -----BEGIN KEY\n .\n abc\n\n"
            ])
        #expect(sources.releaseListNames.count == 4)
    }

    @Test("a host of another release is asked for the wanted suite")
    func otherRelease() {
        let sources = reduce("a.list", "deb http://m.example/debian trixie main\n", host: "trixie")
        #expect(sources.files.map(\.text) == ["deb http://m.example/debian bookworm main\n"])
    }

    @Test("third-party sources alone are none")
    func none() {
        let sources = reduce("a.list", "deb http://t.example/x stable-tool main\n")
        #expect(sources.files.isEmpty)
        #expect(sources.releaseListNames.isEmpty)
    }

    @Test("any text is read without harm")
    func anything() {
        for text in [
            "deb", "deb ", "deb [", "deb [a", "deb [a] ", ":", "a\n b", " x", "Types:\nURIs:\nSuites:",
            "deb a:// bookworm x",
        ] {
            for name in ["a.list", "a.sources"] { #expect(reduce(name, text).files.count <= 1) }
        }
    }
}
