import Basics
import Foundation

/// Files with vectors: those committed beside the tests, and those of the workplace when it has some.
enum VectorFile {
    static func committed<Value: Decodable>(_ name: String, as type: Value.Type) throws -> Value {
        let url = URL(filePath: #filePath).deletingLastPathComponent().appending(path: "Vectors/\(name)")
        return try decode(type, from: url)
    }

    /// Keys in the files are written with underscores.
    static func decode<Value: Decodable>(_ type: Value.Type, from url: URL) throws -> Value {
        let decoder = JSONDecoder()
        decoder.keyDecodingStrategy = .convertFromSnakeCase
        return try decoder.decode(type, from: Data(contentsOf: url))
    }

    /// A file in the folder that the environment names, or in `shared/data` beside one of the checkout's parents.
    static func shared(_ name: String) -> URL? {
        var candidates: [URL] = []
        if let folder = ProcessInfo.processInfo.environment["SKEIN_SHARED"] {
            candidates.append(URL(filePath: folder).appending(path: "data/\(name)"))
        }
        var folder = URL(filePath: #filePath).deletingLastPathComponent()
        while folder.path.count > 1 {
            folder = folder.deletingLastPathComponent()
            candidates.append(folder.appending(path: "shared/data/\(name)"))
        }
        return candidates.first { FileManager.default.fileExists(atPath: $0.path) }
    }
}

/// Bytes that a JSON file gives as hexadecimal text.
struct HexBytes: Decodable, Sendable {
    let bytes: [UInt8]

    init(from decoder: any Decoder) throws {
        let container = try decoder.singleValueContainer()
        guard let bytes = Hex.decode(try container.decode(String.self)) else {
            throw DecodingError.dataCorruptedError(in: container, debugDescription: "not hexadecimal")
        }
        self.bytes = bytes
    }
}
