internal import Basics

/// What is going on in a store right now that others must respect.
struct StoreActivity {
    /// Publishes under way; their chunks are in no manifest yet.
    var publishing = 0
    /// A sweep was put off, or a publish failed, while others ran.
    var hasLeftovers = false
    /// Images that an assembler is putting together.
    var assembling: Set<ImageID> = []
    /// Images known to be complete; emptied whenever a chunk is taken away.
    var complete: Set<ImageID> = []
    /// How often chunks were taken away; tells whether what was found complete still is.
    var removals = 0
    var isClosed = false
    /// Where some chunks lie; emptied whenever a chunk is taken away.
    private(set) var places: [ChunkID: ChunkLocation] = [:]

    mutating func noteRemoval() {
        complete.removeAll()
        places.removeAll()
        removals += 1
    }

    /// Remembers rows of the catalog that were read when so many removals had been noted; some chunk of them may be gone
    /// when others were noted since.
    mutating func remember(_ rows: [ChunkRow], asOf removals: Int) {
        guard removals == self.removals else { return }
        if places.count + rows.count > StoreLimits.rememberedPlaces { places.removeAll(keepingCapacity: true) }
        for row in rows { places[row.id] = row.location }
    }

    mutating func forgetPlace(of id: ChunkID) { places[id] = nil }
}
