import Basics
import FoundationEssentials

/// JSON of reports: keys in alphabetical order, indented, times that are no numbers as words.
enum ReportJSON {
    static func text(_ value: some Encodable) -> String {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes]
        encoder.nonConformingFloatEncodingStrategy = .convertToString(
            positiveInfinity: "inf", negativeInfinity: "-inf", nan: "nan")
        // Every report type is made of numbers, texts and lists, which JSON can always hold.
        guard let data = try? encoder.encode(value) else { return "null" }
        return String(decoding: data, as: UTF8.self)
    }

    /// - Parameter writer: the command that writes such files, for the error about one that is none.
    static func value<Value: Decodable>(
        _ data: Data, from file: String, writer: String = "skein lab run, simulate or compare wrote with --json"
    ) throws(SkeinError) -> Value {
        let decoder = JSONDecoder()
        decoder.nonConformingFloatDecodingStrategy = .convertFromString(
            positiveInfinity: "inf", negativeInfinity: "-inf", nan: "nan")
        do {
            return try decoder.decode(Value.self, from: data)
        } catch {
            throw SkeinError(
                .usage, doing: "reading \(file)", cause: cause(error),
                next: "give a file that \(writer)")
        }
    }

    private static func cause(_ error: any Error) -> String {
        func place(_ path: [any CodingKey]) -> String {
            let names = path.map { $0.intValue.map { "[\($0)]" } ?? $0.stringValue }
            return names.isEmpty ? "at its top" : "at \(names.joined(separator: "."))"
        }
        guard let error = error as? DecodingError else { return "it is no JSON" }
        switch error {
        case .keyNotFound(let key, let context): return "\(key.stringValue) is missing \(place(context.codingPath))"
        case .typeMismatch(_, let context), .valueNotFound(_, let context):
            return "there is something else than expected \(place(context.codingPath))"
        case .dataCorrupted(let context): return "it is damaged \(place(context.codingPath))"
        @unknown default: return "it is no report"
        }
    }
}
