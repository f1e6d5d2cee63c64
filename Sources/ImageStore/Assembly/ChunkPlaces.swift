/// Where each distinct chunk of a manifest goes: one chunk may fill several places.
struct ChunkPlaces: Sendable {
    struct Place: Sendable, Hashable {
        let part: Int32
        let chunk: Int32
    }

    /// The places of distinct chunk i are `places[starts[i]..<starts[i + 1]]`.
    private let starts: [Int32]
    private let places: [Place]

    init(_ manifest: Manifest) {
        var counts = [Int32](repeating: 0, count: manifest.distinctChunks.count + 1)
        ChunkPlaces.forEach(manifest) { index, _ in counts[index + 1] += 1 }
        for index in counts.indices.dropFirst() { counts[index] += counts[index - 1] }
        var places = [Place](repeating: Place(part: 0, chunk: 0), count: Int(counts.last ?? 0))
        var next = counts
        ChunkPlaces.forEach(manifest) { index, place in
            places[Int(next[index])] = place
            next[index] += 1
        }
        starts = counts
        self.places = places
    }

    func of(_ distinctIndex: Int) -> ArraySlice<Place> {
        places[Int(starts[distinctIndex])..<Int(starts[distinctIndex + 1])]
    }

    private static func forEach(_ manifest: Manifest, _ body: (Int, Place) -> Void) {
        for (partIndex, part) in manifest.parts.enumerated() {
            var chunk = 0
            for entry in part.entries {
                if case .chunk(let index) = entry { body(index, Place(part: Int32(partIndex), chunk: Int32(chunk))) }
                chunk += entry.chunkCount
            }
        }
    }
}
