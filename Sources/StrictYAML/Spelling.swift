/// Finds the word that somebody probably meant.
public enum Spelling {
    /// Words longer than this are not compared: nobody mistypes them and the cost is quadratic.
    private static let longestWord = 64

    /// The candidate nearest to a word by edit distance, when it is near enough to be worth suggesting.
    ///
    /// The first of equally near candidates is taken, so the answer depends on nothing but the arguments.
    public static func nearest(to word: String, among candidates: some Sequence<String>) -> String? {
        let letters = Array(word.lowercased().unicodeScalars)
        guard !letters.isEmpty, letters.count <= longestWord else { return nil }
        let tolerance = letters.count <= 3 ? 1 : max(2, letters.count / 3)
        var best: (candidate: String, distance: Int)?
        for candidate in candidates where candidate.utf8.count <= longestWord {
            let other = Array(candidate.lowercased().unicodeScalars)
            let distance = distance(letters, other)
            guard distance <= tolerance, distance < max(letters.count, other.count) else { continue }
            if best.map({ distance < $0.distance }) ?? true { best = (candidate, distance) }
        }
        return best?.candidate
    }

    /// `did you mean "name"?`, or what is possible when nothing is near.
    public static func hint(for word: String, among candidates: [String]) -> String {
        if let nearest = nearest(to: word, among: candidates) { return "did you mean \"\(nearest)\"?" }
        return candidates.isEmpty ? "" : "possible here: \(candidates.joined(separator: ", "))"
    }

    /// Insertions, deletions, replacements and swaps of neighbours that turn one word into the other.
    private static func distance(_ a: [Unicode.Scalar], _ b: [Unicode.Scalar]) -> Int {
        var beforeLast: [Int] = []
        var last = Array(0...b.count)
        for i in a.indices {
            var row = [i + 1]
            row.reserveCapacity(b.count + 1)
            for j in b.indices {
                var cost = min(last[j + 1] + 1, row[j] + 1, last[j] + (a[i] == b[j] ? 0 : 1))
                if i > 0, j > 0, a[i] == b[j - 1], a[i - 1] == b[j] { cost = min(cost, beforeLast[j - 1] + 1) }
                row.append(cost)
            }
            beforeLast = last
            last = row
        }
        return last[b.count]
    }
}
