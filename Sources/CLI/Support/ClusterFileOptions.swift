import ArgumentParser
import Basics
import Foundation
import Peer

/// The cluster file that a verb works on.
struct ClusterFileOptions: ParsableArguments {
    @Option(name: [.customShort("f"), .long], help: ArgumentHelp("The cluster file.", valueName: "path"))
    var file: String

    /// Reads the file and everything that it names, and checks it all before any peer is asked.
    func load() throws(SkeinError) -> (request: UpRequest, spec: ClusterSpec) {
        let text = try SourceReader.text(of: file)
        var reader = SourceReader(directory: URL(fileURLWithPath: file).deletingLastPathComponent().path)
        var sources: [String: SourceFile] = [:]
        for source in try ClusterSpec.sources(in: text, file: file) { sources[source.path] = try reader.read(source) }
        let spec = try ClusterSpec.parse(text, file: file, sources: sources)
        return (UpRequest(file: text, fileName: file, sources: sources), spec)
    }
}
