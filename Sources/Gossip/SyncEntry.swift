package import Basics

/// One peer in a digest: what the sender believes of it and which versions of its records it has.
package struct SyncEntry: Hashable, Sendable {
    package struct Version: Hashable, Sendable {
        package var kind: RecordKind
        package var version: UInt64

        package init(kind: RecordKind, version: UInt64) {
            self.kind = kind
            self.version = version
        }
    }

    package var id: PeerID
    package var state: MemberState
    package var incarnation: UInt64
    /// In ascending order of kinds; at most 8.
    package var versions: [Version]

    package init(id: PeerID, state: MemberState, incarnation: UInt64, versions: [Version]) {
        self.id = id
        self.state = state
        self.incarnation = incarnation
        self.versions = versions
    }

    static let versionLimit = 8

    var byteCount: Int { 32 + 1 + 8 + 1 + versions.count * 9 }

    func encode(to writer: inout ByteWriter) {
        writer.write(id.digest)
        writer.write(state.rawValue)
        writer.write(incarnation)
        writer.write(UInt8(versions.count))
        for version in versions {
            writer.write(version.kind.raw)
            writer.write(version.version)
        }
    }

    init(decoding reader: inout ByteReader) throws(DecodeError) {
        id = PeerID(try reader.readDigest())
        guard let state = MemberState(rawValue: try reader.readUInt8()) else { throw .outOfRange("member state") }
        self.state = state
        incarnation = try reader.readUInt64()
        let count = Int(try reader.readUInt8())
        guard count <= SyncEntry.versionLimit else { throw .outOfRange("versions of an entry") }
        versions = []
        for _ in 0..<count {
            let kind = RecordKind(raw: try reader.readUInt8())
            if let last = versions.last, last.kind >= kind { throw .malformed("kinds out of order") }
            versions.append(Version(kind: kind, version: try reader.readUInt64()))
        }
    }

    func version(of kind: RecordKind) -> UInt64 {
        versions.first { $0.kind == kind }?.version ?? 0
    }
}
