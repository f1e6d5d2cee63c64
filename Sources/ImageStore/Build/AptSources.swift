import Basics

/// The host's package sources, reduced to those of one suite.
///
/// Entries of other suites and of third parties (a browser, a tool) are the host's business and do not make an image.
/// A host whose sources are those of another Debian release serves too: its archives are asked for the wanted suite.
/// A host without any of these cannot build: which archive is trusted is its administrator's to say.
package struct AptSources: Hashable, Sendable {
    /// A file in the form of `sources.list` (`name.list`) or in deb822 form (`name.sources`).
    package struct File: Hashable, Sendable {
        package var name: String
        package var text: String

        package init(name: String, text: String) {
            self.name = name
            self.text = text
        }
    }

    package var files: [File]
    /// How apt names the release lists of these sources, without `_InRelease`.
    package var releaseListNames: [String]

    private static let fileBytes = 1 << 20
    /// What follows a suite's name in the names of the suites that complete it.
    private static let pockets = ["", "-updates", "-security", "-backports"]

    static func ofHost(suite: String) -> AptSources {
        var inputs: [File] = []
        func add(_ path: String, _ name: String) {
            if let text = BuildFiles.readText(path, limit: fileBytes) { inputs.append(File(name: name, text: text)) }
        }
        add("/etc/apt/sources.list", "sources.list")
        let parts = "/etc/apt/sources.list.d"
        for name in BuildFiles.names(in: parts) where name.hasSuffix(".list") || name.hasSuffix(".sources") {
            add("\(parts)/\(name)", name)
        }
        let release = BuildFiles.readText("/etc/os-release") ?? ""
        let codename = release.split(separator: "\n").first { $0.hasPrefix("VERSION_CODENAME=") }
            .map { String($0.dropFirst("VERSION_CODENAME=".count)).filter { $0 != "\"" } }
        return AptSources(inputs, suite: suite, hostSuite: codename)
    }

    /// The sources among `inputs` that serve a suite, else those of `hostSuite` asked for it; none when there are neither.
    package init(_ inputs: [File], suite: String, hostSuite: String?) {
        self.init(inputs, suite: suite, written: suite)
        if files.isEmpty, let hostSuite, hostSuite != suite { self.init(inputs, suite: suite, written: hostSuite) }
    }

    /// Keeps entries whose suite is `written` or a pocket of it, and names `suite` instead.
    private init(_ inputs: [File], suite: String, written: String) {
        files = []
        releaseListNames = []
        let names = Dictionary(
            uniqueKeysWithValues: Self.pockets.map { (written + $0, suite + $0) }
        )
        for input in inputs {
            let kept =
                input.name.hasSuffix(".sources")
                ? stanzas(of: input.text, names: names) : lines(of: input.text, names: names)
            if !kept.isEmpty { files.append(File(name: input.name, text: kept)) }
        }
        releaseListNames = Array(Set(releaseListNames)).sorted()
    }

    private mutating func lines(of text: String, names: [String: String]) -> String {
        var kept = ""
        for line in text.split(separator: "\n") {
            let entry = line.prefix { $0 != "#" }
            guard entry.hasPrefix("deb ") || entry.hasPrefix("deb\t"), !entry.contains("file:"),
                !entry.contains("cdrom:")
            else { continue }
            var head = "deb"
            var rest = entry.dropFirst(4).drop { $0 == " " || $0 == "\t" }
            if rest.hasPrefix("["), let end = rest.firstIndex(of: "]") {
                head += " " + rest[...end]
                rest = rest[rest.index(after: end)...]
            }
            let fields = rest.split { $0 == " " || $0 == "\t" }
            guard fields.count >= 3, let suite = names[String(fields[1])] else { continue }
            kept += "\(head) \(fields[0]) \(suite) \(fields[2...].joined(separator: " "))\n"
            noteRelease(uri: fields[0], suite: suite)
        }
        return kept
    }

    private mutating func stanzas(of text: String, names: [String: String]) -> String {
        var kept = ""
        for stanza in Self.paragraphs(text) {
            let fields = Self.fields(of: stanza)
            func words(_ name: String) -> [Substring] {
                (fields.first { $0.name == name }?.value ?? "").split { " \t\n".contains($0) }
            }
            let suites = words("suites").compactMap { names[String($0)] }
            let uris = words("uris").filter { !$0.hasPrefix("file:") && !$0.hasPrefix("cdrom:") }
            let isOff = ["no", "false", "0"].contains(words("enabled").first.map(String.init) ?? "yes")
            guard words("types").contains("deb"), !isOff, !suites.isEmpty, !uris.isEmpty else { continue }
            for field in fields {
                switch field.name {
                case "types": kept += "Types: deb\n"
                case "suites": kept += "Suites: \(suites.joined(separator: " "))\n"
                case "uris": kept += "URIs: \(uris.joined(separator: " "))\n"
                case "enabled": break
                default: kept += "\(field.written):\(field.value)\n"
                }
            }
            kept += "\n"
            for uri in uris { for suite in suites { noteRelease(uri: uri, suite: suite) } }
        }
        return kept
    }

    /// apt's name for a list: the URI without its scheme and password, slashes as underscores.
    private mutating func noteRelease(uri: Substring, suite: String) {
        var place = uri
        if let scheme = uri.firstRange(of: "://") { place = uri[scheme.upperBound...] }
        let slash = place.firstIndex(of: "/") ?? place.endIndex
        if let at = place[..<slash].lastIndex(of: "@") { place = place[place.index(after: at)...] }
        while place.hasSuffix("/") { place = place.dropLast() }
        let escaped = place.map { $0 == "_" ? "%5f" : $0 == "/" ? "_" : String($0) }.joined()
        releaseListNames.append("\(escaped)_dists_\(suite)")
    }

    private static func paragraphs(_ text: String) -> [[Substring]] {
        var result: [[Substring]] = [[]]
        for line in text.split(separator: "\n", omittingEmptySubsequences: false) where !line.hasPrefix("#") {
            if line.allSatisfy({ $0 == " " || $0 == "\t" }) {
                result.append([])
            } else {
                result[result.count - 1].append(line)
            }
        }
        return result.filter { !$0.isEmpty }
    }

    /// `name` in lower case, `written` as it stands in the file, `value` with its continuation lines.
    private static func fields(of stanza: [Substring]) -> [(name: String, written: Substring, value: String)] {
        var fields: [(name: String, written: Substring, value: String)] = []
        for line in stanza {
            if line.first == " " || line.first == "\t" {
                if !fields.isEmpty { fields[fields.count - 1].value += "\n\(line)" }
            } else if let colon = line.firstIndex(of: ":") {
                fields.append((line[..<colon].lowercased(), line[..<colon], String(line[line.index(after: colon)...])))
            }
        }
        return fields
    }
}
