/// Which parent is to send what: each slice that is lacking has at most one owner.
///
/// Most chunks have one owner for all their slices. A chunk that was taken from an owner which may still send some of it
/// stays with it as *leaving* until the owner says that it has seen the change.
struct Owners: Sendable {
    /// Nobody, or a link, or a link that it is leaving.
    struct Owner: Hashable, Sendable {
        private let code: UInt8

        static let nobody = Owner(code: .max)
        /// Its slices have owners of their own.
        static let several = Owner(code: .max - 1)

        private init(code: UInt8) { self.code = code }

        init(link: Int, isLeaving: Bool = false) { code = UInt8(link) | (isLeaving ? 0x40 : 0) }

        var link: Int? { code < 0x80 ? Int(code & 0x3F) : nil }
        var isLeaving: Bool { code < 0x80 && code & 0x40 != 0 }
    }

    private var ofChunk: [Owner]
    private var ofSlices: [Int: [Owner]] = [:]

    init(chunks: Int) { ofChunk = [Owner](repeating: .nobody, count: chunks) }

    func owner(ofChunk chunk: Int) -> Owner { ofChunk[chunk] }

    func owner(ofChunk chunk: Int, slice: Int) -> Owner {
        let owner = ofChunk[chunk]
        return owner == .several ? ofSlices[chunk]?[slice] ?? .nobody : owner
    }

    /// The whole chunk has one owner from now on.
    mutating func set(chunk: Int, to owner: Owner) {
        if ofChunk[chunk] == .several { ofSlices[chunk] = nil }
        ofChunk[chunk] = owner
    }

    mutating func set(chunk: Int, slice: Int, of slices: Int, to owner: Owner) {
        if ofChunk[chunk] != .several {
            ofSlices[chunk] = [Owner](repeating: ofChunk[chunk], count: slices)
            ofChunk[chunk] = .several
        }
        ofSlices[chunk]?[slice] = owner
    }
}
