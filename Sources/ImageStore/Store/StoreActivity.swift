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

    mutating func noteRemoval() {
        complete.removeAll()
        removals += 1
    }
}
