/// Expands `n[001-190]` to host names; a pattern without brackets is one name.
public enum NodeNamePattern {
    /// Why a pattern names no nodes.
    public enum Problem: Error, Hashable, Sendable {
        case brackets
        case range
        case tooMany
    }

    /// The names in order; numbers are padded to the width of the first when either end starts with a zero.
    public static func expand(_ pattern: String) -> Result<[String], Problem> {
        guard let open = pattern.firstIndex(of: "[") else {
            return pattern.contains("]") ? .failure(.brackets) : .success([pattern])
        }
        guard let close = pattern.firstIndex(of: "]"), open < close else { return .failure(.brackets) }
        let prefix = pattern[..<open]
        let suffix = pattern[pattern.index(after: close)...]
        guard !suffix.contains("["), !suffix.contains("]"), !prefix.contains("]") else { return .failure(.brackets) }
        let ends = pattern[pattern.index(after: open)..<close].split(separator: "-", omittingEmptySubsequences: false)
        guard ends.count == 2, let low = number(ends[0]), let high = number(ends[1]), low <= high else {
            return .failure(.range)
        }
        guard high - low < ClusterLimits.nodes else { return .failure(.tooMany) }
        let isPadded = ends.contains { $0.count > 1 && $0.first == "0" }
        guard !isPadded || ends[0].count == ends[1].count else { return .failure(.range) }
        let width = isPadded ? ends[0].count : 0
        return .success(
            (low...high).map { index in
                let digits = String(index)
                let zeros = String(repeating: "0", count: max(0, width - digits.count))
                return "\(prefix)\(zeros)\(digits)\(suffix)"
            })
    }

    /// Up to nine decimal digits.
    private static func number(_ text: Substring) -> Int? {
        guard (1...9).contains(text.utf8.count), text.utf8.allSatisfy({ $0 >= 0x30 && $0 <= 0x39 }) else { return nil }
        return Int(text)
    }
}
