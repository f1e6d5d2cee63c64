/// An image of a topology as a run distributes it: its file, and what the peers made of it.
struct RunImage: Sendable {
    let name: String
    /// The raw disk that every copy has to equal.
    let file: String
    let label: LabImage
    /// Places in ``Topology/hosts``.
    let sources: [Int]
    /// Stored bytes that a target lacks at the start.
    let lackingBytes: Int64
}
