/// One phase line of a guest: `phase network address=10.0.2.15`.
///
/// The guest may be hostile: words are printable ASCII, few and short, and nothing else is promised about them.
public struct PhaseReport: Hashable, Sendable {
    /// A `key=value` of the line.
    public struct Word: Hashable, Sendable {
        public let key: String
        public let value: String

        public init(key: String, value: String) {
            self.key = key
            self.value = value
        }
    }

    public let phase: GuestPhase
    public let words: [Word]

    public init(phase: GuestPhase, words: [Word] = []) {
        self.phase = phase
        self.words = words
    }

    /// The report on a line, or nil when the line is no phase line. Any bytes are fine.
    public init?(line: some Collection<UInt8>) {
        guard line.count <= LauncherLimits.readyLineBytes else { return nil }
        let printable = line.allSatisfy { (0x20...0x7E).contains($0) || $0 == 0x0D || $0 == 0x09 }
        guard printable else { return nil }
        let words = String(decoding: line, as: UTF8.self).split {
            $0 == " " || $0 == "\t" || $0 == "\r" || $0 == "\r\n"
        }
        guard words.count >= 2, words[0] == "phase", let phase = GuestPhase(rawValue: String(words[1])) else {
            return nil
        }
        self.phase = phase
        self.words = words.dropFirst(2).prefix(LauncherLimits.readyWords).compactMap { word in
            guard let equals = word.firstIndex(of: "="), equals != word.startIndex else { return nil }
            return Word(key: String(word[..<equals]), value: String(word[word.index(after: equals)...]))
        }
    }

    /// The value of the first word of this key.
    public subscript(_ key: String) -> String? { words.first { $0.key == key }?.value }
}
