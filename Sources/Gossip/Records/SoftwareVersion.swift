import Basics

/// Which version of the software a peer runs, so that one can see how far an upgrade of a site is.
public struct SoftwareVersion: Hashable, Sendable, Comparable {
    public var major: UInt16
    public var minor: UInt16
    public var patch: UInt16

    public init(major: UInt16, minor: UInt16, patch: UInt16) {
        self.major = major
        self.minor = minor
        self.patch = patch
    }

    /// How a peer that does not say is written; never a version that was released.
    static let unknown = SoftwareVersion(major: 0, minor: 0, patch: 0)
    static let byteCount = 6

    public static func < (a: SoftwareVersion, b: SoftwareVersion) -> Bool {
        (a.major, a.minor, a.patch) < (b.major, b.minor, b.patch)
    }

    func write(to writer: inout ByteWriter) {
        writer.write(major)
        writer.write(minor)
        writer.write(patch)
    }

    /// Reads six bytes; nil when they say that the version is not known.
    init?(from reader: inout ByteReader) throws(DecodeError) {
        major = try reader.readUInt16()
        minor = try reader.readUInt16()
        patch = try reader.readUInt16()
        if self == .unknown { return nil }
    }
}

extension SoftwareVersion: CustomStringConvertible {
    public var description: String { "\(major).\(minor).\(patch)" }
}
