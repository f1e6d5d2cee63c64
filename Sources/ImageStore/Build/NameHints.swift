/// Finds the names that a mistyped one was probably meant to be.
package enum NameHints {
    /// Up to `count` of the names, closest first; none that differ in more than a third of the letters.
    package static func closest(to name: String, among names: some Sequence<Substring>, count: Int = 3) -> [String] {
        let wanted = Array(name.utf8)
        let largest = max(1, wanted.count / 3)
        var found: [(distance: Int, name: String)] = []
        for candidate in names {
            let letters = Array(candidate.utf8)
            guard abs(letters.count - wanted.count) <= largest, letters.first == wanted.first else { continue }
            let distance = editDistance(wanted, letters)
            if distance <= largest { found.append((distance, String(candidate))) }
        }
        return found.sorted { ($0.distance, $0.name) < ($1.distance, $1.name) }.prefix(count).map(\.name)
    }

    /// Insertions, deletions, replacements and swaps of neighbours that turn one into the other.
    package static func editDistance(_ a: [UInt8], _ b: [UInt8]) -> Int {
        var older: [Int] = []
        var previous = Array(0...b.count)
        for i in 0..<a.count {
            var current = [i + 1] + [Int](repeating: 0, count: b.count)
            for j in 0..<b.count {
                let cost = a[i] == b[j] ? 0 : 1
                var best = min(previous[j + 1] + 1, current[j] + 1, previous[j] + cost)
                if i > 0, j > 0, a[i] == b[j - 1], a[i - 1] == b[j] { best = min(best, older[j - 1] + 1) }
                current[j + 1] = best
            }
            older = previous
            previous = current
        }
        return previous[b.count]
    }
}
